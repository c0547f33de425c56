"""The table of steps, held equal to the written rules: every state, every step, every actor."""

import re
from itertools import product

import pytest

from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.referrals.steps import (
    ENDED,
    LIVE,
    TRANSITIONS,
    Actor,
    IllegalStep,
    Step,
    possible_steps,
    require_reason_in_words,
    require_values,
    target_of,
)
from directory.referrals.vocabulary import (
    Cancellation,
    Kind,
    Outcome,
    Refusal,
    State,
    cancellation_label,
    outcome_label,
    refusal_label,
    state_label,
)

#: What leads to what for a request that goes to a service: the rules, written by hand.
LEADS_TO = {
    "draft": "sent cancelled",
    "sent": "in_review info_requested waitlisted accepted refused redirected cancelled expired",
    "in_review": "info_requested waitlisted accepted refused redirected cancelled expired",
    "info_requested": "sent in_review accepted refused cancelled",
    "waitlisted": "accepted refused redirected cancelled expired",
    "accepted": "closed cancelled",
    "refused": "",
    "redirected": "",
    "cancelled": "",
    "expired": "sent",
    "closed": "",
    "logged": "closed",
}

#: For one that is only written down.
LOGGED_LEADS_TO = {"draft": "logged cancelled", "logged": "closed"}

#: Who may do what, in which states; the state is kept unless the rules above name another.
BY_SENDER = {
    "draft": "send cancel withdraw_consent",
    "sent": "cancel withdraw_consent",
    "in_review": "cancel withdraw_consent",
    "info_requested": "give_information cancel withdraw_consent",
    "waitlisted": "cancel withdraw_consent",
    "accepted": "set_appointment cancel withdraw_consent close",
    "refused": "withdraw_consent",
    "redirected": "withdraw_consent",
    "cancelled": "withdraw_consent",
    "expired": "send withdraw_consent",
    "closed": "withdraw_consent",
    "logged": "withdraw_consent close",
}
BY_RECEIVER = {
    "sent": "see ask_information waitlist accept refuse redirect",
    "in_review": "ask_information waitlist accept refuse redirect",
    "info_requested": "accept refuse",
    "waitlisted": "waitlist accept refuse redirect",
    "accepted": "set_appointment close",
}
BY_CLOCK = {
    "sent": "expire remind",
    "in_review": "expire remind",
    "info_requested": "cancel remind",
    "waitlisted": "expire remind",
    "accepted": "ask_outcome close",
    "logged": "ask_outcome close",
}

#: To what each step leads, where it does not keep the state.
TARGETS = {
    "send": "sent",
    "log": "logged",
    "see": "in_review",
    "ask_information": "info_requested",
    "waitlist": "waitlisted",
    "accept": "accepted",
    "refuse": "refused",
    "redirect": "redirected",
    "cancel": "cancelled",
    "expire": "expired",
    "close": "closed",
}

EVERY_PAIR = list(product(State, State))
EVERY_STATE = list(State)


def targets(state: State, kind: Kind) -> set[State]:
    """Return every state that some step of somebody leads to, the state itself left out."""
    found = {
        target_of(step, state=state, kind=kind, actor=actor, was_seen=was_seen)
        for actor in Actor
        for step in possible_steps(state, kind=kind, actor=actor)
        for was_seen in (False, True)
    }
    return found - {state}


@pytest.mark.parametrize(("before", "after"), EVERY_PAIR)
def test_a_request_leads_to_the_states_of_the_rules_and_to_no_other(
    before: State, after: State
) -> None:
    assert (after in targets(before, Kind.LIVE)) == (after in LEADS_TO[before].split())


@pytest.mark.parametrize(("before", "after"), EVERY_PAIR)
def test_a_logged_request_is_written_down_and_closed(before: State, after: State) -> None:
    leads_to = {**LOGGED_LEADS_TO, "expired": ""}

    if before not in LIVE:
        expected = leads_to.get(before, "").split()
        assert (after in targets(before, Kind.LOGGED)) == (after in expected)


@pytest.mark.parametrize("state", EVERY_STATE)
@pytest.mark.parametrize(
    ("actor", "table"),
    [(Actor.SENDER, BY_SENDER), (Actor.RECEIVER, BY_RECEIVER), (Actor.CLOCK, BY_CLOCK)],
)
def test_each_may_do_what_the_rules_say_and_nothing_else(
    state: State, actor: Actor, table: dict[str, str]
) -> None:
    possible = possible_steps(state, kind=Kind.LIVE, actor=actor)

    assert possible == [step for step in Step if step in table.get(state, "").split()]


