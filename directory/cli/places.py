"""`fanal places`: which places to look at on the map, and placing them from their address."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TypeVar

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text
from sqlalchemy.orm import Session, sessionmaker

from directory.cli.address_sources import address_sources
from directory.config import Settings
from directory.db import make_engine, make_sessions, unit_of_work
from directory.geo import Position
from directory.geocoding.actions import Recall
from directory.i18n import gettext, ngettext
from directory.listings.placing import (
    AddressSources,
    Placed,
    in_lots,
    locations_to_place,
    place_by_hand,
    place_locations,
)
from directory.listings.review import Doubt, PlaceToReview, places_to_review
from directory.postgres.addresses import available_database
from directory.territories.queries import load_gazetteer

T = TypeVar("T")


@click.group()
def places() -> None:
    """Les lieux sur la carte : placer par adresse, vérifier."""


@places.command()
@click.option("--again", is_flag=True, help="Aussi ceux que leur adresse a déjà placés.")
@click.option(
    "--online",
    is_flag=True,
    help="Demander aussi au service d'adresses extérieur ce que nos tables n'ont pas.",
)
def geocode(again: bool, online: bool) -> None:
    """Placer par leur adresse les lieux sans point précis.

    Un lieu placé à la main, ou dont la source donne un point précis, ne bouge pas ; un lieu
    confidentiel n'est demandé à personne.
    """
    settings = Settings()
    with available_database(settings) as urls, _sessions(urls.app) as sessions:
        with sessions() as session:
            gazetteer = load_gazetteer(session)
            ids = locations_to_place(session, again=again)
        with address_sources(urls.app, gazetteer, settings, online=online) as sources:
            done = _place(sessions, ids, sources, Recall.NOTHING if again else Recall.FOUND)
    _tell(done)


@places.command()
@click.option("--limit", default=50, show_default=True, help="Nombre de lieux montrés.")
def review(limit: int) -> None:
    """Lister les lieux à vérifier : adresse douteuse, ou restés au centre de la commune."""
    with (
        available_database(Settings()) as urls,
        _sessions(urls.app) as sessions,
        sessions() as session,
    ):
        found = places_to_review(session)
    if not found:
        click.echo(gettext("Aucun lieu à vérifier."))
        return
    Console().print(_listed(found[:limit]))
    doubtful = sum(place.doubt is Doubt.RESEMBLES for place in found)
    click.echo(
        gettext(
            "Adresses douteuses : %(doubtful)s. Au centre de la commune : %(at_commune)s.",
            doubtful=doubtful,
            at_commune=len(found) - doubtful,
        )
    )
    if len(found) > limit:
        click.echo(
            ngettext(
                "%(num)s autre lieu n'est pas montré (--limit).",
                "%(num)s autres lieux ne sont pas montrés (--limit).",
                len(found) - limit,
            )
        )


# A longitude west of Greenwich begins with the sign of an option.
@places.command(context_settings={"ignore_unknown_options": True})
@click.argument("number", type=int)
@click.argument("latitude", type=float)
@click.argument("longitude", type=float)
def put(number: int, latitude: float, longitude: float) -> None:
    """Placer à la main le lieu de la page /p/NUMBER ; plus rien ne le déplacera."""
    position = Position(latitude, longitude)
    with (
        available_database(Settings()) as urls,
        _sessions(urls.app) as sessions,
        unit_of_work(sessions) as session,
    ):
        gazetteer = load_gazetteer(session)
        place_by_hand(session, number, position, gazetteer=gazetteer, at=datetime.now(UTC))
    click.echo(gettext("Le lieu %(number)s est placé à la main.", number=number))


def _place(
    sessions: sessionmaker[Session], ids: Sequence[int], sources: AddressSources, recall: Recall
) -> Placed:
    """Place lot by lot, each kept at once: what was done before a stop is not done again."""
    done = Placed()
    for lot in _with_progress(in_lots(ids)):
        with unit_of_work(sessions) as session:
            done += place_locations(
                session, lot, sources=sources, at=datetime.now(UTC), recall=recall
            )
    return done


def _with_progress(items: Sequence[T]) -> Iterable[T]:
    console = Console(stderr=True)
    return track(items, description=gettext("Recherche…"), console=console, transient=True)


def _tell(done: Placed) -> None:
    click.echo(
        gettext(
            "Lieux cherchés : %(asked)s. Trouvés : %(found)s ; à vérifier : %(to_review)s ; non "
            "trouvés : %(at_commune)s. Déplacés : %(moved)s.",
            asked=done.asked,
            found=done.found,
            to_review=done.to_review,
            at_commune=done.at_commune,
            moved=done.moved,
        )
    )
    if done.to_review:
        click.echo(gettext("Pour les voir : « fanal places review »."))


def _listed(found: Sequence[PlaceToReview]) -> Table:
    table = Table()
    for title in (
        gettext("Page"),
        gettext("Nom"),
        gettext("Adresse"),
        gettext("Proposé"),
        gettext("Score"),
    ):
        table.add_column(title, overflow="fold")
    for place in found:
        town = " ".join(filter(None, (place.postal_code, place.city)))
        cells = (
            f"/p/{place.service_at_location_id}",
            place.name,
            f"{place.address}, {town}",
            place.proposed or gettext("centre de la commune"),
            "" if place.score is None else f"{place.score:.2f}",
        )
        # As `Text`: square brackets of a listing are not colours.
        table.add_row(*map(Text, cells))
    return table


@contextmanager
def _sessions(url: str) -> Iterator[sessionmaker[Session]]:
    engine = make_engine(url, pool_size=1)
    try:
        yield make_sessions(engine)
    finally:
        engine.dispose()
