"""What the address of the page asks, and the addresses that ask a little more or less.

The names are those of the API (`directory.search.parameters`); the page adds `besoin`, a need in
plain words. What a blank field sends is as if it were absent; `lang` is kept by `url_for`.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import url_for
from werkzeug.datastructures import MultiDict

#: The parameters that say where; without one of them there is nothing to search around.
PLACE = ("q", "insee", "lat", "lon")

#: The need in plain words, which becomes a category.
NEED = "besoin"


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters in the order of the address, blanks left out."""

    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, arguments: MultiDict[str, str]) -> "Asked":
        """Read the query of a request."""
        pairs = ((name, value.strip()) for name, value in arguments.items(multi=True))
        return cls(tuple((name, value) for name, value in pairs if value and name != "lang"))

    def get(self, name: str) -> str:
        """Return the first value of a parameter, or an empty text."""
        return next((value for each, value in self.pairs if each == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a parameter."""
        return tuple(value for each, value in self.pairs if each == name)

    @property
    def names_a_place(self) -> bool:
        """True when there is something to search around."""
        return any(self.get(name) for name in PLACE)

    def without(self, *names: str) -> "Asked":
        """Return the same question less these parameters."""
        return Asked(tuple(pair for pair in self.pairs if pair[0] not in names))

    def only(self, *names: str) -> "Asked":
        """Return the same question with these parameters and no other."""
        return Asked(tuple(pair for pair in self.pairs if pair[0] in names))

    def without_value(self, name: str, value: str) -> "Asked":
        """Return the same question less one value of a parameter."""
        return Asked(tuple(pair for pair in self.pairs if pair != (name, value)))

    def having(self, **values: str | int | None) -> "Asked":
        """Return the same question with these parameters in place of the former ones."""
        added = tuple((name, str(value)) for name, value in values.items() if value is not None)
        return Asked(self.without(*values).pairs + added)

    @property
    def url(self) -> str:
        """The address of the search page that asks this."""
        page = url_for("caseworkers.search")
        joint = "&" if "?" in page else "?"
        return f"{page}{joint}{urlencode(self.pairs)}" if self.pairs else page
