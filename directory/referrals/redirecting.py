"""A refusal that orients: the request goes on to another service, and the chain stays visible."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.models import Account, Membership
from directory.accounts.permissions import Permission, Role, User
from directory.errors import InvalidInput, NotFound
from directory.i18n import gettext
from directory.privacy.scope import acting_for
from directory.referrals.clocks import PARIS
from directory.referrals.conflicts import ReferralRefused, StaleReferral
from directory.referrals.draft_values import Consent, ReferralDraft
from directory.referrals.drafts import draft_of, store_draft
from directory.referrals.following import may_go_on
from directory.referrals.models import Referral
from directory.referrals.receivers import receiver_of
from directory.referrals.rules import Rules
from directory.referrals.sending import problems_of, send_referral
from directory.referrals.snapshots import Snapshot, take_snapshot
from directory.referrals.steps import Actor, IllegalStep, Step
from directory.referrals.taking import take_step
from directory.referrals.terms import conditions_of, documents_of
from directory.referrals.vocabulary import Kind, State


def redirect_referral(
    session: Session,
    *,
    referral: Referral,
    version: int,
    to_service_at_location_id: int,
    by: User | None,
    at: datetime,
    rules: Rules,
) -> Referral:
    """Pass a request on to another service, as its receiver; return the child.

    If the person agreed to that beforehand, the child goes out at once in the name of whoever sent
    the first. Otherwise, or when it cannot go as it is, it waits as a draft on her board.

    :raise ReferralRefused: the other service is gone, or was already asked in this chain.
    :raise StaleReferral, IllegalStep, NotFound: as `take_step`.
    """
    try:
        take_step(
            session,
            referral=referral,
            version=version,
            step=Step.REDIRECT,
            actor=Actor.RECEIVER,
            by=by,
            at=at,
            rules=rules,
        )
    except StaleReferral as stale:
        # The same button for another service is another answer, and not done.
        went_to = _destination_of(session, referral, version + 1)
        stale.is_repeat = stale.is_repeat and went_to == to_service_at_location_id
        raise
    # The receiver may not see what she makes here: it is the sender's, like the request itself.
    with acting_for(session, organization_id=referral.sender_organization_id):
        return _child_of_redirected(session, referral, to_service_at_location_id, at, rules)


def child_of_refused(
    session: Session,
    *,
    parent: Referral,
    to_service_at_location_id: int,
    sender: User,
    idempotency_key: UUID,
    at: datetime,
    rules: Rules,
    consent: Consent | None = None,
) -> Referral:
    """Ask another service after a refusal or a silence, in one tap; return the child.

    It goes out at once with what the person agreed to: a redirection beforehand, or `consent` now.
    What cannot go as it is stays a draft, for the sender to complete; its `state` tells.

    :raise ReferralRefused: the other service is gone, or was already asked in this chain.
    :raise IllegalStep: the first request is not at its end, or is followed already.
    :raise NotFound: it is not hers.
    """
    is_hers = parent.sender_organization_id == sender.organization_id
    if not is_hers or not sender.may(Permission.SEND_REFERRALS):
        raise NotFound(gettext("Cette demande n'existe pas, ou pas pour vous."))
    # Held until the child is written: an agreement that is taken back at this instant is taken back
    # before, and nothing goes out, or after, and finds the child.
    session.refresh(parent, with_for_update=True)
    if not may_go_on(session, parent, besides=idempotency_key):
        raise IllegalStep(
            gettext("Cette demande ne peut pas être portée à un autre service."),
            remedy=gettext("Relisez-la, ou faites une nouvelle demande."),
        )
    child = _store_child(
        session,
        parent,
        to_service_at_location_id,
        consent=consent,
        idempotency_key=idempotency_key,
        account_id=sender.account_id,
        at=at,
        rules=rules,
    )
    if child.state == State.DRAFT:
        _send_if_it_can(session, child, sender, at, rules)
    return child


def goes_at_once(
    session: Session, *, parent: Referral, to_service_at_location_id: int, rules: Rules
) -> bool:
    """Tell whether a request that its receiver passes on there goes out at once.

    Else it waits as a draft, and somebody must send it. The session asks for the sender.
    """
    if not parent.allows_redirection or _sender_of(session, parent) is None:
        return False
    receiver = receiver_of(session, service_at_location_id=to_service_at_location_id)
    # Without anybody to reach it would only be written down, and nobody would tell the person.
    return (
        receiver is not None
        and receiver.is_reachable
        and not problems_of(session, referral=parent, receiver=receiver, rules=rules)
    )


def _child_of_redirected(
    session: Session, parent: Referral, to_service_at_location_id: int, at: datetime, rules: Rules
) -> Referral:
    """Keep the child of a redirection, and send it if the person agreed to that beforehand."""
    child = _store_child(
        session,
        parent,
        to_service_at_location_id,
        consent=None,
        idempotency_key=_child_key(parent, parent.version),
        account_id=parent.sender_account_id,
        at=at,
        rules=rules,
    )
    sender, there = _sender_of(session, parent), to_service_at_location_id
    if sender is not None and goes_at_once(
        session, parent=parent, to_service_at_location_id=there, rules=rules
    ):
        _send_if_it_can(session, child, sender, at, rules)
    return child


def _child_key(parent: Referral, version: int) -> UUID:
    """Return the key of the child of a redirection, which was the step to that version."""
    return uuid5(parent.id, f"redirect {version}")


def _destination_of(session: Session, parent: Referral, version: int) -> int | None:
    """Return the service that the step to a version passed a request on to, None if it did not."""
    with acting_for(session, organization_id=parent.sender_organization_id):
        return session.scalar(
            select(Referral.service_at_location_id).where(
                Referral.sender_organization_id == parent.sender_organization_id,
                Referral.idempotency_key == _child_key(parent, version),
            )
        )


def _store_child(
    session: Session,
    parent: Referral,
    to_service_at_location_id: int,
    *,
    consent: Consent | None,
    idempotency_key: UUID,
    account_id: int | None,
    at: datetime,
    rules: Rules,
) -> Referral:
    """Keep a draft that asks another service for the same; the key makes it once."""
    _require_new_service(session, parent, to_service_at_location_id)
    snapshot = take_snapshot(session, service_at_location_id=to_service_at_location_id, at=at)
    draft = draft_of(session, referral=parent, keyring=rules.keyring)
    return store_draft(
        session,
        draft=_for_service(draft, parent, snapshot, to_service_at_location_id, consent, at),
        organization_id=parent.sender_organization_id,
        account_id=account_id,
        idempotency_key=idempotency_key,
        at=at,
        rules=rules,
    )


def _for_service(
    draft: ReferralDraft,
    parent: Referral,
    snapshot: Snapshot,
    service_at_location_id: int,
    consent: Consent | None,
    at: datetime,
) -> ReferralDraft:
    """Return the same request for another service: what was ticked counts where it asks that too.

    The agreement was to the first service; it holds for the next only if the person said so.
    """
    today = at.astimezone(PARIS).date()
    conditions = {term.code for term in conditions_of(snapshot.card, lambda code: code)}
    documents = {term.code for term in documents_of(snapshot.card)}
    return replace(
        draft,
        kind=Kind.LIVE,
        service_at_location_id=service_at_location_id,
        parent_id=parent.id,
        conditions={
            code: is_met
            for code, is_met in draft.conditions.items()
            # The words of one service say nothing of the next.
            if code in conditions and code != "audience_text"
        },
        documents={
            code: is_ready for code, is_ready in draft.documents.items() if code in documents
        },
        erase_on={name: day for name, day in draft.erase_on.items() if day > today},
        consent=consent or (draft.consent if draft.allows_redirection else None),
    )


def _require_new_service(session: Session, parent: Referral, service_id: int) -> None:
    """Check that nobody in the chain was asked for this service.

    :raise ReferralRefused: it was; the request would go round in circles.
    """
    above: Referral | None = parent
    while above is not None:
        if above.service_at_location_id == service_id:
            raise ReferralRefused(
                gettext("Ce service a déjà reçu cette demande."),
                field="service",
                remedy=gettext("Choisissez-en un autre."),
            )
        above = session.get(Referral, above.parent_id) if above.parent_id else None


def _send_if_it_can(
    session: Session, child: Referral, sender: User, at: datetime, rules: Rules
) -> None:
    """Send a child that may go as it is; otherwise leave the draft as it was."""
    try:
        with session.begin_nested():
            send_referral(
                session,
                referral=child,
                version=child.version,
                sender=sender,
                at=at,
                rules=rules,
            )
    except InvalidInput:
        session.refresh(child)


def _sender_of(session: Session, referral: Referral) -> User | None:
    """Return whoever sent a request, as she may act now; None once she is gone or may not."""
    row = session.execute(
        select(Account, Membership.role)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Account.id == referral.sender_account_id,
            Account.closed_at.is_(None),
            Membership.organization_id == referral.sender_organization_id,
            Membership.removed_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    account, role = row
    sender = User(
        account_id=account.id,
        login_id=0,
        name=account.name,
        email=account.email,
        organization_id=referral.sender_organization_id,
        role=Role(role),
    )
    return sender if sender.may(Permission.SEND_REFERRALS) else None
