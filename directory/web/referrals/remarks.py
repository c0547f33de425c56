"""What to look at again before a request goes out. It is told once; nothing of it forbids."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from directory.i18n import gettext
from directory.referrals.fields import FieldName
from directory.referrals.free_text import shared_trace_warning, trace_warning, traces
from directory.referrals.models import Referral
from directory.referrals.vocabulary import State
from directory.web.filters import moment


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to look at. `code` says that it was seen, when the form comes back."""

    code: str
    text: str
    url: str | None = None
    link: str | None = None


def remarks(message: str, twins: Iterable[Referral]) -> list[Remark]:
    """Return what the message seems to tell, and the same request made today already."""
    return [*_of_message(message), *(_of_twin(twin) for twin in twins)]


def shared_remarks(note: str) -> list[Remark]:
    """Return what a note seems to tell, that the other team is to read."""
    return [
        Remark(f"{FieldName.MESSAGE}.{trace}", shared_trace_warning(trace))
        for trace in traces(note)
    ]


def unseen(found: Iterable[Remark], seen: frozenset[str]) -> list[Remark]:
    """Return the remarks that the person did not have before her eyes when she sent."""
    return [remark for remark in found if remark.code not in seen]


def _of_message(message: str) -> list[Remark]:
    return [
        Remark(f"{FieldName.MESSAGE}.{trace}", trace_warning(trace)) for trace in traces(message)
    ]


def _of_twin(twin: Referral) -> Remark:
    made = moment(twin.created_at)
    if twin.state == State.DRAFT:
        text = gettext(
            "Un brouillon pour cette personne, vers ce service, est déjà en cours (%(moment)s).",
            moment=made,
        )
    else:
        text = gettext(
            "Une demande pour cette personne, vers ce service, a déjà été faite aujourd'hui "
            "(%(moment)s).",
            moment=made,
        )
    url = url_for("referrals.show", id=twin.id)
    return Remark(f"twin.{twin.id}", text, url=url, link=gettext("Voir cette demande"))
