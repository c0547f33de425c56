"""Mails about requests: they lead to the page of the one request, tell nothing of the person, and
stay in when there is nothing left to open."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.post_office import PostOffice, post_office
from directory.config import Settings
from directory.outbox.models import OutboxMessage
from directory.outbox.queries import count_by_state
from directory.privacy.keys import keyring
from directory.privacy.scope import Scope, scope_of
from directory.referrals.fields import FieldName
from directory.referrals.links import end_links, find_by_token
from directory.referrals.steps import Step
from tests.outbox.factories import deliver, mailing
from tests.referrals.factories import PERSON, World, agreed, make_world

#: Names that only these tests have, besides those of the person.
SERVICE, TOWN = "Halte Zinzolin", "Bondy"


@pytest.fixture
def world(session: Session, settings: Settings, at: datetime) -> World:
    return make_world(session, keyring(settings), at, name=SERVICE)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as running:
        yield running


def whole(mail: EmailMessage) -> str:
    """Return all that a mail program could show, and the mail as it travelled."""
    parts = [part.get_content() for part in mail.walk() if not part.is_multipart()]
    return "\n".join([str(mail), *parts, *map(str, mail.values())])


def words_of(mail: EmailMessage) -> str:
    """Return what a person reads of it: no link, and nothing that machines made up."""
    parts = [part.get_content() for part in mail.walk() if not part.is_multipart()]
    words = " ".join([str(mail["Subject"]), *parts]).split()
    return " ".join(word for word in words if "://" not in word)


def link_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    (link,) = (word for word in part.get_content().split() if word.startswith("https://"))
    return str(link)


def test_the_receivers_mail_opens_the_request_and_no_other(
    session: Session, settings: Settings, office: PostOffice, world: World, at: datetime
) -> None:
    referral = world.sent(session)
    deliver(session, mailing(settings, office), at)
    (mail,) = office.mails
    assert mail["To"] == "accueil@exemple.invalid"
    base, _, token = link_of(mail).rpartition("/")
    assert base == "https://fanal.exemple.fr/reponse"
    found = find_by_token(session, token=token, at=at)
    assert found is not None
    assert found.is_usable
    assert found.referral.id == referral.id


def test_no_mail_of_a_request_tells_anything_of_it(
    session: Session, settings: Settings, office: PostOffice, world: World, at: datetime
) -> None:
    referral = world.sent(session, fields=PERSON, consent=agreed(at), code="ZZ-Marqueur")
    for step, values in (
        (Step.ASK_INFORMATION, {"text": "Quel âge a-t-elle, Aminata ?"}),
        (Step.ACCEPT, {}),
        (Step.SET_APPOINTMENT, {"appointment_at": at + timedelta(days=3)}),
    ):
        world.answered(session, referral, step, **values)
    deliver(session, mailing(settings, office), at)
    assert len(office.mails) == 4
    told = "\n".join(map(whole, office.mails))
    # Two letters, such as those of her language, are in every coded line; the digits of a year may
    # be in an identifier or between two parts by chance.
    of_the_person = [value for value in PERSON.values() if len(value) > 4]
    markers = [*of_the_person, "ZZ-Marqueur", SERVICE, TOWN, world.sender.name, "Entraide"]
    assert [marker for marker in markers if marker in told] == []
    assert PERSON[FieldName.BIRTH_YEAR] not in " ".join(map(words_of, office.mails))


def test_a_mail_whose_answer_link_was_ended_stays_in(
    session: Session, settings: Settings, office: PostOffice, world: World, at: datetime
) -> None:
    referral = world.sent(session)
    end_links(session, referral=referral, at=at)
    session.flush()
    deliver(session, mailing(settings, office), at)
    assert office.mails == []
    assert count_by_state(session) == {"dropped": 1}


def test_sending_asks_for_nobody_but_the_link(
    session: Session, settings: Settings, office: PostOffice, world: World, at: datetime
) -> None:
    world.sent(session)
    before = scope_of(session)
    deliver(session, mailing(settings, office), at)
    assert scope_of(session) == before != Scope()
    assert session.scalars(select(OutboxMessage.state)).all() == ["sent"]
