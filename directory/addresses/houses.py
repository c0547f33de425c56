"""The house numbers of a street: which one was meant, and which is nearest to it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from directory.addresses.reading import normal_repetition
from directory.addresses.reads import NumberRow
from directory.geo import Position


@dataclass(frozen=True, slots=True)
class House:
    """A house number with its position."""

    number: int
    #: As it is written in the base; empty for most.
    repetition: str
    position: Position

    @classmethod
    def of(cls, row: NumberRow) -> Self:
        """Return a row as a house."""
        return cls(row.number, row.repetition, Position(row.latitude, row.longitude))

    @property
    def label(self) -> str:
        """The number as it is said: « 12 », « 12 bis », « 12B »."""
        if not self.repetition:
            return str(self.number)
        space = " " if len(self.repetition) > 1 else ""
        told = self.repetition if space else self.repetition.upper()
        return f"{self.number}{space}{told}"

    def is_at(self, number: int, repetition: str) -> bool:
        """Say whether this is the number typed; « 12 b » is « 12 bis »."""
        return self.number == number and normal_repetition(self.repetition) == repetition


def nearest_house(houses: Sequence[House], number: int, repetition: str) -> House | None:
    """Return the house of a number, else the nearest number on the same side of the street.

    Sides are even and odd; only when one side is empty the other one counts. Ties: the same
    repetition, then the lower number, then the first repetition.
    """
    if not houses:
        return None
    side = [house for house in houses if house.number % 2 == number % 2] or houses
    return min(
        side,
        key=lambda house: (
            abs(house.number - number),
            not house.is_at(number, repetition),
            house.number,
            house.repetition,
        ),
    )


def houses_beginning(houses: Sequence[House], number: int, repetition: str) -> list[House]:
    """Return the houses that a typed number may become: itself, its repetitions, then longer ones.

    « 12 » gives 12, 12 bis, 120, 121…; « 12 bis » only what begins so.
    """
    digits = str(number)
    begun = [
        house
        for house in houses
        if str(house.number).startswith(digits)
        and (
            not repetition
            or (
                house.number == number
                and normal_repetition(house.repetition).startswith(repetition)
            )
        )
    ]
    return sorted(begun, key=lambda house: (house.number != number, house.number, house.repetition))
