"""What the page of one request shows, and to whom it was shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from directory.errors import FanalError
from directory.referrals.links import Found
from directory.referrals.models import ReferralEvent
from directory.referrals.steps import Actor, possible_steps
from directory.referrals.vocabulary import Kind, State
from directory.web.redirections import Redirection
from directory.web.request_sheet import RequestSheet, request_sheet
from directory.web.runtime import runtime
from directory.web.step_forms import StepForms, read_version, typed_words
from directory.web.taking import forms_of
from directory.web.timeline import Happening, timeline
from directory.web.waiting import Wait, wait_of


@dataclass(frozen=True, slots=True)
class RequestPage:
    """What `receivers/request.html` shows."""

    sheet: RequestSheet
    wait: Wait
    forms: StepForms
    redirection: Redirection
    #: What was just done, or went wrong.
    done: str | None = None
    error: FanalError | None = None
    #: What happened since the page that the answer was decided on.
    changes: list[Happening] = field(default_factory=list)
    #: Words typed into a form that is no longer there.
    unsent: list[str] = field(default_factory=list)


def request_page(
    session: Session, *, found: Found, token: str, at: datetime, done: str | None = None
) -> RequestPage:
    """Return a request as the holder of its link may see it, with what may be done about it."""
    referral, keyring = found.referral, runtime().keyring
    steps = possible_steps(State(referral.state), kind=Kind(referral.kind), actor=Actor.RECEIVER)
    action = url_for("receivers.answer", token=token)
    forms, offered = forms_of(session, referral=referral, steps=steps, action=action, at=at)
    return RequestPage(
        sheet=request_sheet(session, referral=referral, keyring=keyring, to=None, as_receiver=True),
        wait=wait_of(referral, is_sender=False),
        forms=forms,
        redirection=offered,
        done=done,
    )


def with_form_again(
    page: RequestPage,
    *,
    form: Mapping[str, str],
    error: FanalError,
    events: Iterable[ReferralEvent],
) -> RequestPage:
    """Return the page with a form that could not be taken: what was typed, and what is wrong.

    Of a form decided on a former version, it tells what happened since.
    """
    decided_on = read_version(form)
    is_stale = 0 < decided_on < page.forms.version
    forms = page.forms.again(form, error)
    return replace(
        page,
        forms=forms,
        redirection=page.redirection.again(form, forms.errors),
        error=error,
        changes=timeline(events, time_zone=page.sheet.time_zone, after=decided_on)
        if is_stale
        else [],
        unsent=[] if forms.opened else typed_words(form),
    )
