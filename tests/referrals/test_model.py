"""Any life of a request, by whoever and at whatever hour, held against the rules written by hand.

The model is the table of `test_steps`, a version and a list of events; the request itself is
committed by the application and by the worker, each in its own role.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from directory.config import Settings
from directory.db import make_engine, make_sessions
from directory.outbox.models import OutboxMessage
from directory.postgres.roles import DatabaseUrls
from directory.privacy.keys import keyring
from directory.privacy.scope import scoped_sessions
from directory.referrals.conflicts import StaleReferral
from directory.referrals.jobs import run_clocks
from directory.referrals.models import Referral, ReferralEvent, ReferralFigure
from directory.referrals.steps import ENDED, LIVE, Actor, IllegalStep, Step
from directory.referrals.vocabulary import Cancellation, Kind, State
from tests.referrals.desk import Desk, make_desk
from tests.referrals.test_steps import BY_CLOCK, BY_RECEIVER, BY_SENDER, TARGETS

pytestmark = pytest.mark.engine

HOUR = timedelta(hours=1)
TABLES = {Actor.SENDER: BY_SENDER, Actor.RECEIVER: BY_RECEIVER, Actor.CLOCK: BY_CLOCK}

#: What people can press; the clock's own steps are the worker's.
EVERY_BUTTON = [(step, actor) for step in Step for actor in (Actor.SENDER, Actor.RECEIVER)]

_ENDING = (Step.CANCEL, Step.WITHDRAW_CONSENT, Step.REFUSE, Step.REDIRECT, Step.CLOSE)


@dataclass
class House:
    """One installation: its database in two roles, its keys, and two desks."""

    app: sessionmaker[Session]
    worker: sessionmaker[Session]
    settings: Settings
    desk: Desk
    begun_at: datetime

    @contextmanager
    def desk_session(self) -> Iterator[Desk]:
        """Sit down at the desks in a transaction of the application, which may commit."""
        with self.app() as session:
            yield replace(self.desk, session=session)

    def run_clocks(self, at: datetime) -> None:
        """Run the worker's clocks until nothing is due."""
        for _ in range(10):
            with self.worker() as session, session.begin():
                if not run_clocks(session, at=at, settings=self.settings):
                    return
        raise AssertionError("it is never done")


@pytest.fixture
def house(fresh_database: DatabaseUrls, settings: Settings, at: datetime) -> Iterator[House]:
    """An installation of its own, in which everything is committed."""
    app, worker = make_engine(fresh_database.app), make_engine(fresh_database.worker)
    sessions = scoped_sessions(app)
    with sessions() as session:
        desk = make_desk(session, keyring=keyring(settings))
        session.commit()
    yield House(sessions, make_sessions(worker), settings, desk, at)
    app.dispose()
    worker.dispose()


@dataclass
class Model:
    """What the rules say of the request."""

    state: State
    kind: Kind
    version: int = 1
    #: (step, from, to), as they should be told.
    events: tuple[tuple[str, str, str], ...] = ()
    is_withdrawn: bool = False

    @property
    def was_sent(self) -> bool:
        """True once it went out: a draft that was given up is its team's alone."""
        return any(step == Step.SEND.value for step, _before, _after in self.events)

    def allows(self, step: Step, actor: Actor) -> bool:
        """Tell whether the written rules allow a step."""
        words = TABLES[actor].get(self.state, "").split()
        if self.kind is Kind.LOGGED:
            words = ["log" if word == "send" else word for word in words]
        if self.is_withdrawn and step in (Step.SEND, Step.WITHDRAW_CONSENT):
            return False
        return step.value in words

    def follow(self, step: Step) -> None:
        """Take a step as the rules say."""
        before = self.state
        self.state = self._target(step)
        self.version += 1
        self.events += ((step.value, before.value, self.state.value),)
        self.is_withdrawn |= step is Step.WITHDRAW_CONSENT

    def _target(self, step: Step) -> State:
        if step is Step.GIVE_INFORMATION:
            asked = [before for name, before, _ in self.events if name == "ask_information"]
            return State(asked[-1])
        if step is Step.WITHDRAW_CONSENT:
            return State.CANCELLED if self.state in LIVE | {State.DRAFT} else self.state
        return State(TARGETS.get(step, self.state))


