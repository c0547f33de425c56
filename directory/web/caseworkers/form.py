"""The form of the search as it is shown again: what was asked, and what was not understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from directory import i18n
from directory.i18n import gettext
from directory.listings.vocabulary import AUDIENCES, category_label
from directory.web.caseworkers.asked import NEED, Asked
from directory.web.caseworkers.choices import KindChoice, kinds, switches
from directory.web.caseworkers.links import Link
from directory.web.languages import language_name
from directory.web.runtime import runtime


@dataclass(frozen=True, slots=True)
class Form:
    """Everything `components/search_form.html` shows."""

    asked: Asked
    #: True beside results: the kinds of help fold away so that these come soon on a phone.
    is_short: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    #: The place as understood, shown in the field; else what was typed.
    understood_place: str | None = None
    #: INSEE code of the commune where the search on the page starts: its streets are proposed
    #: first.
    commune: str | None = None

    @property
    def place(self) -> str:
        """What the field says."""
        return self.understood_place or self.asked.get("q")

    @property
    def point(self) -> tuple[str, str]:
        """Latitude and longitude to carry along, blank when the place is not a point."""
        return self.asked.get("lat"), self.asked.get("lon")

    @property
    def chosen_commune(self) -> str:
        """The INSEE code that was asked with the place and understood, else blank."""
        return self.asked.get("insee") if self.commune else ""

    @property
    def asks(self) -> str | None:
        """The outside server that addresses are asked of, if any."""
        return urlsplit(runtime().settings.geocoder_url).hostname

    @property
    def kinds(self) -> list[KindChoice]:
        """The large choices."""
        return kinds(self.asked.all("category"))

    @property
    def need(self) -> str:
        """What the field of plain words says."""
        return self.asked.get(NEED)

    @property
    def help_summary(self) -> str:
        """The heading of the folded choices: what is asked for."""
        chosen = [category_label(code) for code in self.asked.all("category")]
        if self.need:
            chosen.insert(0, gettext("« %(words)s »", words=self.need))
        if not chosen:
            return gettext("Choisir une aide")
        return gettext("Aide : %(kinds)s", kinds=", ".join(chosen))

    @property
    def filter_count(self) -> int:
        """How many filters of the panel are in force."""
        return len(self.chips)

    @property
    def switches(self) -> list[tuple[str, str, str]]:
        """Parameter, value and label of each filter that is asked or not; a moment is told on the
        clock of the commune where the search starts."""
        commune = runtime().gazetteer().by_insee(self.commune) if self.commune else None
        return switches(self.asked.get("open_at"), commune.time_zone if commune else None)

    @property
    def chips(self) -> list[Link]:
        """Each filter in force as a link to the same search without it, in the panel's order."""
        chips = [
            Link(label, self.asked.without(name, "cursor").url)
            for name, value, label in self.switches
            if value in self.asked.all(name)
        ]
        age = self.asked.get("age")
        if age:
            chips.append(
                Link(gettext("%(age)s ans", age=age), self.asked.without("age", "cursor").url)
            )
        return chips + self._values("audience") + self._values("language")

    def _values(self, name: str) -> list[Link]:
        return [
            Link(
                _value_label(name, value),
                self.asked.without("cursor").without_value(name, value).url,
            )
            for value in self.asked.all(name)
        ]

    @property
    def language(self) -> str | None:
        """The language to keep in the address, when it is not the usual one."""
        tag = i18n.current_language().tag
        return None if tag == i18n.DEFAULT_LANGUAGE else tag


def _value_label(name: str, value: str) -> str:
    if name == "language":
        return language_name(value)
    return gettext(AUDIENCES[value]) if value in AUDIENCES else value
