"""Demonstration data: invented services that show every feature, and leads to be verified.

Everything invented says « (exemple) » in its name, has a telephone of the ranges kept for fiction
and a mail address that cannot exist. The leads are real services named in public documents.
"""

from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from directory.imports import pipeline
from directory.imports.demonstration.drafts import SOURCE, drafts_of
from directory.imports.demonstration.town import Town, read_town
from directory.imports.seed_listings import SOURCE_NAME, SeedListings
from directory.listings import actions
from directory.listings.drafts import ServiceDraft
from directory.listings.models import Service
from directory.territories import Gazetteer
from directory.territories.queries import load_gazetteer

LEADS_FILE = "seed_listings.csv"


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many services were brought in."""

    examples: int
    leads: int


def load_if_empty(session: Session, at: datetime) -> Loaded | None:
    """Load everything into a database that has no service at all; else do nothing."""
    if session.scalar(select(exists().where(Service.id.is_not(None)))):
        return None
    return load(session, at=at)


def load(session: Session, *, at: datetime) -> Loaded:
    """Load the examples and the leads, or bring them to what this version ships.

    :raise Unavailable: the table of communes is empty.
    """
    gazetteer = load_gazetteer(session)
    examples = example_drafts(gazetteer, at)
    actions.put_services(session, drafts=examples, source=SOURCE, at=at)
    report = pipeline.run(
        session,
        importer=SeedListings(gazetteer),
        content=files(__name__).joinpath(LEADS_FILE).read_bytes(),
        file=LEADS_FILE,
        at=at,
        options=pipeline.Options(accept_changes=True),
    )
    return Loaded(examples=len(examples), leads=report.placed)


def example_drafts(gazetteer: Gazetteer, at: datetime) -> list[ServiceDraft]:
    """Return the invented services; closures and promises count from the day of `at`."""
    return [draft for town in towns() for draft in drafts_of(town, gazetteer, at)]


def towns() -> list[Town]:
    """Return the files of the towns, by name."""
    folder = files(__name__).joinpath("towns")
    entries = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".toml")),
        key=lambda entry: entry.name,
    )
    return [read_town(entry.read_text(encoding="utf-8"), name=entry.name) for entry in entries]


def remove(session: Session, *, at: datetime, with_leads: bool) -> Loaded:
    """Remove the examples, and close the leads when asked; return how many went."""
    examples = actions.remove_demonstration(session)
    leads = 0
    if with_leads:
        alive = select(Service.id).where(Service.source == SOURCE_NAME, Service.status != "closed")
        for service_id in session.scalars(alive).all():
            actions.withdraw_service(session, service_id=service_id, at=at)
            leads += 1
    return Loaded(examples=examples, leads=leads)