@pytest.mark.parametrize(("step", "state"), list(product(Step, State)))
@pytest.mark.parametrize("actor", list(Actor))
def test_a_step_that_is_not_possible_is_refused_and_the_others_lead_on(
    step: Step, state: State, actor: Actor
) -> None:
    if step not in possible_steps(state, kind=Kind.LIVE, actor=actor):
        with pytest.raises(IllegalStep) as refused:
            target_of(step, state=state, kind=Kind.LIVE, actor=actor)
        assert refused.value.remedy
        return
    target = target_of(step, state=state, kind=Kind.LIVE, actor=actor)
    if step is Step.WITHDRAW_CONSENT:
        assert target == (state if state in ENDED or state is State.LOGGED else State.CANCELLED)
    elif step is Step.GIVE_INFORMATION:
        assert target is State.SENT
    else:
        assert target == TARGETS.get(step, state)


def test_information_that_is_given_leads_back_to_where_it_was_asked_for() -> None:
    back = {
        was_seen: target_of(
            Step.GIVE_INFORMATION,
            state=State.INFO_REQUESTED,
            kind=Kind.LIVE,
            actor=Actor.SENDER,
            was_seen=was_seen,
        )
        for was_seen in (False, True)
    }

    assert back == {False: State.SENT, True: State.IN_REVIEW}


def test_a_logged_request_is_never_sent_and_a_live_one_never_logged() -> None:
    assert Step.SEND not in possible_steps(State.DRAFT, kind=Kind.LOGGED, actor=Actor.SENDER)
    assert Step.LOG not in possible_steps(State.DRAFT, kind=Kind.LIVE, actor=Actor.SENDER)


def test_every_state_leads_on_or_is_an_end() -> None:
    for state in State:
        leads_on = bool(targets(state, Kind.LIVE))
        assert leads_on == (state not in ENDED or state is State.EXPIRED)


def test_from_every_state_of_a_request_an_end_is_reached_by_the_clock_alone() -> None:
    for state in LIVE | {State.LOGGED}:
        ends = {
            target_of(step, state=state, kind=Kind.LIVE, actor=Actor.CLOCK)
            for step in possible_steps(state, kind=Kind.LIVE, actor=Actor.CLOCK)
        }
        assert ends & ENDED


@pytest.mark.parametrize(
    ("step", "field"),
    [
        (Step.ASK_INFORMATION, "text"),
        (Step.GIVE_INFORMATION, "text"),
        (Step.SET_APPOINTMENT, "appointment_at"),
        (Step.REFUSE, "refusal_reason"),
        (Step.CANCEL, "cancel_reason"),
        (Step.CLOSE, "outcome"),
    ],
)
def test_a_step_says_what_it_lacks(step: Step, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        require_values(step, [])

    assert refused.value.field == field
    require_values(step, [field])


def test_steps_that_need_nothing_take_nothing() -> None:
    needing = {row.step for row in TRANSITIONS if row.needs}

    for step in set(Step) - needing:
        require_values(step, [])


@pytest.mark.parametrize("reason", [Refusal.OTHER, Cancellation.OTHER], ids=repr)
@pytest.mark.parametrize("text", [None, "", "  "])
def test_another_reason_asks_for_a_few_words(
    reason: Refusal | Cancellation, text: str | None
) -> None:
    with pytest.raises(InvalidInput) as refused:
        require_reason_in_words(reason, text)

    assert refused.value.field == "text"
    require_reason_in_words(reason, "fermé pour travaux")


@pytest.mark.parametrize("reason", [Refusal.NO_CAPACITY, Cancellation.MADE_BY_MISTAKE])
def test_a_known_reason_needs_no_words(reason: Refusal | Cancellation) -> None:
    require_reason_in_words(reason, None)


def test_every_word_has_a_label_of_its_own_for_a_person() -> None:
    for words, label in (
        (State, state_label),
        (Outcome, outcome_label),
        (Refusal, refusal_label),
        (Cancellation, cancellation_label),
    ):
        labels = [label(word) for word in words]  # type: ignore[operator]
        assert len(set(labels)) == len(labels)
        assert all(re.match(r"[A-ZÀÂÇÉÈ]", text) for text in labels)


def test_outcomes_and_refusals_are_those_of_the_rules() -> None:
    outcomes = (
        "helped partly_helped on_waiting_list no_show unreachable person_declined"
        " not_eligible_on_site place_closed transferred unknown"
    )
    refusals = (
        "no_capacity out_of_area no_link_with_commune outside_agreement age_or_public"
        " missing_documents service_suspended wrong_service duplicate unreachable no_show"
        " not_interested not_mobile in_work_or_training other_obstacle other"
    )

    assert [outcome.value for outcome in Outcome] == outcomes.split()
    assert [refusal.value for refusal in Refusal] == refusals.split()
    assert gettext(state_label(State.SENT)) == "Envoyée"
