"""How often something may be tried: the rule, and the count that all processes share."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from directory.accounts.models import Throttle
from directory.accounts.throttles import (
    SIGN_IN_ACCOUNT,
    SIGN_IN_ALL,
    SIGN_IN_PREFIX,
    Limit,
    count_try,
    forget,
    prefix_of,
    take_back,
    wait_s,
)
from directory.errors import Throttled
from directory.postgres.roles import DatabaseUrls
from directory.privacy.keys import Keyring
from tests.accounts.conftest import AT

THREE = Limit("three", 3, timedelta(minutes=5))


def after(**values: float) -> datetime:
    return AT + timedelta(**values)


@settings(deadline=None)
@given(
    st.lists(st.integers(min_value=0, max_value=2_000), max_size=60).map(sorted),
    st.integers(min_value=1, max_value=12),
)
def test_no_stretch_as_long_as_the_window_lets_more_through_than_the_limit(
    seconds: list[int], most: int
) -> None:
    limit = Limit("any", most, timedelta(seconds=300))
    through: list[datetime] = []
    for second in seconds:
        at = after(seconds=second)
        if not wait_s(through, limit, at):
            through.append(at)
    for first in through:
        within = [one for one in through if first <= one < first + limit.window]
        assert len(within) <= most


@settings(deadline=None)
@given(st.lists(st.integers(min_value=-900, max_value=900), max_size=20))
def test_whoever_waits_as_long_as_told_gets_through(seconds: list[int]) -> None:
    tried = [after(seconds=second) for second in seconds]
    told = wait_s(tried, THREE, AT)
    for _turn in range(len(tried) + 1):
        again = wait_s(tried, THREE, after(seconds=told))
        told += again
    assert again == 0


def test_a_try_dated_far_ahead_by_a_wrong_clock_does_not_shut_anybody_out() -> None:
    assert wait_s([after(days=400)] * 3, THREE, AT) == 0


def test_the_fourth_try_of_three_waits_until_the_first_is_a_window_old() -> None:
    tried = [AT, after(minutes=1), after(minutes=2)]
    assert wait_s(tried, THREE, after(minutes=3)) == 120
    assert wait_s(tried, THREE, after(minutes=5)) == 0


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("not an address", ""),
        (None, ""),
    ],
)
def test_an_address_is_counted_by_what_one_subscriber_holds(
    address: str | None, prefix: str
) -> None:
    assert prefix_of(address) == prefix


def test_a_full_axis_refuses_for_all_and_counts_on_none(session: Session, ring: Keyring) -> None:
    for _try in range(3):
        count_try(session, keyring=ring, tries={THREE: "awa"}, at=AT)
    with pytest.raises(Throttled) as refused:
        count_try(session, keyring=ring, tries={THREE: "awa", SIGN_IN_ALL: ""}, at=after(minutes=1))
    assert refused.value.retry_after_s == 240
    assert session.scalars(select(Throttle.axis)).all() == [THREE.axis]


def test_what_succeeded_is_taken_back_and_what_is_forgotten_counts_no_more(
    session: Session, ring: Keyring
) -> None:
    tries = {THREE: "awa"}
    for second in range(3):
        count_try(session, keyring=ring, tries=tries, at=after(seconds=second))
    take_back(session, keyring=ring, tries=tries, at=after(seconds=2))
    count_try(session, keyring=ring, tries=tries, at=after(seconds=4))
    forget(session, keyring=ring, limit=THREE, key="awa")
    for _try in range(3):
        count_try(session, keyring=ring, tries=tries, at=after(seconds=5))


def test_neither_names_nor_addresses_are_kept(session: Session, ring: Keyring) -> None:
    tries = {SIGN_IN_ACCOUNT: "awa@exemple.invalid", SIGN_IN_PREFIX: "203.0.113.0/24"}
    count_try(session, keyring=ring, tries=tries, at=AT)
    kept = b"".join(session.scalars(select(Throttle.key)))
    assert b"awa" not in kept
    assert b"203" not in kept


def test_a_rollback_of_the_request_does_not_forget_the_try(
    fresh_database: DatabaseUrls, ring: Keyring
) -> None:
    engine = create_engine(fresh_database.app, poolclass=NullPool)
    with Session(engine) as request:
        for _try in range(3):
            count_try(request, keyring=ring, tries={THREE: "awa"}, at=AT)
            request.rollback()
        with pytest.raises(Throttled):
            count_try(request, keyring=ring, tries={THREE: "awa"}, at=AT)
    engine.dispose()


def test_sixteen_connections_of_four_workers_share_one_count(
    fresh_database: DatabaseUrls, ring: Keyring
) -> None:
    """Each engine stands for a process: they share nothing but the database."""
    engines = [create_engine(fresh_database.app, pool_size=4) for _worker in range(4)]

    def try_once(number: int) -> bool:
        tries = {SIGN_IN_ACCOUNT: "awa", SIGN_IN_PREFIX: "203.0.113.0/24", SIGN_IN_ALL: ""}
        with Session(engines[number % 4]) as request:
            try:
                count_try(request, keyring=ring, tries=tries, at=AT)
            except Throttled:
                return False
            return True

    with ThreadPoolExecutor(16) as clients:
        through = list(clients.map(try_once, range(60)))
    for engine in engines:
        engine.dispose()
    assert sum(through) == SIGN_IN_ACCOUNT.tries
