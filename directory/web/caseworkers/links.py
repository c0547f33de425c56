"""The links that a page of results offers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """An address and its text."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """A commune that what was typed can mean."""

    label: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class Pages:
    """The first page of results and the next one; None where one is already."""

    first_url: str | None
    next_url: str | None
