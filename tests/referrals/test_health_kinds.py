"""Kinds of help that tell of health take a code only: the service's own, and needs besides."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from directory.errors import InvalidInputs
from directory.listings.indexing import refresh
from directory.listings.vocabulary import BY_CODE
from directory.referrals.draft_values import ReferralDraft
from directory.referrals.drafts import save_draft
from directory.referrals.limits import HEALTH_KINDS, Limits, proposes_slip
from directory.referrals.models import Referral
from directory.referrals.rules import Rules
from directory.referrals.sending import log_referral, send_referral
from directory.referrals.steps import Actor, Step
from directory.referrals.vocabulary import State
from tests.referrals.factories import (
    PERSON,
    World,
    agreed,
    ask_as,
    draft_for,
    make_service,
    take,
)

pytestmark = pytest.mark.engine

#: What tells who a person is, and the message: all that is refused.
REFUSED = ["first_name", "birth_year", "phone", "email", "message"]


def save(
    session: Session, world: World, draft: ReferralDraft, rules: Rules | None = None
) -> Referral:
    """Save a draft as the sender."""
    ask_as(session, world.sender)
    return save_draft(
        session,
        draft=draft,
        sender=world.sender,
        rules=rules or world.rules,
        at=world.at,
        idempotency_key=uuid4(),
    )


def go(
    action: Any, session: Session, world: World, referral: Referral, at: datetime | None = None
) -> Referral:
    """Send a draft, or write it down, as the sender."""
    sent: Referral = action(
        session,
        referral=referral,
        version=referral.version,
        sender=world.sender,
        rules=world.rules,
        at=at or world.at,
    )
    return sent


def refused(action: Any, *values: Any) -> list[str]:
    """Return the fields at fault of what is not done."""
    session = values[0]
    with pytest.raises(InvalidInputs) as problems, session.begin_nested():
        action(*values)
    assert all(problem.message and problem.remedy for problem in problems.value.problems)
    return [problem.field or "" for problem in problems.value.problems]


@pytest.mark.parametrize("category", sorted(HEALTH_KINDS))
def test_a_kind_that_tells_of_health_takes_a_code_only(
    session: Session, world: World, category: str
) -> None:
    service_id = make_service(session, world.at, category=category)
    draft = draft_for(service_id, fields=PERSON, consent=agreed(world.at))
    assert refused(save, session, world, draft) == REFUSED
    assert save(session, world, draft_for(service_id)).category_code == category
    open_to_all = Rules(world.keyring, limits=Limits(identity_for_health_kinds=True))
    assert save(session, world, draft, open_to_all).state == State.DRAFT


@pytest.mark.parametrize("need", sorted(HEALTH_KINDS))
def test_a_need_that_tells_of_health_goes_with_a_code_only(
    session: Session, world: World, need: str
) -> None:
    needs = ("domiciliation", need)
    draft = draft_for(world.service_id, needs=needs, fields=PERSON, consent=agreed(world.at))
    assert refused(save, session, world, draft) == REFUSED
    assert save(session, world, draft_for(world.service_id, needs=needs)).needs == list(needs)
    open_to_all = Rules(world.keyring, limits=Limits(identity_for_health_kinds=True))
    assert save(session, world, draft, open_to_all).state == State.DRAFT


def test_the_kinds_of_health_and_of_slips() -> None:
    assert {"sante", "sante-mentale", "pass", "infirmerie"} == HEALTH_KINDS
    assert [kind for kind in ("paej", "victimes-de-violences", "colis") if proposes_slip(kind)] == [
        "paej",
        "victimes-de-violences",
    ]


def become(session: Session, world: World, category: str) -> None:
    """Have the service be told under another kind of help from now on."""
    session.execute(
        text(
            "UPDATE service SET category_id = :category WHERE id ="
            " (SELECT service_id FROM service_at_location WHERE id = :id)"
        ),
        {"category": BY_CODE[category].id, "id": world.service_id},
    )
    refresh(session, at=world.at, service_at_location_ids=[world.service_id])
    session.expire_all()


@pytest.mark.parametrize("action", [send_referral, log_referral])
def test_a_service_that_tells_of_health_since_it_was_written_to_gets_a_code_only(
    session: Session, world: World, action: Any
) -> None:
    referral = world.draft(session, fields=PERSON, consent=agreed(world.at))
    code_alone = world.draft(session)
    become(session, world, "pass")

    with pytest.raises(InvalidInputs) as problems, session.begin_nested():
        go(action, session, world, referral)

    assert [problem.field for problem in problems.value.problems] == REFUSED
    session.refresh(referral)
    assert (referral.state, referral.category_code) == ("draft", "aide-alimentaire")
    assert go(action, session, world, code_alone).category_code == "pass"


def test_a_request_sent_again_is_held_to_what_the_service_is_now(
    session: Session, world: World
) -> None:
    sent = world.sent(session, with_person=True)
    later = world.at + world.rules.clocks.sent_expires
    take(session, sent, Step.EXPIRE, actor=Actor.CLOCK, by=None, keyring=world.keyring, at=later)
    become(session, world, "pass")
    ask_as(session, world.sender)

    with pytest.raises(InvalidInputs), session.begin_nested():
        go(send_referral, session, world, sent, later)
