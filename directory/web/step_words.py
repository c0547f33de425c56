"""The words that go to the other team with a step: what they seem to tell is shown before."""

from collections.abc import Mapping, Sequence

from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.referrals.free_text import Trace, shared_trace_warning, traces


class UnseenTraces(InvalidInput):
    """The words seem to tell who the person is, and whoever wrote them was not asked yet."""

    def __init__(self, unseen: Sequence[Trace]) -> None:
        super().__init__(
            " ".join(map(shared_trace_warning, unseen)),
            field="text",
            remedy=gettext("Sinon, appuyez de nouveau sur le bouton : ces mots partiront."),
        )
        self.traces = unseen


def require_seen(words: str | None, form: Mapping[str, str]) -> None:
    """Check that what words seem to tell was shown once; a worker decides, no guess forbids.

    :raise UnseenTraces: it was not.
    """
    unseen = [trace for trace in traces(words or "") if seen_field(trace) not in form]
    if unseen:
        raise UnseenTraces(unseen)


def seen_fields(typed: Mapping[str, str], error: Exception) -> list[str]:
    """Return the fields by which a form that comes back says what was shown about its words."""
    shown = error.traces if isinstance(error, UnseenTraces) else []
    return [seen_field(trace) for trace in Trace if seen_field(trace) in typed or trace in shown]


def seen_field(trace: Trace) -> str:
    """Return the field that says that something was shown."""
    return f"seen-{trace.value}"
