"""The forms of the steps of a referral: what each asks, and reading what was typed into it.

One form per step, several on a page: fields are named `step-value`, so that each has an identifier
of its own. What was typed is shown again with what is wrong about it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from directory.errors import FanalError, InvalidInput, InvalidInputs
from directory.i18n import gettext
from directory.referrals.changes import StepValues
from directory.referrals.clocks import PARIS
from directory.referrals.free_text import MOST_CHARACTERS, clean, require_short
from directory.referrals.steps import IllegalStep, Step
from directory.referrals.vocabulary import (
    Cancellation,
    Outcome,
    Refusal,
    cancellation_label,
    outcome_label,
    refusal_label,
)
from directory.web import step_texts
from directory.web.forms import read_number
from directory.web.step_words import seen_fields
from directory.web.typed_dates import read_date, read_time

#: Fields that every form has besides its own: the step, and the version it was decided on.
STEP, VERSION = "etape", "version"

#: Which values each step asks for; a step that is not here asks for none.
FIELDS: dict[Step, tuple[str, ...]] = {
    Step.ACCEPT: ("appointment_on", "appointment_time", "text"),
    Step.WAITLIST: ("review_on", "text"),
    Step.ASK_INFORMATION: ("text",),
    Step.GIVE_INFORMATION: ("text",),
    Step.SET_APPOINTMENT: ("appointment_on", "appointment_time", "text"),
    Step.REFUSE: ("refusal_reason", "available_on", "text"),
    Step.CLOSE: ("outcome", "text"),
    Step.CANCEL: ("cancel_reason", "text"),
}

#: The order people decide in: yes, later, not without, no, elsewhere.
ORDER = (
    Step.SEE,
    Step.SEND,
    Step.GIVE_INFORMATION,
    Step.CLOSE,
    Step.ACCEPT,
    Step.SET_APPOINTMENT,
    Step.WAITLIST,
    Step.ASK_INFORMATION,
    Step.REDIRECT,
    Step.REFUSE,
    Step.CANCEL,
    Step.WITHDRAW_CONSENT,
)

#: Steps that take back: nobody is led to them.
_GIVING_UP = frozenset({Step.CANCEL, Step.WITHDRAW_CONSENT})

#: Reasons that have a step of their own, or are the clock's.
_NOT_CHOSEN = (Cancellation.CONSENT_WITHDRAWN, Cancellation.NO_INFORMATION)

Word = TypeVar("Word", bound=StrEnum)
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class StepForms:
    """What `components/step_forms.html` shows: one form for each step that is possible now."""

    #: Where the forms are sent.
    action: str
    #: The version of the referral that the page shows.
    version: int
    steps: Sequence[Step]
    #: What was typed into the form that came back, by field.
    typed: Mapping[str, str] = field(default_factory=dict)
    #: What is wrong with it, by field.
    errors: Mapping[str, str] = field(default_factory=dict)
    #: The step whose form came back.
    opened: str | None = None
    #: What was shown about its words: fields that say so when it comes again.
    seen: Sequence[str] = ()
    #: Steps that ask for no words here, because none may go to the other team.
    wordless: frozenset[Step] = frozenset()

    def again(self, typed: Mapping[str, str], error: FanalError) -> "StepForms":
        """Return the same, with the form that came back: what was typed, and what is wrong."""
        typed = self._carried_over(typed)
        opened = next((step for step in self.steps if step == typed.get(STEP)), None)
        errors = errors_of(opened, error) if opened else {}
        seen = seen_fields(typed, error)
        return replace(self, typed=typed, errors=errors, opened=opened, seen=seen)

    def _carried_over(self, typed: Mapping[str, str]) -> Mapping[str, str]:
        """Return what was typed, an appointment put where it may still be noted.

        Whoever goes back to the page of an acceptance mostly does so to add one.
        """
        noted, is_gone = FIELDS[Step.SET_APPOINTMENT], Step.ACCEPT not in self.steps
        given = {name: typed.get(field_name(Step.ACCEPT, name), "") for name in noted}
        has_moment = given["appointment_on"] or given["appointment_time"]
        may_note = typed.get(STEP) == Step.ACCEPT and Step.SET_APPOINTMENT in self.steps
        if not (is_gone and may_note and has_moment):
            return typed
        fields = {field_name(Step.SET_APPOINTMENT, name): text for name, text in given.items()}
        return fields | {STEP: Step.SET_APPOINTMENT.value}

    @property
    def ordered(self) -> list[Step]:
        """The steps, in the order people decide in."""
        return [step for step in ORDER if step in self.steps]

    def fields(self, step: Step) -> tuple[str, ...]:
        """The values a step asks for."""
        fields = FIELDS.get(step, ())
        return tuple(name for name in fields if name != "text" or step not in self.wordless)

    def name(self, step: Step, value: str) -> str:
        """The name of a field, alone of its name on the page."""
        return field_name(step, value)

    def value(self, step: Step, value: str) -> str:
        """What was typed into a field, or an empty text."""
        return self.typed.get(field_name(step, value), "")

    def error(self, step: Step, value: str) -> str | None:
        """What is wrong with a field, if anything is."""
        return self.errors.get(field_name(step, value))

    def choices(self, value: str) -> list[tuple[str, str]]:
        """The words that a value may take, with their labels."""
        return choices(value)

    @property
    def text_most(self) -> int:
        """How many characters a few words may have."""
        return MOST_CHARACTERS

    def is_open(self, step: Step) -> bool:
        """True for the form that came back, and for the only one that leads on."""
        is_alone = len(self.steps) == 1 and step not in _GIVING_UP
        return step.value == self.opened or is_alone

    def is_primary(self, step: Step) -> bool:
        """True for the first step that leads on; to give up is never what a page proposes."""
        return step == self.ordered[0] and step not in _GIVING_UP

    heading = staticmethod(step_texts.heading)
    hint = staticmethod(step_texts.hint)
    button = staticmethod(step_texts.button)
    label = staticmethod(step_texts.label)
    field_hint = staticmethod(step_texts.field_hint)


def field_name(step: Step, value: str) -> str:
    """Return the name that a value of a step has in forms."""
    return f"{step.value}-{value}"


def read_step(form: Mapping[str, str]) -> Step:
    """Return the step that a form asks for.

    :raise IllegalStep: it names none.
    """
    try:
        return Step(form.get(STEP, ""))
    except ValueError as error:
        raise IllegalStep(
            gettext("Ce choix n'est pas compris."),
            field=STEP,
            remedy=gettext("Choisissez parmi ce qui est proposé."),
        ) from error


def read_version(form: Mapping[str, str]) -> int:
    """Return the version that a form was decided on; 0, which none has, when it does not say."""
    return read_number(form.get(VERSION, ""), digits=9) or 0


def read_values(step: Step, form: Mapping[str, str], *, time_zone: ZoneInfo = PARIS) -> StepValues:
    """Return the values of a step as they were typed; days and hours are those of the place.

    :raise InvalidInputs: some are not understood; each names its field (`field_name`).
    """
    reading = _Reading(step, form)
    values = StepValues(
        text=reading.text(),
        refusal_reason=reading.word("refusal_reason", Refusal),
        available_on=reading.day("available_on"),
        review_on=reading.day("review_on"),
        appointment_at=reading.moment(time_zone),
        cancel_reason=reading.word("cancel_reason", Cancellation),
        outcome=reading.word("outcome", Outcome),
    )
    if reading.problems:
        raise InvalidInputs(reading.problems)
    return values


def errors_of(step: Step, error: FanalError) -> dict[str, str]:
    """Return what is wrong, by the field it is shown beside; empty when it has none."""
    return {
        _shown_beside(step, problem.field): problem.told
        for problem in error.problems
        if problem.field
    }


def typed_words(form: Mapping[str, str]) -> list[str]:
    """Return the words typed into a form that is no longer there, to be copied elsewhere."""
    names = [field_name(step, "text") for step in FIELDS]
    return [form[name] for name in names if form.get(name, "").strip()]


def choices(value: str) -> list[tuple[str, str]]:
    """Return the words that a value may take, with their labels, in the order of the domain."""
    match value:
        case "refusal_reason":
            return [(reason.value, refusal_label(reason)) for reason in Refusal]
        case "outcome":
            return [(outcome.value, outcome_label(outcome)) for outcome in Outcome]
        case "cancel_reason":
            return [
                (reason.value, cancellation_label(reason))
                for reason in Cancellation
                if reason not in _NOT_CHOSEN
            ]
        case _:
            return []


def _shown_beside(step: Step, field: str) -> str:
    """Return the field that shows an error which a rule told by its own name of the value."""
    value = field.removeprefix(f"{step.value}-")
    return field_name(step, "appointment_on" if value == "appointment_at" else value)


class _Reading:
    """Reads the fields of one form, and keeps what is wrong with each."""

    def __init__(self, step: Step, form: Mapping[str, str]) -> None:
        self.step = step
        self.form = form
        self.problems: list[InvalidInput] = []

    def text(self) -> str | None:
        """Return a few words, lines and all."""
        words = clean(self._typed("text"))
        try:
            require_short(words, field="text")
        except InvalidInput as error:
            self._refuse("text", error.message, error.remedy)
        return words or None

    def word(self, name: str, words: type[Word]) -> Word | None:
        """Return one of a closed list."""
        typed = self._typed(name)
        if not typed:
            return None
        try:
            return words(typed)
        except ValueError:
            self._refuse(
                name,
                gettext("Ce choix n'est pas compris."),
                gettext("Choisissez dans la liste."),
            )
            return None

    def day(self, name: str) -> date | None:
        """Return a day."""
        return self._read(name, read_date)

    def moment(self, time_zone: ZoneInfo) -> datetime | None:
        """Return when an appointment is; a day without its hour, or an hour alone, is refused."""
        on = self._read("appointment_on", read_date)
        at = self._read("appointment_time", read_time)
        if on is not None and at is not None:
            return self._local(on, at, time_zone)
        if at is not None and not self._typed("appointment_on"):
            self._refuse("appointment_on", gettext("Donnez aussi le jour du rendez-vous."))
        if on is not None and not self._typed("appointment_time"):
            self._refuse("appointment_time", gettext("Donnez aussi l'heure du rendez-vous."))
        return None

    def _local(self, on: date, at: time, time_zone: ZoneInfo) -> datetime | None:
        """Return a moment of the place's clock; of an hour that comes twice, the first."""
        moment = datetime.combine(on, at, tzinfo=time_zone)
        if datetime.fromtimestamp(moment.timestamp(), time_zone).time() == at:
            return moment
        self._refuse(
            "appointment_time",
            gettext("Cette nuit-là, les horloges passent cette heure."),
            gettext("Choisissez une autre heure."),
        )
        return None

    def _read(self, name: str, read: Callable[[str], Read]) -> Read | None:
        typed = self._typed(name)
        if not typed:
            return None
        try:
            return read(typed)
        except InvalidInput as error:
            self._refuse(name, error.message, error.remedy)
            return None

    def _typed(self, name: str) -> str:
        if name not in FIELDS.get(self.step, ()):
            return ""
        return self.form.get(field_name(self.step, name), "").strip()

    def _refuse(self, name: str, message: str, remedy: str | None = None) -> None:
        field = field_name(self.step, name)
        self.problems.append(InvalidInput(message, field=field, remedy=remedy))