class LifeOfARequest(RuleBasedStateMachine):
    """Hands that press any button at any time, a worker, and a clock that is moved about."""

    def __init__(self, house: House) -> None:
        super().__init__()
        self.house = house

    @initialize(
        kind=st.sampled_from([Kind.LIVE, Kind.LIVE, Kind.LIVE, Kind.LOGGED]),
        is_urgent=st.booleans(),
        goes_out=st.sampled_from([True, True, True, False]),
    )
    def begin(self, kind: Kind, is_urgent: bool, goes_out: bool) -> None:
        """Write a draft, and mostly send it."""
        self.now = self.house.begun_at
        self.model = Model(State.DRAFT, kind)
        self.is_deleted = False
        with self.house.desk_session() as desk:
            referral = desk.make(self.now, "draft", kind=kind.value, is_urgent=is_urgent)
            self.referral_id: UUID = referral.id
            desk.session.commit()
        if goes_out:
            self._press(*self._offered()[0], behind=0, ending="commits")

    @precondition(lambda self: not self.is_deleted)
    @rule(
        choice=st.integers(0, 59),
        behind=st.sampled_from([0, 0, 0, 0, 1]),
        ending=st.sampled_from(["commits", "commits", "commits", "breaks off", "presses twice"]),
        slow_h=st.sampled_from([0, 0, 1, 72]),
    )
    def press_what_is_offered(self, choice: int, behind: int, ending: str, slow_h: int) -> None:
        """Take one of the steps that the rules allow now; those that end it are taken less.

        It comes to a server whose clock is so many hours slow.
        """
        offered = self._offered()
        offered += 3 * [pair for pair in offered if pair[0] not in _ENDING]
        if offered:
            self._press(*offered[choice % len(offered)], behind, ending, slow_h)

    @precondition(lambda self: not self.is_deleted)
    @rule(button=st.sampled_from(EVERY_BUTTON))
    def press_anything(self, button: tuple[Step, Actor]) -> None:
        """Take any step, as a page of yesterday or a hand that writes its own forms might."""
        self._press(*button, behind=0, ending="commits")

    def _offered(self) -> list[tuple[Step, Actor]]:
        return [pair for pair in EVERY_BUTTON if self.model.allows(*pair)]

    def _press(self, step: Step, actor: Actor, behind: int, ending: str, slow_h: int = 0) -> None:
        """Take a step on what the page showed; the last word is the table's."""
        with self.house.desk_session() as desk:
            desk.act_as(actor, Referral(id=self.referral_id))
            referral = desk.session.get(Referral, self.referral_id)
            if referral is None:
                assert actor is Actor.RECEIVER
                assert self.model.kind is Kind.LOGGED or not self.model.was_sent
                return
            at, version = self.now - slow_h * HOUR, self.model.version - behind
            values = {"at": at, "actor": actor, "version": version}
            if behind:
                with pytest.raises(StaleReferral) as stale:
                    desk.take(referral, step, **values)
                assert stale.value.stored == stale.value.decided_on + 1 == self.model.version
            elif self.model.allows(step, actor):
                self._taken(desk, referral, step, values, ending)
            else:
                with pytest.raises(IllegalStep):
                    desk.take(referral, step, **values)

    def _taken(
        self, desk: Desk, referral: Referral, step: Step, values: dict[str, Any], ending: str
    ) -> None:
        desk.take(referral, step, **values)
        if ending == "breaks off":
            desk.session.rollback()
            return
        desk.session.commit()
        self.model.follow(step)
        if ending == "presses twice":
            with pytest.raises(StaleReferral) as stale:
                desk.take(referral, step, **values)
            assert stale.value.is_repeat

    @precondition(lambda self: not self.is_deleted)
    @rule(hours=st.sampled_from([1, 24, 72, 7 * 24, 31 * 24]))
    def wait(self, hours: int) -> None:
        """Let time pass; whatever the worker then does is in the table."""
        self.now += hours * HOUR
        self._work()

    def _work(self) -> None:
        """Run the worker now."""
        self.house.run_clocks(self.now)
        with self.house.worker() as session:
            self.is_deleted = session.get(Referral, self.referral_id) is None
            events = self._events(session)
        if self.is_deleted:
            assert self.model.state is State.DRAFT
            assert events == []
        for event in events[len(self.model.events) :]:
            step = Step(event.step)
            assert event.actor == Actor.CLOCK.value
            assert self.model.allows(step, Actor.CLOCK)
            self.model.follow(step)

    @rule(hours=st.integers(0, 24 * 400))
    def set_the_clock_back(self, hours: int) -> None:
        """Run the worker at an earlier hour: nothing comes back, nothing is sent again."""
        # What a slow server wrote may be due at once: that is no fault of this clock.
        if not self.is_deleted:
            self._work()
        before = self._told()
        self.house.run_clocks(self.now - hours * HOUR)
        assert self._told() == before

    @invariant()
    def what_is_stored_is_what_the_rules_say(self) -> None:
        """The row, its events and its line of figures all tell the same."""
        if self.is_deleted:
            return
        with self.house.worker() as session:
            row = session.get_one(Referral, self.referral_id)
            figure = session.get(ReferralFigure, self.referral_id)
            events = self._events(session)
        assert (row.state, row.version) == (self.model.state, self.model.version)
        assert [(e.step, e.from_state, e.to_state) for e in events] == list(self.model.events)
        assert [event.version for event in events] == list(range(2, self.model.version + 1))
        assert [event.at for event in events] == sorted(event.at for event in events)
        assert (row.clock_at is None) == (row.state in ENDED)
        assert (row.ended_at is None) == (row.state not in ENDED)
        was_sent = any(to not in ("draft", "cancelled") for _, _, to in self.model.events)
        assert (figure.state if figure else None) == (row.state if was_sent else None)

    def teardown(self) -> None:
        """Left alone, it comes to its end."""
        if not hasattr(self, "model"):
            return
        for _ in range(30):
            if not self.is_deleted and self.model.state not in ENDED:
                self.wait(24 * 40)
        assert self.is_deleted or self.model.state in ENDED

    def _events(self, session: Session) -> list[ReferralEvent]:
        """Return what happened, in order."""
        query = select(ReferralEvent).where(ReferralEvent.referral_id == self.referral_id)
        return list(session.scalars(query.order_by(ReferralEvent.version)))

    def _told(self) -> tuple[Any, ...]:
        """Return the version of the request, and how many mails there are."""
        with self.house.worker() as session:
            row = session.get(Referral, self.referral_id)
            mails = session.scalar(select(func.count()).select_from(OutboxMessage))
        return row and row.version, mails


