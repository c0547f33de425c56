"""Addresses that come without a point are placed by the import that brings them, whatever it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.geo import Position
from directory.geocoding.models import GeocodedAddress
from directory.imports.mapping import MappedService, Mapping
from directory.imports.pipeline import Options, run
from directory.imports.report import Report
from directory.imports.rows import SourceRow
from directory.listings.drafts import (
    LocationDraft,
    OrganizationDraft,
    PlaceDraft,
    ServiceDraft,
    Source,
)
from directory.listings.entries import SearchEntry
from directory.listings.models import Location, Service
from directory.listings.placing import AddressSources, Placed
from directory.territories import Gazetteer
from tests.geocoding.back_ends import VERDUN, WrittenTable

HEADER = "key,category,address,latitude,longitude\n"


@dataclass(frozen=True)
class Addresses:
    """An importer of addresses of Bondy, with a point or without."""

    columns: Sequence[str] = tuple(HEADER.strip().split(","))
    source: Source = Source("addresses")

    def map(self, rows: Sequence[SourceRow], *, file: str) -> Mapping:
        return Mapping(tuple(MappedService(self._draft(row), (row.line,)) for row in rows), ())

    def _draft(self, row: SourceRow) -> ServiceDraft:
        key, values = row.values["key"], row.values
        has_point = bool(values["latitude"])
        location = LocationDraft(
            key=key,
            city="Bondy",
            insee_code="93010",
            address=values["address"] or None,
            position=Position(float(values["latitude"]), float(values["longitude"]))
            if has_point
            else None,
            precision="housenumber" if has_point else "municipality",
        )
        return ServiceDraft(
            key=key,
            organization=OrganizationDraft(key=key, name="Entraide"),
            category=values["category"],
            name="Distribution",
            places=(PlaceDraft(key=key, location=location),),
        )


@dataclass
class Importing:
    """One list, imported again and again with one table of addresses."""

    session: Session
    gazetteer: Gazetteer
    at: datetime
    table: WrittenTable

    def __call__(self, *rows: str, **options: bool) -> Report:
        return run(
            self.session,
            importer=Addresses(),
            content=(HEADER + "".join(f"{row}\n" for row in rows)).encode(),
            file="adresses.csv",
            at=self.at,
            options=Options(accept_changes=True, **options),
            sources=AddressSources(self.gazetteer, [self.table]),
        )

    def location(self, key: str) -> Location:
        query = select(Location).where(Location.source_key == key)
        return self.session.scalars(query, execution_options={"populate_existing": True}).one()

    def point(self, key: str) -> tuple[float | None, float | None, str]:
        location = self.location(key)
        return location.latitude, location.longitude, location.precision


PLACED = (VERDUN.position.latitude, VERDUN.position.longitude, "housenumber")
AT_COMMUNE = (None, None, "municipality")


def importing(session: Session, gazetteer: Gazetteer, at: datetime, *scores: float) -> Importing:
    matches = [replace(VERDUN, score=score) for score in scores]
    return Importing(session, gazetteer, at, WrittenTable(matches))


def test_an_address_without_a_point_is_placed_in_the_same_import(
    session_with_words: Session, invented_gazetteer: Gazetteer, at: datetime
) -> None:
    listed = importing(session_with_words, invented_gazetteer, at, 0.9)
    report = listed(
        "a,aide-alimentaire,12 rue de Verdun,,",
        "b,aide-alimentaire,1 rue du Point,48.9,2.48",
        "c,aide-alimentaire,,,",
    )
    assert report.located == Placed(asked=1, found=1, moved=1)
    assert listed.point("a") == PLACED
    assert listed.point("b") == (48.9, 2.48, "housenumber")
    assert listed.point("c") == AT_COMMUNE
    points = session_with_words.execute(select(SearchEntry.latitude)).scalars().all()
    assert sorted(filter(None, points)) == [48.9, 48.9021], "without communes c has no point"


def test_a_second_import_changes_nothing_and_asks_nothing(
    session_with_words: Session, invented_gazetteer: Gazetteer, at: datetime
) -> None:
    listed = importing(session_with_words, invented_gazetteer, at, 0.9)
    rows = ("a,aide-alimentaire,12 rue de Verdun,,", "b,aide-alimentaire,1 rue Perdue,,")
    listed(*rows)
    asked = len(listed.table.asked)
    again = listed(*rows)
    assert again.comparison.to_store == ()
    assert again.located == Placed()
    assert len(listed.table.asked) == asked
    assert listed.point("a") == PLACED


def test_a_changed_service_keeps_the_point_of_its_address(
    session_with_words: Session, invented_gazetteer: Gazetteer, at: datetime
) -> None:
    listed = importing(session_with_words, invented_gazetteer, at, 0.9)
    listed("a,aide-alimentaire,12 rue de Verdun,,")
    listed("a,douche,12 rue de Verdun,,")
    assert listed.point("a") == PLACED
    assert len(listed.table.asked) == 1, "what was found before is remembered"


def test_a_point_placed_by_hand_survives_every_import(
    session_with_words: Session, invented_gazetteer: Gazetteer, at: datetime
) -> None:
    listed = importing(session_with_words, invented_gazetteer, at)
    listed("a,aide-alimentaire,12 rue de Verdun,,")
    by_hand = listed.location("a")
    by_hand.latitude, by_hand.longitude, by_hand.precision = 48.905, 2.482, "point"
    by_hand.is_hand_placed = True
    session_with_words.flush()
    listed.table.matches = [VERDUN]
    for changed in ("a,douche,12 rue de Verdun,,", "a,douche,14 rue de Verdun,48.9,2.48"):
        assert listed(changed).located == Placed()
        assert listed.point("a") == (48.905, 2.482, "point")
    assert listed.location("a").address == "14 rue de Verdun"


def test_the_acceptance_rules_decide(
    session_with_words: Session, invented_gazetteer: Gazetteer, at: datetime
) -> None:
    for key, score, point, located in (
        ("sure", 0.8, PLACED, Placed(asked=1, found=1, moved=1)),
        ("doubtful", 0.5, PLACED, Placed(asked=1, to_review=1, moved=1)),
        ("refused", 0.49, AT_COMMUNE, Placed(asked=1)),
    ):
        listed = importing(session_with_words, invented_gazetteer, at, score)
        assert listed(f"{key},aide-alimentaire,rue {key},,").located == located
        assert listed.point(key) == point


def test_the_address_of_a_refuge_is_not_looked_up(
    session_with_words: Session, invented_gazetteer: Gazetteer, at: datetime
) -> None:
    listed = importing(session_with_words, invented_gazetteer, at, 0.9)
    assert listed("a,victimes-de-violences,12 rue de Verdun,,").located == Placed()
    assert listed.table.asked == []
    assert session_with_words.scalars(select(GeocodedAddress)).all() == []


def test_a_dry_run_asks_nothing(
    session_with_words: Session, invented_gazetteer: Gazetteer, at: datetime
) -> None:
    listed = importing(session_with_words, invented_gazetteer, at, 0.9)
    listed("a,aide-alimentaire,12 rue de Verdun,,", is_dry_run=True)
    assert listed.table.asked == []
    assert session_with_words.scalars(select(Service)).all() == []
