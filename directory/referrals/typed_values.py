"""What a worker typed about the person, read: as it is sealed, or an error beside its field."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

import phonenumbers

from directory.errors import InvalidInput, InvalidInputs
from directory.i18n import gettext
from directory.referrals.clocks import PARIS
from directory.referrals.fields import FieldName
from directory.referrals.free_text import Trace, clean, require_short, traces

#: Longest code or initials, and longest first name, in characters.
CODE_CHARACTERS = 30
NAME_CHARACTERS = 80
MAIL_CHARACTERS = 254

_OLDEST_YEARS = 120

_Reader = Callable[[str], str]

_MAIL = re.compile(r"[^\s@<>,;:\"\\()\[\]]{1,64}@[^\s@<>,;:\"\\()\[\]]+\.[^\s@<>,;:\"\\()\[\].]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)


def typed_fields(values: Mapping[FieldName, str], *, at: datetime) -> dict[FieldName, str]:
    """Return the values as they are kept; those left empty are not among them.

    :raise InvalidInputs: each value at fault, `field` being its `FieldName`.
    """
    read: dict[FieldName, str] = {}
    problems: list[InvalidInput] = []
    this_year = at.astimezone(PARIS).year
    birth_year = partial(_birth_year, this_year=this_year)
    readers: dict[FieldName, _Reader] = {**_READERS, FieldName.BIRTH_YEAR: birth_year}
    for name in FieldName:
        try:
            value = readers[name](values.get(name, ""))
        except InvalidInput as problem:
            problems.append(problem)
        else:
            if value:
                read[name] = value
    if problems:
        raise InvalidInputs(problems)
    return read


def _line(text: str, *, field: FieldName, most: int) -> str:
    line = " ".join(clean(text).split())
    require_short(line, field=field.value, most=most)
    return line


def _code(text: str) -> str:
    code = _line(text, field=FieldName.CODE, most=CODE_CHARACTERS)
    if Trace.SOCIAL_SECURITY_NUMBER in traces(code):
        raise InvalidInput(
            gettext("Ce code semble être un numéro de sécurité sociale."),
            field=FieldName.CODE.value,
            remedy=gettext("Écrivez des initiales, ou un code à vous."),
        )
    return code


def _first_name(text: str) -> str:
    return _line(text, field=FieldName.FIRST_NAME, most=NAME_CHARACTERS)


def _birth_year(text: str, *, this_year: int) -> str:
    year = _line(text, field=FieldName.BIRTH_YEAR, most=CODE_CHARACTERS)
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


def _language(text: str) -> str:
    tag = _line(text, field=FieldName.LANGUAGE, most=CODE_CHARACTERS)
    if tag and not _LANGUAGE.fullmatch(tag):
        raise InvalidInput(
            gettext("Cette langue n'est pas dans la liste."),
            field=FieldName.LANGUAGE.value,
            remedy=gettext("Choisissez-en une dans la liste."),
        )
    return tag


def _phone(text: str) -> str:
    number = _line(text, field=FieldName.PHONE, most=NAME_CHARACTERS)
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


def _email(text: str) -> str:
    address = _line(text, field=FieldName.EMAIL, most=MAIL_CHARACTERS)
    if address and not _MAIL.fullmatch(address):
        raise InvalidInput(
            gettext("Cette adresse de courriel ne se lit pas."),
            field=FieldName.EMAIL.value,
            remedy=gettext("Écrivez-la sous la forme nom@exemple.fr."),
        )
    return address


def _message(text: str) -> str:
    message = clean(text)
    require_short(message, field=FieldName.MESSAGE.value)
    return message


#: All but the birth year, which must know what year it is.
_READERS: dict[FieldName, _Reader] = {
    FieldName.CODE: _code,
    FieldName.FIRST_NAME: _first_name,
    FieldName.LANGUAGE: _language,
    FieldName.PHONE: _phone,
    FieldName.EMAIL: _email,
    FieldName.MESSAGE: _message,
}
