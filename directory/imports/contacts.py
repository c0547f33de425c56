"""Telephone numbers and mail addresses as people write them, made dialable; the rest is told."""

import re

import phonenumbers

from directory.i18n import gettext
from directory.imports.mapping import Remarks
from directory.listings.drafts import ContactDraft, PhoneDraft

#: Département -> country in whose plan a number without +33 is read.
COUNTRIES = {
    "971": "GP",
    "972": "MQ",
    "973": "GF",
    "974": "RE",
    "975": "PM",
    "976": "YT",
    "977": "BL",
    "978": "MF",
    "986": "WF",
    "987": "PF",
    "988": "NC",
}

#: 115, 119, 3919, 116 117…: dialled as they are, without a country code.
_SHORT = re.compile(r"1\d{1,2}|3\d{3}|116\d{3}|118\d{3}")

_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]+(?:\.[\w-]+)+", re.ASCII)


def phones(text: str, departement: str, field: str, remarks: Remarks) -> tuple[PhoneDraft, ...]:
    """Return the numbers of a cell; one that cannot be dialled is told and left out."""
    found: list[PhoneDraft] = []
    for part in filter(None, re.split(r"\s*(?:[/;,]|\bou\b|\bet\b)\s*", text)):
        number = dialable(part, departement)
        if number is None:
            remarks.doubt(
                field,
                part,
                gettext("Ce numéro de téléphone n'existe pas."),
                gettext("Il est gardé dans la remarque du lieu : vérifiez-le."),
            )
        elif number not in (phone.number for phone in found):
            found.append(PhoneDraft(number))
    return tuple(found)


def dialable(text: str, departement: str) -> str | None:
    """Return a number in E.164, or short as it is dialled; None when there is no such number."""
    digits = re.sub(r"[\s.\-]", "", text)
    if _SHORT.fullmatch(digits):
        return digits
    try:
        parsed = phonenumbers.parse(text, COUNTRIES.get(departement, "FR"))
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def emails(text: str, field: str, remarks: Remarks) -> tuple[ContactDraft, ...]:
    """Return the mail addresses of a cell, each once; what is not one is told and left out."""
    found: dict[str, ContactDraft] = {}
    for part in filter(None, re.split(r"\s+-\s+|[\s;,/]+", text)):
        if _EMAIL.fullmatch(part):
            found.setdefault(part.lower(), ContactDraft(email=part))
        else:
            remarks.doubt(
                field,
                part,
                gettext("Ce n'est pas une adresse électronique."),
                gettext("Elle est gardée dans la remarque du lieu : vérifiez-la."),
            )
    return tuple(found.values())
