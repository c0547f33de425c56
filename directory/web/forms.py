"""A form that comes back: with what was typed, and what is wrong beside each field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from flask import Response, make_response, request

from directory.errors import FanalError, Throttled
from directory.web.errors import problem_of

#: Never shown again: what is typed here is not to be read over a shoulder.
SECRETS = frozenset(
    {"password", "current_password", "standing_password", "enrolling_password", "code"}
)


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it is shown: blank, filled beforehand, or as it was sent."""

    values: Mapping[str, str] = field(default_factory=dict)
    error: FanalError | None = None

    def value(self, name: str) -> str:
        """Return what a field says."""
        return self.values.get(name, "")

    def wrong(self, name: str) -> str | None:
        """Return what is wrong with a field and how to mend it, None when nothing is."""
        told = [problem.told for problem in self.problems if problem.field == name]
        return " ".join(told) or None

    @property
    def problems(self) -> list[FanalError]:
        """Everything that is wrong, in the order of the fields."""
        return list(self.error.problems) if self.error else []


def sent(error: FanalError) -> Form:
    """Return the form of this request as it was sent, less its secrets."""
    return Form({name: text for name, text in request.form.items() if name not in SECRETS}, error)


def typed(name: str) -> str:
    """Return what a field of this request says, without spaces around."""
    return request.form.get(name, "").strip()


def read_number(text: str, *, digits: int = 18) -> int | None:
    """Return a whole number of at most so many digits, None for anything else.

    Eighteen are what the database holds, whichever they are.
    """
    is_number = text.isascii() and text.isdigit() and len(text) <= digits
    return int(text) if is_number else None


def read_id(text: str) -> UUID | None:
    """Return an identifier that a form carries along, None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def answer_with(page: str, error: FanalError) -> Response:
    """Return a page that shows a form again, under the status of what is wrong."""
    response = make_response(page, problem_of(error).status)
    if isinstance(error, Throttled):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response
