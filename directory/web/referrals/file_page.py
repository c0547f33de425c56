"""The page of one request: what it is, what it waits for, what may be done about it now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy.orm import Session

from directory.accounts.permissions import Permission, User
from directory.errors import FanalError
from directory.i18n import gettext
from directory.outbox.vocabulary import Delay
from directory.referrals.clocks import PARIS
from directory.referrals.following import followers_of, may_go_on
from directory.referrals.links import announcement_delay
from directory.referrals.models import Referral, ReferralEvent
from directory.referrals.notes import WORDS_ASKED_FOR, may_write
from directory.referrals.queries import chain_of
from directory.referrals.rights import may_hand_over
from directory.referrals.snapshots import Snapshot
from directory.referrals.steps import Actor, Step, possible_steps
from directory.referrals.suspensions import is_suspended
from directory.referrals.vocabulary import Cancellation, Kind, State, state_label
from directory.web.alternatives import Alternative
from directory.web.filters import day, moment
from directory.web.redirections import Redirection
from directory.web.referrals.drafting import alternatives_of, consent_form_label
from directory.web.referrals.field_labels import field_label
from directory.web.referrals.problems import Problem, problem_with
from directory.web.referrals.remarks import Remark
from directory.web.request_sheet import RequestSheet, request_sheet
from directory.web.runtime import runtime
from directory.web.step_forms import StepForms, read_version, typed_words
from directory.web.taking import forms_of
from directory.web.timeline import Happening, timeline
from directory.web.waiting import Wait, wait_of


@dataclass(frozen=True, slots=True)
class Link:
    """One request of a chain."""

    referral: Referral
    service_name: str
    state: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class NoteForm:
    """The form of a note: what was typed, and what is wrong or to look at again."""

    key: UUID = field(default_factory=uuid4)
    text: str = ""
    is_shared: bool = False
    error: str | None = None
    remarks: Sequence[Remark] = ()


@dataclass(frozen=True, slots=True)
class Clash:
    """What a stale page showed, what is stored now, and what was typed meanwhile."""

    message: str
    remedy: str | None
    before: str | None
    after: str
    happenings: Sequence[Happening]
    #: The clocks by which that is told.
    time_zone: str
    #: What was typed into a form that is no longer there.
    unsent: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class FilePage:
    """What `referrals/file.html` shows."""

    referral: Referral
    sheet: RequestSheet
    wait: Wait
    is_sender: bool
    may_note: bool
    #: The sender may turn to another service; one that follows may be on its way already.
    goes_on: bool
    #: The newest request that follows this one, for its sender.
    follower: Referral | None
    forms: StepForms
    redirection: Redirection
    chain: Sequence[Link]
    alternatives: Sequence[Alternative]
    #: The organisation that received it is suspended, and reads nothing of it.
    is_shut: bool = False
    #: The receiver holds something of the person, and may hand it over to her.
    hands_over: bool = False
    #: Why the receiver may not know yet that a request waits.
    delay: Delay | None = None
    note: NoteForm = field(default_factory=NoteForm)
    problem: Problem | None = None
    clash: Clash | None = None
    #: Makes one child of a list pressed twice.
    key: UUID = field(default_factory=uuid4)

    @property
    def heading(self) -> str:
        """The heading: a browser keeps it as a title, so it tells of nobody and no need."""
        made_at = self.referral.created_at.astimezone(ZoneInfo(self.sheet.time_zone))
        return gettext("Demande du %(day)s", day=day(made_at))

    @property
    def title(self) -> str:
        """The title: whoever hears the page learns first that nothing was done."""
        if self.problem is None and self.clash is None:
            return self.heading
        return gettext("Erreur : %(heading)s", heading=self.heading)

    @property
    def draft_url(self) -> str | None:
        """Where the draft that follows is sent from; None when none waits."""
        if self.follower is None or self.follower.state != State.DRAFT:
            return None
        return url_for("referrals.show", id=self.follower.id)

    @property
    def again_url(self) -> str | None:
        """Where the same is asked of the same service again, which never decided; else None."""
        referral = self.referral
        is_unanswered = referral.cancel_reason == Cancellation.NO_INFORMATION
        if not self.goes_on or not is_unanswered or referral.service_at_location_id is None:
            return None
        service_id = referral.service_at_location_id
        return url_for("referrals.new", service=service_id, parent=referral.id)

    @property
    def why_not_elsewhere(self) -> str:
        """Why no other service can be asked, where none can."""
        if self.referral.consent_withdrawn_at is not None:
            return gettext("La personne a retiré son accord : rien ne part plus pour elle.")
        if self.referral.erased_at is not None:
            return gettext("Ce qui a été écrit sur la personne est effacé.")
        if self.draft_url is not None:
            return gettext("Un brouillon pour un autre service attend : envoyez-le, ou jetez-le.")
        if self.follower is not None:
            return gettext("La demande est déjà passée à un autre service.")
        return gettext(
            "Cette demande n'est pas à son terme : on ne la porte pas à un autre service."
        )

    @property
    def readings_url(self) -> str | None:
        """Where the organisation that follows the person sees who read; None for the other."""
        return url_for("referrals.readings", id=self.referral.id) if self.is_sender else None

    @property
    def consent(self) -> list[tuple[str, str]]:
        """How and when the person agreed, to what, as headings and texts; of the sender alone."""
        referral = self.referral
        if not self.is_sender or referral.consented_at is None:
            return []
        lines = [
            (field_label("consent_form"), consent_form_label(referral.consent_form or "")),
            (field_label("consented_on"), day(referral.consented_at.astimezone(PARIS))),
            (
                field_label("allows_redirection"),
                gettext("Oui") if referral.allows_redirection else gettext("Non"),
            ),
        ]
        if referral.consent_withdrawn_at is not None:
            withdrawn = moment(referral.consent_withdrawn_at, self.sheet.time_zone)
            lines.append((gettext("Retiré le"), withdrawn))
        return lines

    @property
    def may_share(self) -> bool:
        """True when the other team may be given a note to read."""
        return not self.is_sender or may_write(self.referral, limits=runtime().rules.limits)

    @property
    def asks_consent(self) -> bool:
        """True when what the person agreed to does not hold for another service."""
        referral = self.referral
        return referral.consented_at is not None and not referral.allows_redirection


def file_page(session: Session, *, referral: Referral, user: User, at: datetime) -> FilePage:
    """Return the page of a request that is no draft, as somebody of either side may see it."""
    is_sender = referral.sender_organization_id == user.organization_id
    is_live = referral.kind == Kind.LIVE and referral.state != State.DRAFT
    is_shut = is_live and is_suspended(session, referral.receiver_organization_id)
    is_shut_out = is_shut and not is_sender
    steps = [] if is_shut_out else steps_of(referral, user)
    action = url_for("referrals.act", id=referral.id)
    forms, offered = forms_of(session, referral=referral, steps=steps, action=action, at=at)
    if is_sender and not may_write(referral, limits=runtime().rules.limits):
        forms = replace(forms, wordless=frozenset(Step) - WORDS_ASKED_FOR)
    follower = followers_of(session, [referral]).get(referral.id) if is_sender else None
    may_send = is_sender and user.may(Permission.SEND_REFERRALS)
    goes_on = may_send and may_go_on(session, referral)
    return FilePage(
        referral=referral,
        sheet=request_sheet(
            session,
            referral=referral,
            keyring=runtime().keyring,
            to=user,
            as_receiver=not is_sender,
        ),
        wait=_shut_out()
        if is_shut_out
        else wait_of(referral, is_sender=is_sender, follower=follower),
        is_sender=is_sender,
        may_note=bool(actors_of(referral, user)) and referral.erased_at is None and not is_shut_out,
        is_shut=is_shut,
        hands_over=not is_sender and may_hand_over(session, referral),
        forms=forms,
        redirection=offered,
        goes_on=goes_on,
        follower=follower,
        chain=_chain(session, referral),
        alternatives=alternatives_of(referral, at) if goes_on else (),
        delay=_delay(session, referral) if is_sender else None,
    )


def steps_of(referral: Referral, user: User) -> list[Step]:
    """Return what somebody may do now, as sender, as receiver, or as both; each step once."""
    found: dict[Step, None] = {}
    for actor in actors_of(referral, user):
        found |= dict.fromkeys(
            possible_steps(State(referral.state), kind=Kind(referral.kind), actor=actor)
        )
    if referral.consent_withdrawn_at is not None:
        found.pop(Step.WITHDRAW_CONSENT, None)
        found.pop(Step.SEND, None)
    return list(found)


def actors_of(referral: Referral, user: User) -> list[Actor]:
    """Return the parts that somebody has in a request; an organisation may ask itself."""
    actors = []
    if referral.sender_organization_id == user.organization_id and user.may(
        Permission.SEND_REFERRALS
    ):
        actors.append(Actor.SENDER)
    if referral.receiver_organization_id == user.organization_id and user.may(
        Permission.ANSWER_REFERRALS
    ):
        actors.append(Actor.RECEIVER)
    return actors


def with_form_again(
    page: FilePage, *, form: Mapping[str, str], error: FanalError, events: Sequence[ReferralEvent]
) -> FilePage:
    """Return the page with a form that could not be taken: both versions, and what was typed."""
    decided_on = read_version(form)
    if page.is_shut and not page.is_sender:
        return replace(page, problem=Problem(error.message, error.remedy))
    forms = page.forms.again(form, error)
    page = replace(page, forms=forms, redirection=page.redirection.again(form, forms.errors))
    if decided_on == page.referral.version and forms.opened is not None:
        return replace(page, problem=problem_with(forms, error))
    before = next((event for event in events if event.version == decided_on), None)
    return replace(
        page,
        clash=Clash(
            message=error.message,
            remedy=error.remedy,
            before=state_label(State(before.to_state)) if before else None,
            after=page.sheet.state,
            happenings=timeline(events, time_zone=page.sheet.time_zone, after=decided_on),
            time_zone=page.sheet.time_zone,
            unsent=() if forms.opened else typed_words(form),
        ),
    )


def with_note_again(page: FilePage, note: NoteForm) -> FilePage:
    """Return the page with a note that was not kept: what is wrong, or to look at again."""
    problem = Problem(
        gettext("Votre note n'est pas enregistrée."),
        lines=[("text", note.error or gettext("Relisez-la, puis ajoutez-la."))],
    )
    return replace(page, note=note, problem=problem)


def _shut_out() -> Wait:
    """Return what a suspended receiver is told in place of what it should do."""
    return Wait(
        gettext(
            "Votre structure est suspendue : cette demande est fermée. Appelez la personne qui "
            "administre Fanal sur votre territoire."
        )
    )


def _delay(session: Session, referral: Referral) -> Delay | None:
    """Return what keeps the mail from the receiver, until he shows that he has it."""
    is_unanswered = referral.state == State.SENT and referral.first_answered_at is None
    return announcement_delay(session, referral=referral) if is_unanswered else None


def _chain(session: Session, referral: Referral) -> list[Link]:
    """Return the requests before and after this one, and itself; empty when it stands alone."""
    chain = chain_of(session, referral=referral)
    if len(chain) < 2:
        return []
    return [
        Link(
            each,
            Snapshot.of(each.snapshot).service_name,
            state_label(State(each.state)),
            each.id == referral.id,
        )
        for each in chain
    ]
