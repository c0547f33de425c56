"""The four facts of a card, in the order people ask: for whom, at what cost, how, with what."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from babel.lists import format_list

from directory import i18n
from directory.i18n import gettext
from directory.listings.vocabulary import ACCESS_MODES, AUDIENCES, COSTS, DOCUMENTS

#: Beyond this many, the card names the first ones and leaves the rest to the place's page.
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: its icon, its heading, our words if any, and the place's own words.

    The heading is read aloud; it is also seen when an icon alone would not say what is meant.
    """

    icon: str
    heading: str
    text: str
    source_text: str | None = None
    is_heading_seen: bool = False


def facts(conditions: dict[str, Any], *, most: int | None = MOST_NAMED) -> list[Fact]:
    """Return what is known among the four facts; nothing is guessed for the others.

    `most` bounds how many audiences or papers a line names; None names all.
    """
    makers: tuple[Callable[[dict[str, Any], int | None], Fact | None], ...] = (
        _who,
        _cost,
        _access,
        _papers,
    )
    found = (make(conditions, most) for make in makers)
    return [fact for fact in found if fact is not None]


def _who(conditions: dict[str, Any], most: int | None) -> Fact:
    audiences = _named(AUDIENCES, conditions.get("audiences", ()), most)
    ages = _ages(conditions.get("minimum_age"), conditions.get("maximum_age"))
    if audiences:
        text = audiences if not ages else f"{audiences} ({ages})"
        if conditions.get("welcome") == "exclusive":
            text = gettext("Réservé : %(audiences)s", audiences=text)
        elif conditions.get("welcome") == "preferential":
            text = gettext("En priorité : %(audiences)s", audiences=text)
    elif ages:
        text = gettext("Public : %(ages)s", ages=ages)
    elif conditions.get("audience_text") and conditions.get("welcome") != "unconditional":
        text = ""
    else:
        text = gettext("Ouvert à tous")
    return Fact(
        "who",
        gettext("Pour qui"),
        text,
        conditions.get("audience_text"),
        is_heading_seen=not text,
    )


def _ages(minimum: int | None, maximum: int | None) -> str | None:
    if minimum is not None and maximum is not None:
        return gettext(
            "de %(minimum)s à %(maximum)s ans", minimum=str(minimum), maximum=str(maximum)
        )
    if minimum is not None:
        return gettext("à partir de %(minimum)s ans", minimum=str(minimum))
    if maximum is not None:
        return gettext("jusqu'à %(maximum)s ans", maximum=str(maximum))
    return None


def _cost(conditions: dict[str, Any], _most: int | None) -> Fact | None:
    cost = conditions.get("cost")
    if not cost:
        return None
    return Fact("cost", gettext("Coût"), gettext(COSTS[cost["kind"]]), cost.get("text"))


def _access(conditions: dict[str, Any], most: int | None) -> Fact | None:
    text = _named(ACCESS_MODES, conditions.get("access", ()), most, alternatives=True)
    return Fact("access", gettext("Comment venir"), text) if text else None


def _papers(conditions: dict[str, Any], most: int | None) -> Fact | None:
    documents = conditions.get("documents", ())
    if not documents:
        return None
    heading = gettext("À apporter")
    own_words = ", ".join(paper["text"] for paper in documents if paper.get("text")) or None
    codes = [paper["code"] for paper in documents]
    if codes == ["none"]:
        return Fact("documents", heading, gettext(DOCUMENTS["none"]), own_words)
    text = _named(DOCUMENTS, (code for code in codes if code != "other" or not own_words), most)
    return Fact("documents", heading, text, own_words, is_heading_seen=True)


def _named(
    labels: dict[str, str], codes: Iterable[str], most: int | None, *, alternatives: bool = False
) -> str:
    """Return the labels of the codes as one phrase; the first stays capitalised."""
    names = [gettext(labels[code]) for code in codes if code in labels]
    hidden = 0 if most is None else max(0, len(names) - most)
    if hidden:
        names = [*names[:most], gettext("%(count)s autres", count=str(hidden))]
    names = names[:1] + [name[:1].lower() + name[1:] for name in names[1:]]
    language = str(i18n.babel_locale(i18n.current_language().tag))
    return format_list(names, style="or" if alternatives else "standard", locale=language)
