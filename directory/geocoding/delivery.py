"""What an address bears for the post or for the last steps only: leaving it out.

Boxes, doors and recipients are no places, and their numbers look like postal codes and house
numbers: « CS 20001 35000 Rennes » is not in the commune of code 20001.
"""

import re

_BOX = re.compile(
    r"\b(?:b\.?p\.?|c\.?s\.?|t\.?s\.?a\.?|cidex|bo[iî]te postale|case postale)"
    r"\s*(?:n[°o]\s*)?(?:\d{2} \d{3}(?= \d{5}\b)|\d{1,6}\b)"
    # No code has six digits: a telephone number, or a slip of the finger.
    r"|\b\d{6,}\b",
    re.IGNORECASE,
)

#: The kinds of way before which a number is that of a house, not of a building.
_WAYS = (
    r"(?:all[ée]es?|all|avenue|ave?|boulevard|bd|blv?d|chauss[ée]e|chemin|che?m?|cit[ée]"
    r"|cours?|esplanade|faubourg|fb?g|impasse|imp|mail|mont[ée]e|parvis|passage|pass?|place|pl"
    r"|promenade|prom|quai|rond|route|rte|rue|r|ruelle|sente|sentier|square|sq|traverse|venelle"
    r"|villa|voie)\b"
)
_BESIDE_WAY = rf"(?!,?\s+(?:bis\b|ter\b|quater\b|{_WAYS}))"

_DOOR = re.compile(
    r"\b(?:"
    r"\d{1,2}\s?(?:er|e|è|[eè]me|i[eè]me|nde?)\s+(?:[ée]tage|[ée]t\.|ét)"
    r"|(?:r\.?d\.?c\.?|rez[- ]de[- ]chauss[ée]e)"
    r"|(?:b[âa]t(?:iment|\.)?|imm(?:euble|\.)?|appt?\.?|appart(?:ement|\.)?|esc(?:alier|\.)?"
    r"|[ée]tage|entr[ée]e|hall|porte|bureau|bloc|bo[iî]te(?: aux lettres)?|interphone|digicode)"
    # A letter stands apart, or « Place de la Halle » would have a hall E.
    rf"(?:\s*(?:n[°o]\s*)?\d{{1,4}}[a-z]?{_BESIDE_WAY}|(?:\s+|(?<=\.))[a-z]\d{{0,3}})"
    r")(?=[\s,;.)]|$)",
    re.IGNORECASE,
)

_NUMBERED_WAY = re.compile(
    r"(?<![\w-])\d{1,4}(?:\s?(?:-|/|,|à|et|\s)\s?\d{1,4})*"
    rf"\s?(?:bis|ter|quater|quinquies|[a-h])?,?\s+{_WAYS}",
    re.IGNORECASE,
)
_WAY_FIRST = re.compile(rf"\s*{_WAYS}\s", re.IGNORECASE)
_SEPARATOR = re.compile(r"[,;]|\s-\s")
#: « Bondy, France »; without a sign it may be a name: « rue Anatole France ».
_COUNTRY = re.compile(r"(?<=\w)\s*(?:[,;(]|\s-)\s*france\W*$", re.IGNORECASE)
_DOUBLED_COMMAS = re.compile(r"\s*,(?:\s*,)+")


def without_boxes_and_doors(text: str) -> str:
    """Return the text without post boxes, buildings marked by a letter or number, floors, doors,
    and without the country at its end."""
    left = _DOOR.sub(" ", _BOX.sub(" ", _COUNTRY.sub("", text)))
    if left == text:
        return text
    return " ".join(_DOUBLED_COMMAS.sub(",", left).split()).strip(" ,;")


def from_house_number(street: str) -> str:
    """Return the part of a street that is one: from its house number to the next comma.

    « CCAS, 12 rue de Verdun, résidence des Lilas » is « 12 rue de Verdun ». Without a number, the
    first part that begins with a kind of way; else the text as it is.
    """
    numbered = _NUMBERED_WAY.search(street)
    if numbered:
        ending = _SEPARATOR.search(street, numbered.end())
        return street[numbered.start() : ending.start() if ending else None].strip()
    parts = _SEPARATOR.split(street)
    return next((part.strip() for part in parts if _WAY_FIRST.match(part)), street)
