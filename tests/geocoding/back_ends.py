"""Sources of addresses for tests: a written table, and one that never answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from directory.errors import Unavailable
from directory.geo import Position
from directory.geocoding import AddressMatch, AddressQuestion, Precision

VERDUN = AddressMatch(
    label="12 Rue de Verdun 93140 Bondy",
    score=0.96,
    type=Precision.HOUSENUMBER,
    citycode="93010",
    position=Position(48.9021, 2.4801),
)


@dataclass
class WrittenTable:
    """Answers every question with the same addresses, and remembers what it was asked."""

    matches: Sequence[AddressMatch] = (VERDUN,)
    name: str = "written"
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    is_outside: bool = False
    #: The postal code of each question.
    postcodes: list[str | None] = field(default_factory=list)

    def search(
        self,
        text: str,
        *,
        citycode: str | None = None,
        postcode: str | None = None,
        near: Position | None = None,
        limit: int = 5,
    ) -> list[AddressMatch]:
        self.asked.append((text, citycode))
        self.postcodes.append(postcode)
        return list(self.matches)[:limit]

    def complete(
        self, text: str, *, citycode: str | None = None, limit: int = 5
    ) -> list[AddressMatch]:
        return self.search(text, citycode=citycode, limit=limit)

    def reverse(self, position: Position) -> AddressMatch | None:
        return next(iter(self.matches), None)

    def batch(self, questions: Sequence[AddressQuestion]) -> list[AddressMatch | None]:
        return [
            next(iter(self.search(question.text, citycode=question.citycode, limit=1)), None)
            for question in questions
        ]


class Silence(WrittenTable):
    """A source that is down."""

    def search(self, text: str, **asked: object) -> list[AddressMatch]:
        self.asked.append((text, None))
        raise Unavailable("silence")
