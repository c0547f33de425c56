"""The links of a service that was suspended open nothing, until it is verified again."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.accounts.models import OrganizationAccount
from directory.outbox.models import OutboxMessage
from directory.referrals.models import Referral
from tests.accounts.factories import MADE_AT
from tests.referrals.factories import World, ask_as
from tests.web.page import read_page
from tests.web.receivers.conftest import Hold, held

TOLD = ("A. D.", "Distribution", "Bondy", "Aminata")


def suspend(session: Session, world: World) -> None:
    own = session.get_one(OrganizationAccount, world.receiver.organization_id)
    own.verified_at, own.suspended_at = None, world.at
    session.flush()


def verify_again(session: Session, world: World) -> None:
    own = session.get_one(OrganizationAccount, world.receiver.organization_id)
    own.verified_at, own.suspended_at = MADE_AT, None
    session.flush()


def version_of(session: Session, world: World, referral: Referral) -> int:
    ask_as(session, world.sender)
    session.refresh(referral)
    return referral.version


def test_a_link_of_a_suspended_service_opens_nothing_and_says_whom_to_call(
    session: Session, world: World, hold: Hold
) -> None:
    referral = world.sent(session, with_person=True)
    holder = hold(referral)
    opened = held(holder.post("ouvrir"), 303).headers["Location"]
    assert "A. D." in holder.read(opened).text
    suspend(session, world)

    for address in (holder.address, opened):
        page = holder.read(address, status=403)
        assert "Votre structure est suspendue" in page.text
        assert "Appelez la personne qui administre Fanal" in page.text
        assert [word for word in TOLD if word in page.text] == []
        (main,) = page.all("main")
        assert list(main.all("button")) == []
    version = version_of(session, world, referral)
    refused = read_page(held(holder.post("accept", version), 403).text).text
    assert "Votre réponse n'a pas été prise." in refused
    assert held(holder.post("ouvrir"), 403)
    assert version_of(session, world, referral) == version

    verify_again(session, world)
    assert "A. D." in holder.open().text


def test_a_suspended_service_gets_no_fresh_link(session: Session, world: World, hold: Hold) -> None:
    holder = hold(world.sent(session))
    suspend(session, world)
    before = session.scalar(select(func.count()).select_from(OutboxMessage))
    headers = {"Sec-Fetch-Site": "same-origin"}
    held(holder.client.post(f"{holder.address}/nouveau-lien", headers=headers), 303)
    assert session.scalar(select(func.count()).select_from(OutboxMessage)) == before