EVERY_STEP = [
    (State(state), actor, Step(step))
    for actor, table in TABLES.items()
    for state, steps in table.items()
    for step in steps.split()
]


@pytest.mark.parametrize(
    ("state", "actor", "step"), EVERY_STEP, ids=["-".join(words) for words in EVERY_STEP]
)
def test_every_step_of_the_rules_is_taken_for_real(
    session: Session, at: datetime, state: State, actor: Actor, step: Step
) -> None:
    desk = make_desk(session)
    kind = Kind.LOGGED if state is State.LOGGED else Kind.LIVE
    model = Model(state, kind, events=(("ask_information", "sent", "info_requested"),))
    referral = desk.make(
        at,
        state,
        kind=kind.value,
        outcome="helped" if state is State.CLOSED else None,
        refusal_reason="no_capacity" if state is State.REFUSED else None,
        ended_at=at if state in ENDED else None,
    )
    needed = {"cancel_reason": Cancellation.NO_INFORMATION} if actor is Actor.CLOCK else {}

    desk.take(referral, step, at=at, actor=actor, **needed)

    model.follow(step)
    assert (referral.state, referral.version) == (model.state, 2)
    assert [(e.step, e.from_state, e.to_state) for e in desk.events(referral)] == [model.events[-1]]


def test_any_life_of_a_request_is_one_that_the_rules_allow(house: House) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # hypothesis has no types here
        lambda: LifeOfARequest(house),
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
