"""What a worker typed about the person, read: as it is sealed, or an error beside its field. Pure.

A social security number is refused wherever it is typed: nothing here needs one.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime

import phonenumbers

from directory.errors import InvalidInput, InvalidInputs
from directory.i18n import gettext
from directory.referrals.clocks import PARIS
from directory.referrals.fields import FieldName

#: Longest free text, in letters: a few sentences, no report.
MESSAGE_LETTERS = 1_000
CODE_LETTERS = 30
NAME_LETTERS = 80

_OLDEST_YEARS = 120

#: Thirteen digits that begin as a French social security number does, however they are spaced.
_SOCIAL_SECURITY_NUMBER = re.compile(
    r"(?<!\d)[1278](?:[ .\-]?\d{2})(?:[ .\-]?(?:0[1-9]|1[0-2]|[2-9]\d))"
    r"(?:[ .\-]?(?:\d{2}|2[AB]))(?:[ .\-]?\d{3}){2}(?:[ .\-]?\d{2})?(?!\d)",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[^\s@<>,;:\"\\()\[\]]{1,64}@[^\s@<>,;:\"\\()\[\]]+\.[^\s@<>,;:\"\\()\[\].]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)


def typed_fields(values: Mapping[FieldName, str], *, at: datetime) -> dict[FieldName, str]:
    """Return the values as they are kept; those left empty are not among them.

    :raise InvalidInputs: each value at fault, `field` being its `FieldName`.
    """
    read: dict[FieldName, str] = {}
    problems: list[InvalidInput] = []
    for name in FieldName:
        try:
            value = _READERS[name](values.get(name, ""), at)
        except InvalidInput as problem:
            problems.append(problem)
        else:
            if value:
                read[name] = value
    if problems:
        raise InvalidInputs(problems)
    return read


def plain_text(text: str, *, field: str, letters: int) -> str:
    """Return a text without control signs nor spaces around; line breaks stay.

    :raise InvalidInput: too long, or it holds a social security number.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = "".join(sign for sign in lines if sign == "\n" or _is_written(sign)).strip()
    if len(kept) > letters:
        raise InvalidInput(
            gettext("Ce texte est trop long : %(letters)d caractères, pour %(limit)d au plus.")
            % {"letters": len(kept), "limit": letters},
            field=field,
            remedy=gettext("Gardez ce qui est utile pour répondre."),
        )
    if _SOCIAL_SECURITY_NUMBER.search(kept):
        raise InvalidInput(
            gettext("Ce texte contient un numéro de sécurité sociale."),
            field=field,
            remedy=gettext("Retirez-le : personne n'en a besoin ici."),
        )
    return kept


def _is_written(sign: str) -> bool:
    # Controls, lone surrogates, private and unassigned signs; joiners of Arabic script stay.
    return unicodedata.category(sign) not in ("Cc", "Cs", "Co", "Cn")


def _line(text: str, *, field: FieldName, letters: int) -> str:
    return " ".join(plain_text(text, field=field.value, letters=letters).split())


def _code(text: str, at: datetime) -> str:
    return _line(text, field=FieldName.CODE, letters=CODE_LETTERS)


def _first_name(text: str, at: datetime) -> str:
    return _line(text, field=FieldName.FIRST_NAME, letters=NAME_LETTERS)


def _birth_year(text: str, at: datetime) -> str:
    year = _line(text, field=FieldName.BIRTH_YEAR, letters=CODE_LETTERS)
    this_year = at.astimezone(PARIS).year
    if not year:
        return ""
    is_year = year.isascii() and year.isdigit() and len(year) == 4
    if not is_year or not this_year - _OLDEST_YEARS <= int(year) <= this_year:
        raise InvalidInput(
            gettext("Cette année de naissance ne se lit pas."),
            field=FieldName.BIRTH_YEAR.value,
            remedy=gettext("Écrivez quatre chiffres, par exemple 1987."),
        )
    return year


def _language(text: str, at: datetime) -> str:
    tag = _line(text, field=FieldName.LANGUAGE, letters=CODE_LETTERS)
    if tag and not _LANGUAGE.fullmatch(tag):
        raise InvalidInput(
            gettext("Cette langue n'est pas dans la liste."),
            field=FieldName.LANGUAGE.value,
            remedy=gettext("Choisissez-en une dans la liste."),
        )
    return tag


def _phone(text: str, at: datetime) -> str:
    number = _line(text, field=FieldName.PHONE, letters=NAME_LETTERS)
    if not number:
        return ""
    try:
        parsed = phonenumbers.parse(number, "FR")
        if phonenumbers.is_possible_number(parsed):
            return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        pass
    raise InvalidInput(
        gettext("Ce numéro de téléphone ne se lit pas."),
        field=FieldName.PHONE.value,
        remedy=gettext("Écrivez-le comme 06 12 34 56 78, ou avec l'indicatif du pays : +32…"),
    )


def _email(text: str, at: datetime) -> str:
    address = _line(text, field=FieldName.EMAIL, letters=254)
    if address and not _MAIL.fullmatch(address):
        raise InvalidInput(
            gettext("Cette adresse de courriel ne se lit pas."),
            field=FieldName.EMAIL.value,
            remedy=gettext("Écrivez-la sous la forme nom@exemple.fr."),
        )
    return address


def _message(text: str, at: datetime) -> str:
    return plain_text(text, field=FieldName.MESSAGE.value, letters=MESSAGE_LETTERS)


_READERS: dict[FieldName, Callable[[str, datetime], str]] = {
    FieldName.CODE: _code,
    FieldName.FIRST_NAME: _first_name,
    FieldName.BIRTH_YEAR: _birth_year,
    FieldName.LANGUAGE: _language,
    FieldName.PHONE: _phone,
    FieldName.EMAIL: _email,
    FieldName.MESSAGE: _message,
}
