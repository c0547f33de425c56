"""Taking a step: by the table, on the version that was looked at, with all that goes with it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.permissions import Role, User
from directory.errors import InvalidInput, NotFound
from directory.referrals.conflicts import StaleReferral
from directory.referrals.models import Referral, ReferralFigure
from directory.referrals.notes import notes_of
from directory.referrals.steps import Actor, IllegalStep, Step
from directory.referrals.taking import take_step
from directory.referrals.vocabulary import Cancellation, Outcome, Refusal
from tests.accounts.factories import make_account, sign_in
from tests.referrals.desk import Desk, make_desk

pytestmark = pytest.mark.engine

DAY = timedelta(days=1)


@pytest.fixture
def desk(session: Session) -> Desk:
    """Two desks that know each other."""
    return make_desk(session)


def figure_of(session: Session, referral: Referral) -> ReferralFigure | None:
    """Return the line of figures of a request, as it is stored."""
    query = select(ReferralFigure).where(ReferralFigure.id == referral.id)
    return session.scalar(query.execution_options(populate_existing=True))


def test_a_step_makes_the_next_version_an_event_and_a_line_of_figures(
    desk: Desk, session: Session, at: datetime
) -> None:
    referral = desk.make(at)

    taken = desk.take(referral, Step.ACCEPT, at=at + DAY)

    assert (taken.state, taken.version, taken.state_since) == ("accepted", 2, at + DAY)
    (event,) = desk.events(referral)
    assert (event.step, event.from_state, event.to_state) == ("accept", "sent", "accepted")
    assert (event.version, event.actor, event.at) == (2, "receiver", at + DAY)
    assert event.account_id == desk.receiver.account_id
    figure = figure_of(session, referral)
    assert figure is not None
    assert (figure.state, figure.first_answer_h, figure.acceptance_h) == ("accepted", 24, 24)
    assert (figure.month_on, figure.departement) == (date(2026, 11, 1), "93")


def test_a_stale_page_changes_nothing_and_is_told_both_versions(
    desk: Desk, session: Session, at: datetime
) -> None:
    referral = desk.make(at)
    desk.take(referral, Step.SEE, at=at)

    with pytest.raises(StaleReferral) as stale:
        desk.take(referral, Step.REFUSE, at=at, version=1)

    assert (stale.value.decided_on, stale.value.stored) == (1, 2)
    assert stale.value.remedy
    assert not stale.value.is_repeat
    assert (referral.state, referral.version, referral.refusal_reason) == ("in_review", 2, None)
    assert [event.step for event in desk.events(referral)] == ["see"]
    assert desk.mails() == []


def test_a_button_pressed_twice_is_told_apart_from_a_conflict(desk: Desk, at: datetime) -> None:
    referral = desk.make(at)
    said = {"text": "Sonnez deux fois."}
    desk.take(referral, Step.ACCEPT, at=at, **said)
    twice = {
        "same button": (Step.ACCEPT, at + timedelta(seconds=2), said),
        "the same but for spaces": (Step.ACCEPT, at, {"text": " Sonnez deux fois.\r\n"}),
        "another button": (Step.REFUSE, at + timedelta(seconds=2), said),
        "another answer": (Step.ACCEPT, at, said | {"appointment_at": at + DAY}),
        "other words": (Step.ACCEPT, at, {"text": "Sonnez trois fois."}),
        "no words": (Step.ACCEPT, at, {}),
        "far too many words": (Step.ACCEPT, at, {"text": "Sonnez." * 500}),
        "a day later": (Step.ACCEPT, at + DAY, said),
    }

    repeats: dict[str, bool] = {}
    for name, (step, later, values) in twice.items():
        with pytest.raises(StaleReferral) as stale:
            desk.take(referral, step, at=later, version=1, **values)
        repeats[name] = stale.value.is_repeat

    done = ("same button", "the same but for spaces")
    assert repeats == {name: name in done for name in twice}
    assert desk.mails() == [("sender", "answer_arrived")]


@pytest.mark.parametrize("version", [0, 2, 99, -1])
def test_a_version_that_never_was_is_a_conflict_too(desk: Desk, at: datetime, version: int) -> None:
    referral = desk.make(at)

    with pytest.raises(StaleReferral):
        desk.take(referral, Step.ACCEPT, at=at, version=version)


def test_a_step_that_the_table_has_not_is_refused(desk: Desk, at: datetime) -> None:
    referral = desk.make(at, state="refused", refusal_reason="no_capacity", ended_at=at)

    with pytest.raises(IllegalStep):
        desk.take(referral, Step.ACCEPT, at=at)

    assert (referral.state, referral.version) == ("refused", 1)


def take_by(desk: Desk, referral: Referral, actor: Actor, by: User | None, at: datetime) -> None:
    """Take back consent or accept, in a part and a name that need not belong together."""
    take_step(
        desk.session,
        referral=referral,
        version=1,
        step=Step.ACCEPT if actor is Actor.RECEIVER else Step.WITHDRAW_CONSENT,
        actor=actor,
        by=by,
        at=at,
        rules=desk.rules,
    )


def test_each_acts_only_in_her_own_part(desk: Desk, session: Session, at: datetime) -> None:
    referral = desk.make(at)
    _, stranger = sign_in(session, make_account(session, "Zoé"))
    reader = replace(desk.sender, role=Role.READER)
    editor = replace(desk.receiver, role=Role.EDITOR)
    parts = (
        [(actor, stranger) for actor in (Actor.SENDER, Actor.RECEIVER)]
        + [(Actor.SENDER, by) for by in (reader, desk.receiver, None)]
        + [(Actor.RECEIVER, by) for by in (editor, desk.sender, None)]
        + [(Actor.CLOCK, desk.sender)]
    )
    desk.act_as(Actor.SENDER, referral)

    for actor, by in parts:
        with pytest.raises(NotFound):
            take_by(desk, referral, actor, by, at)

    assert (referral.state, referral.version) == ("sent", 1)


@pytest.mark.parametrize("by_link", [False, True])
def test_a_receiver_answers_with_an_account_or_by_a_link(
    desk: Desk, session: Session, at: datetime, by_link: bool
) -> None:
    referral = desk.make(at)

    desk.take(referral, Step.SEE, at=at + DAY, by_link=by_link)
    desk.take(referral, Step.ASK_INFORMATION, at=at + 2 * DAY, by_link=by_link)

    assert (referral.state, referral.first_answered_at) == ("info_requested", at + 2 * DAY)
    assert [event.account_id for event in desk.events(referral)] == [
        None if by_link else desk.receiver.account_id
    ] * 2
    desk.act_as(Actor.SENDER, referral)
    (note,) = notes_of(session, referral=referral, keyring=desk.keyring, to=desk.sender)
    assert (note.text, note.is_shared) == ("Pour combien de personnes ?", True)
    assert desk.mails() == [("sender", "information_asked")]


def test_to_have_read_it_is_no_first_answer(desk: Desk, session: Session, at: datetime) -> None:
    referral = desk.make(at)

    desk.take(referral, Step.SEE, at=at)
    seen = figure_of(session, referral)
    assert seen is not None
    assert seen.first_answer_h is None

    desk.take(referral, Step.ACCEPT, at=at + 2 * DAY)
    answered = figure_of(session, referral)
    assert answered is not None
    assert (answered.first_answer_h, answered.acceptance_h) == (48, 48)


@pytest.mark.parametrize(("was_seen", "back"), [(False, "sent"), (True, "in_review")])
def test_given_information_leads_back_to_where_it_was_asked(
    desk: Desk, at: datetime, was_seen: bool, back: str
) -> None:
    referral = desk.make(at)
    if was_seen:
        desk.take(referral, Step.SEE, at=at)
    desk.take(referral, Step.ASK_INFORMATION, at=at)

    desk.take(referral, Step.GIVE_INFORMATION, at=at + DAY, actor=Actor.SENDER, text="Quatre.")

    assert (referral.state, referral.reminders) == (back, 0)
    assert ("receiver", "information_given") in desk.mails()


def test_a_review_that_takes_place_begins_the_wait_anew(desk: Desk, at: datetime) -> None:
    referral = desk.make(at)
    desk.take(referral, Step.WAITLIST, at=at)
    assert referral.review_on == date(2026, 12, 17)

    desk.take(referral, Step.WAITLIST, at=at + 30 * DAY, review_on=date(2027, 1, 15))

    assert (referral.state, referral.review_on) == ("waitlisted", date(2027, 1, 15))
    assert referral.state_since == at + 30 * DAY


def test_an_appointment_is_noted_and_its_outcome_asked_after_it(desk: Desk, at: datetime) -> None:
    referral = desk.make(at)
    desk.take(referral, Step.ACCEPT, at=at)
    assert referral.clock_at == at + 15 * DAY

    desk.take(referral, Step.SET_APPOINTMENT, at=at, appointment_at=at + 40 * DAY)

    assert (referral.state, referral.version) == ("accepted", 3)
    assert referral.clock_at == at + 42 * DAY


def test_a_refusal_keeps_its_reason_and_when_there_is_room_again(
    desk: Desk, session: Session, at: datetime
) -> None:
    referral = desk.make(at)

    desk.take(referral, Step.REFUSE, at=at, available_on=date(2026, 12, 1))

    assert (referral.refusal_reason, referral.available_on) == ("no_capacity", date(2026, 12, 1))
    assert (referral.ended_at, referral.clock_at) == (at, None)
    (event,) = desk.events(referral)
    assert event.details == {"refusal_reason": "no_capacity", "available_on": "2026-12-01"}
    figure = figure_of(session, referral)
    assert figure is not None
    assert (figure.state, figure.refusal_reason) == ("refused", "no_capacity")


def test_only_a_service_without_room_says_when_it_has_some(desk: Desk, at: datetime) -> None:
    referral = desk.make(at)

    desk.take(
        referral,
        Step.REFUSE,
        at=at,
        refusal_reason=Refusal.OUT_OF_AREA,
        available_on=date(2026, 12, 1),
    )

    assert referral.available_on is None


WRONG = {
    "review in the past": (Step.WAITLIST, {"review_on": date(2026, 11, 16)}, "review_on"),
    "review in ten years": (Step.WAITLIST, {"review_on": date(2036, 1, 1)}, "review_on"),
    "room in the past": (Step.REFUSE, {"available_on": date(2026, 1, 1)}, "available_on"),
    "appointment long ago": (
        Step.ACCEPT,
        {"appointment_at": datetime.fromisoformat("2020-01-01T10:00:00+00:00")},
        "appointment_at",
    ),
    "appointment far away": (
        Step.ACCEPT,
        {"appointment_at": datetime.fromisoformat("2036-01-01T10:00:00+00:00")},
        "appointment_at",
    ),
    "another reason without words": (Step.REFUSE, {"refusal_reason": Refusal.OTHER}, "text"),
    "no question": (Step.ASK_INFORMATION, {"text": "  "}, "text"),
    "a question of signs nobody sees": (Step.ASK_INFORMATION, {"text": "\u200b"}, "text"),
    "no reason": (Step.REFUSE, {"refusal_reason": None}, "refusal_reason"),
    "a text of ten pages": (Step.ACCEPT, {"text": "x" * 20_000}, "text"),
}


@pytest.mark.parametrize(("step", "values", "field"), WRONG.values(), ids=WRONG.keys())
def test_a_value_that_makes_no_sense_is_refused_beside_its_field(
    desk: Desk, at: datetime, step: Step, values: dict[str, Any], field: str
) -> None:
    referral = desk.make(at)

    with pytest.raises(InvalidInput) as refused:
        desk.take(referral, step, at=at, **values)

    assert refused.value.field == field


def test_the_reason_of_the_clock_is_nobodys_to_choose(desk: Desk, at: datetime) -> None:
    referral = desk.make(at)

    with pytest.raises(InvalidInput, match="raison"):
        desk.take(
            referral,
            Step.CANCEL,
            at=at,
            actor=Actor.SENDER,
            cancel_reason=Cancellation.NO_INFORMATION,
        )


def test_an_expired_request_is_sent_again_and_its_clock_runs_anew(desk: Desk, at: datetime) -> None:
    referral = desk.make(at, state="expired", ended_at=at, reminders=2)

    desk.take(referral, Step.SEND, at=at + DAY, actor=Actor.SENDER)

    assert (referral.state, referral.ended_at, referral.reminders) == ("sent", None, 0)
    assert (referral.sent_at, referral.clock_at) == (at, at + 4 * DAY)


def test_a_clock_that_was_set_back_makes_no_step_older_than_the_one_before(
    desk: Desk, session: Session, at: datetime
) -> None:
    referral = desk.make(at)

    desk.take(referral, Step.ACCEPT, at=at - 400 * DAY)
    desk.take(referral, Step.SET_APPOINTMENT, at=at + DAY)
    desk.take(referral, Step.CLOSE, at=at - 300 * DAY)

    assert [event.at for event in desk.events(referral)] == [at, at + DAY, at + DAY]
    figure = figure_of(session, referral)
    assert figure is not None
    assert (figure.acceptance_h, figure.outcome_h) == (0, 24)


def test_what_the_clock_closed_has_no_known_outcome_to_be_measured(
    desk: Desk, session: Session, at: datetime
) -> None:
    referral = desk.make(at, state="accepted", accepted_at=at)

    desk.take(referral, Step.CLOSE, at=at + 90 * DAY, actor=Actor.CLOCK, outcome=Outcome.UNKNOWN)

    figure = figure_of(session, referral)
    assert figure is not None
    assert (figure.outcome, figure.outcome_h) == ("unknown", None)


def test_a_draft_that_is_dropped_is_not_counted(desk: Desk, session: Session, at: datetime) -> None:
    referral = desk.make(at, state="draft")

    desk.take(referral, Step.CANCEL, at=at, actor=Actor.SENDER)

    assert figure_of(session, referral) is None
    assert desk.mails() == []
