"""What an importer hands over for a département, and what became of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol


class IncomingStreet(NamedTuple):
    """A street to load. `rank` is the number by which its addresses name it."""

    rank: int
    insee_code: str
    city_code: str
    postal_code: str | None
    city: str
    former_insee_code: str | None
    former_city: str | None
    name: str
    key: str
    is_locality: bool


class IncomingAddress(NamedTuple):
    """A row to load: a house number, or only a point of a street when it has no number."""

    street_rank: int
    number: int | None
    repetition: str
    #: Of several rows for one number the lowest choice counts, then the lowest id.
    choice: int
    #: Of the address in its source: the same twice is one address.
    id: str
    longitude: float
    latitude: float


class Incoming(Protocol):
    """The addresses of a département, walked once; streets and refusals are complete after."""

    @property
    def streets(self) -> Sequence[IncomingStreet]:
        """The streets, those without any row among them."""

    @property
    def refused(self) -> int:
        """How many rows of the source were not good enough to be walked over."""

    def __iter__(self) -> Iterator[IncomingAddress]:
        """Yield the rows. An error raised here stops the replacement."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The file that a département comes from."""

    name: str
    dated_on: date | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Replacement:
    """What a département holds once it is replaced."""

    #: Localities among them.
    streets: int
    #: House numbers, each once.
    addresses: int
    #: Rows that told a house number again.
    doubled: int
