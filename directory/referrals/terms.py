"""The conditions and papers of a service, as a worker ticks them one by one with the person.

Each has a code that says what it was, so that a request tells the same when the service changed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from directory.i18n import gettext
from directory.listings.vocabulary import ACCESS_MODES, AUDIENCES, DOCUMENTS

#: Areas that are told one by one.
MOST_AREAS = 5

#: Name of an area code: « Bondy (93) »; None for an unknown one.
AreaLabel = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Term:
    """One line to tick. `source_text`: the words of the service, in French, besides ours."""

    code: str
    label: str
    source_text: str | None = None


def conditions_of(card: dict[str, Any], area_label: AreaLabel) -> list[Term]:
    """Return the conditions of a service: for whom, of which age, living where, coming how."""
    conditions = card.get("conditions") or {}
    codes = [f"audience:{code}" for code in conditions.get("audiences") or ()]
    codes += [
        f"{bound}:{conditions[bound]}"
        for bound in ("minimum_age", "maximum_age")
        if conditions.get(bound) is not None
    ]
    codes += _areas([code for code in card.get("areas") or () if code != "france:FR"])
    if "referral" in (conditions.get("access") or ()):
        codes.append("access:referral")
    terms = [Term(code, condition_label(code, area_label)) for code in codes]
    if conditions.get("audience_text"):
        label = gettext("Les mots du service")
        terms.append(Term("audience_text", label, conditions["audience_text"]))
    return terms


def _areas(codes: list[str]) -> list[str]:
    """Return a line for each area, or one for all where a list would be too long to read."""
    return [f"area:{code}" for code in codes] if len(codes) <= MOST_AREAS else ["area:served"]


def documents_of(card: dict[str, Any]) -> list[Term]:
    """Return the papers to bring; none when the service asks for none, or said nothing."""
    papers = (card.get("conditions") or {}).get("documents") or ()
    return [
        Term(paper["code"], document_label(paper["code"]), paper.get("text"))
        for paper in papers
        if paper["code"] != "none"
    ]


def condition_label(code: str, area_label: AreaLabel) -> str:
    """Return a condition in words, from its code alone; an unknown code stays."""
    name, _, value = code.partition(":")
    match name:
        case "audience":
            return gettext("Public : %(audience)s", audience=gettext(AUDIENCES.get(value, value)))
        case "minimum_age":
            return gettext("A au moins %(age)s ans", age=value)
        case "maximum_age":
            return gettext("A %(age)s ans au plus", age=value)
        case "area" if value == "served":
            return gettext("Vit dans le territoire desservi")
        case "area":
            return gettext("Vit dans le territoire : %(area)s", area=area_label(value) or value)
        case "access":
            return gettext(ACCESS_MODES.get(value, value))
        case "audience_text":
            return gettext("Les mots du service")
        case _:
            return code


def document_label(code: str) -> str:
    """Return a paper in words; an unknown code stays."""
    return gettext(DOCUMENTS.get(code, code))
