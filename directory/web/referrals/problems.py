"""What could not be taken of a form on the page of a request, as the top of the page tells it."""

from collections.abc import Sequence
from dataclasses import dataclass

from directory.errors import FanalError
from directory.i18n import gettext
from directory.referrals.steps import Step
from directory.web.redirections import DESTINATION
from directory.web.step_forms import StepForms, errors_of, field_name


@dataclass(frozen=True, slots=True)
class Problem:
    """What `components/error_summary.html` shows."""

    message: str
    remedy: str | None = None
    #: (field, what is wrong with it), each a link; without a field, a line.
    lines: Sequence[tuple[str, str]] = ()


def problem_with(forms: StepForms, error: FanalError) -> Problem:
    """Return what is wrong with the form that came back: field by field, then what is of none."""
    step = next((each for each in forms.steps if each == forms.opened), None)
    if step is None:
        return Problem(error.message, error.remedy)
    fields = _fields(forms, step)
    lines = [(name, text) for name, text in forms.errors.items() if name in fields]
    alone = [each for each in error.problems if not errors_of(step, each).keys() & fields]
    if not lines and len(alone) == 1:
        return Problem(alone[0].message, alone[0].remedy)
    return Problem(
        gettext("Rien n'est enregistré."),
        gettext("Corrigez ce qui est signalé : tout ce que vous avez écrit est là."),
        [*lines, *(("", each.told) for each in alone)],
    )


def _fields(forms: StepForms, step: Step) -> frozenset[str]:
    """Return the fields of a form that the page shows."""
    passing_on = [DESTINATION] if step is Step.REDIRECT else []
    return frozenset([*(field_name(step, value) for value in forms.fields(step)), *passing_on])
