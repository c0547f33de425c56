"""A mail is put into the outbox with the change it tells, or not at all."""

import time
from datetime import datetime
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from directory.errors import InvalidInput
from directory.outbox.actions import put_message, read_address
from directory.outbox.models import OutboxMessage
from directory.outbox.queries import count_by_state
from directory.outbox.texts import LINKS, MessageKind


def test_a_change_that_is_rolled_back_leaves_no_mail(session: Session, at: datetime) -> None:
    with session.begin_nested() as change:
        put_message(session, kind="password_changed", recipient="a@b.fr", values={}, at=at)
        change.rollback()
    assert count_by_state(session) == {}


def test_a_line_holds_identifiers_and_no_token(session: Session, at: datetime) -> None:
    link = uuid4()
    id = put_message(
        session,
        kind=MessageKind.REQUEST_WAITING,
        recipient=" accueil@exemple.fr ",
        values={"answer_link_id": link},
        at=at,
    )
    row = session.get_one(OutboxMessage, id)
    assert (row.recipient, row.state, row.due_at) == ("accueil@exemple.fr", "waiting", at)
    assert row.values == {"answer_link_id": str(link)}


@pytest.mark.parametrize("kind", MessageKind)
def test_a_text_takes_the_identifier_it_links_to_and_nothing_else(
    session: Session, at: datetime, kind: MessageKind
) -> None:
    def put(**values: object) -> None:
        put_message(session, kind=kind, recipient="a@b.fr", values=values, at=at)

    for name in LINKS[kind]:
        put(**{name: uuid4()})
    with pytest.raises(ValueError, match=kind.value):
        put(first_name="Zoé")
    with pytest.raises(ValueError, match=kind.value):
        put(answer_link_id=uuid4(), referral_id=uuid4())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "accueil",
        "a@b@c.fr",
        "a@b.fr, c@d.fr",
        "a@b.fr\r\nBcc: c@d.fr",
        "Awa <a@b.fr>",
        "zoé@exemple.fr",
        "@b.fr",
        "a@",
        "a@b..fr",
        "a" * 65 + "@b.fr",
        "a@" + "b." * 130 + "fr",
    ],
)
def test_what_is_no_address_is_refused_with_its_remedy(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_address(text)
    assert refused.value.remedy


def test_an_address_as_long_as_a_form_keeps_nobody_waiting() -> None:
    """Signs that stand on others are put in order one by one: 64 KiB of them take seconds."""
    started = time.process_time()
    with pytest.raises(InvalidInput):
        read_address("a@" + "\u0f73\u0315" * 9_000)
    assert time.process_time() - started < 0.3


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" a.b+c@exemple.fr\n", "a.b+c@exemple.fr"),
        ("o'neil@exemple.fr", "o'neil@exemple.fr"),
        ("accueil@été.fr", "accueil@xn--t-9fab.fr"),
    ],
)
def test_an_address_is_kept_as_servers_write_it(text: str, address: str) -> None:
    assert read_address(text) == address
