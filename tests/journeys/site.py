"""A real server on a real database with a small invented town, for the browser to visit."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from directory.app import create_app
from directory.config import Settings
from directory.db import make_engine, make_sessions, unit_of_work
from directory.geo import Position
from directory.listings.drafts import CapacityDraft, PhoneDraft, ServiceDraft
from directory.territories.actions import replace_communes
from directory.territories.sources import Source
from tests.addresses.factories import store_streets
from tests.factories import place_draft, service_draft, small_gazetteer, stored, weekdays
from tests.places import BONDY

#: Postal codes that the journeys type.
POSTAL_CODES = {"93010": ("93140",), "35238": ("35000", "35200", "35700")}

#: The other one is that of La Réunion.
SAINT_DENIS = Position(48.93, 2.36)


class _Quiet(WSGIRequestHandler):
    """Says nothing: the application logs its requests itself."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Write no line."""


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """Serve the application for the block; yield its address."""
    app = create_app(settings)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        app.extensions["fanal"].dispose()


def fill(settings: Settings) -> None:
    """Store the communes and the services of the town."""
    assert settings.database_url
    engine = make_engine(settings.database_url)
    try:
        with unit_of_work(make_sessions(engine)) as session:
            _store_communes(session)
            _store_streets(session)
            _store_services(session, datetime.now(UTC))
    finally:
        engine.dispose()


def _store_communes(session: Session) -> None:
    communes = [
        replace(commune, postal_codes=POSTAL_CODES.get(commune.insee_code, ()))
        for commune in small_gazetteer().communes
    ]
    twin = next(commune for commune in communes if commune.insee_code == "97411")
    other = replace(twin, insee_code="93066", departement="93", region="11", position=SAINT_DENIS)
    source = Source("invented for the tests", "test", "0" * 64)
    replace_communes(session, [*communes, other], source=source, at=datetime.now(UTC))


def _store_streets(session: Session) -> None:
    """Store a street of its own for Bondy, and one that three towns have."""
    republic = {"Rue de la République": ["1", "10", "12"]}
    general = {"Avenue du Général de Gaulle": ["1", "12", "12bis", "14", "120"]}
    store_streets(session, "93010", "93140", "Bondy", general | republic)
    store_streets(session, "93066", "93200", "Saint-Denis", republic, near=SAINT_DENIS)
    store_streets(session, "35238", "35000", "Rennes", republic)


def _store_services(session: Session, at: datetime) -> None:
    for draft in (*_said_in_full(at), *_harder_to_show()):
        stored(session, draft, at)


#: A number that the national plan keeps for fiction.
PHONE = PhoneDraft("+33199003614", label="Accueil")

ALL_DAY = (weekdays(0, 24, range(1, 8)),)


def _said_in_full(at: datetime) -> list[ServiceDraft]:
    return [
        service_draft(
            place_draft(
                _near(300, 200), schedules=ALL_DAY, phones=(PHONE,),
                verified_at=at - timedelta(days=20), address="10 rue de la République",
            ),
            name="Distribution de colis", category="colis",
            conditions={"audiences": ["familles", "femmes-enceintes"], "access": ["walk-in"],
                        "cost": {"kind": "free"}, "documents": [{"code": "identity"}],
                        "languages": ["fr", "ar", "ta"]},
        ),
        service_draft(
            place_draft(
                _near(-700, 900), opening_mode="by_appointment", phones=(PHONE,),
                verified_at=at - timedelta(days=90), address="3 place de la Mairie",
                capacity=CapacityDraft("waitlist", at, at + timedelta(days=30)),
            ),
            name="Point Conseil Budget du centre communal d'action sociale",
            category="point-conseil-budget",
            conditions={"welcome": "unconditional", "access": ["appointment"],
                        "cost": {"kind": "free"},
                        "documents": [{"code": "debts-list"}, {"code": "income-proof"}]},
        ),
    ]  # fmt: skip


def _harder_to_show() -> list[ServiceDraft]:
    return [
        service_draft(
            place_draft(
                _near(1200, -300), phones=(PHONE,), address="27 allée des Tilleuls",
                notice=f"Le calendrier est ici : https://www.exemple.fr/{'calendrier-' * 6}",
            ),
            name="Accueil de jour Le Phare", category="accueil-de-jour",
            conditions={"animals": True, "access": ["walk-in"]},
        ),
        service_draft(
            place_draft(_near(2000, 2000), privacy="hidden", phones=(PHONE,)),
            name="Écoute et mise à l'abri", category="victimes-de-violences",
            conditions={"audiences": ["femmes"], "welcome": "exclusive"},
        ),
        service_draft(
            place_draft(_near(5000, 1000), schedules=ALL_DAY),
            name="Douches municipales", category="douche",
            conditions={"cost": {"kind": "participation", "text": "1 euro"}},
        ),
        service_draft(
            place_draft(None, phones=(PhoneDraft("3919"),)), areas=["france:FR"],
            name="Écoute au téléphone", category="victimes-de-violences",
            conditions={"modes": ["remote"], "cost": {"kind": "free"}},
        ),
    ]  # fmt: skip


def _near(north_m: float, east_m: float) -> Position:
    return Position(BONDY.latitude + north_m / 111_195, BONDY.longitude + east_m / 73_100)
