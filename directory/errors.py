"""The one tree of errors. A rule raises; the web, the API and the commands each show it their way.

Every message is a translated sentence for a person: what is wrong, and how to mend it.
"""

from collections.abc import Sequence


class FanalError(Exception):
    """Something the person who asked can understand and act upon."""

    def __init__(
        self, message: str, *, field: str | None = None, remedy: str | None = None
    ) -> None:
        super().__init__(message)
        #: What is wrong, in one sentence, in the language of the request.
        self.message = message
        #: The input at fault, by the name its sender used.
        self.field = field
        #: What to do about it.
        self.remedy = remedy

    @property
    def told(self) -> str:
        """What is wrong and what to do about it, in one line."""
        return " ".join(filter(None, (self.message, self.remedy)))

    @property
    def problems(self) -> Sequence["FanalError"]:
        """Everything that is wrong: this alone, unless there are several things at once."""
        return [self]


class InvalidInput(FanalError):
    """A value that cannot be understood or lies outside its limits."""


class InvalidInputs(InvalidInput):
    """Several values at fault at once; the message is that of the first."""

    def __init__(self, problems: list[InvalidInput]) -> None:
        first = problems[0]
        super().__init__(first.message, field=first.field, remedy=first.remedy)
        self._problems = problems

    @property
    def problems(self) -> list[InvalidInput]:
        """Each of the values at fault."""
        return self._problems


class NotFound(FanalError):
    """What was asked for does not exist, or not for this reader: the two look the same."""


class Conflict(FanalError):
    """The thing changed meanwhile."""


class Unavailable(FanalError):
    """Something we depend on does not answer now; trying again later may work."""


class Throttled(FanalError):
    """It was tried too often."""

    def __init__(
        self,
        message: str,
        *,
        retry_after_s: int,
        field: str | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(message, field=field, remedy=remedy)
        #: Seconds until it may be tried again.
        self.retry_after_s = retry_after_s
