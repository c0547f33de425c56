"""A request being written: kept as it was typed, sealed, and changed until it is sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory.accounts.permissions import Permission, User, require
from directory.errors import InvalidInput, NotFound
from directory.i18n import gettext
from directory.privacy.keys import Keyring
from directory.referrals.clocks import Clocks, Facts, next_tick
from directory.referrals.conflicts import StaleReferral
from directory.referrals.draft_values import Consent, ReferralDraft, read_draft
from directory.referrals.fields import FieldName, code_index, erase_dates, read_fields, write_fields
from directory.referrals.limits import Limits
from directory.referrals.models import Referral
from directory.referrals.queries import get_visible
from directory.referrals.snapshots import take_snapshot
from directory.referrals.vocabulary import Kind, State

__all__ = ["Consent", "ReferralDraft", "draft_of", "save_draft", "store_draft"]

#: What makes two drafts the same, besides the sealed fields. Sending may change the kind.
_COMPARED = (
    "service_at_location_id",
    "needs",
    "conditions",
    "documents",
    "is_urgent",
    "insee_code",
    "consent_form",
    "consented_at",
    "consent_language",
    "consent_version",
    "allows_redirection",
)


def save_draft(
    session: Session,
    *,
    draft: ReferralDraft,
    sender: User,
    keyring: Keyring,
    at: datetime,
    clocks: Clocks,
    idempotency_key: UUID,
    referral_id: UUID | None = None,
    version: int | None = None,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
) -> Referral:
    """Keep a draft: a new one, or what `referral_id` says at this version; return it.

    A key that served before returns what it made then, whatever became of it; so does a change
    that was already made.

    :raise InvalidInputs: values that cannot be kept.
    :raise ReferralRefused: the service is gone.
    :raise NotFound: no such draft, or not hers.
    :raise StaleReferral: it was changed or sent meanwhile.
    """
    require(sender, Permission.SEND_REFERRALS)
    if sender.organization_id is None:
        raise NotFound(gettext("Cette page n'existe pas, ou pas pour vous."))
    if referral_id is None:
        return store_draft(
            session,
            draft=draft,
            organization_id=sender.organization_id,
            account_id=sender.account_id,
            keyring=keyring,
            at=at,
            clocks=clocks,
            idempotency_key=idempotency_key,
            limits=limits,
        )
    referral = get_visible(session, referral_id, to=sender)
    if referral.sender_organization_id != sender.organization_id:
        raise NotFound(gettext("Cette demande n'existe pas, ou pas pour vous."))
    return _change(
        session,
        referral,
        draft,
        version=version or 0,
        keyring=keyring,
        at=at,
        clocks=clocks,
        limits=limits,
    )


def store_draft(
    session: Session,
    *,
    draft: ReferralDraft,
    organization_id: int,
    account_id: int | None,
    keyring: Keyring,
    at: datetime,
    clocks: Clocks,
    idempotency_key: UUID,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
) -> Referral:
    """Keep a new draft in the name of an organisation; a key that served returns what it made.

    For a redirection, which the sender agreed to beforehand; a person saves by `save_draft`.

    :raise InvalidInputs: values that cannot be kept.
    :raise ReferralRefused: the service is gone.
    """
    known = _made_with(session, organization_id, idempotency_key)
    if known is not None:
        return known
    _check_parent(session, draft.parent_id, organization_id)
    columns, fields = _columns(
        session, draft, organization_id, keyring=keyring, at=at, clocks=clocks, limits=limits
    )
    made: Referral | None = session.scalar(
        insert(Referral)
        .values(
            id=uuid4(),
            state=State.DRAFT.value,
            state_since=at,
            sender_organization_id=organization_id,
            sender_account_id=account_id,
            idempotency_key=idempotency_key,
            created_at=at,
            parent_id=draft.parent_id,
            **columns,
        )
        .on_conflict_do_nothing(index_elements=["sender_organization_id", "idempotency_key"])
        .returning(Referral)
    )
    if made is None:
        # The same form came twice at once; the other one made it.
        known = _made_with(session, organization_id, idempotency_key)
        if known is None:
            raise StaleReferral(decided_on=0, stored=0)
        return known
    write_fields(session, referral=made, keyring=keyring, values=fields, erase_on=draft.erase_on)
    return made


def draft_of(session: Session, *, referral: Referral, keyring: Keyring) -> ReferralDraft:
    """Return a request as it was written, for a form that shows it again or makes another."""
    fields = read_fields(session, referral=referral, keyring=keyring, as_receiver=False)
    consent = None
    if referral.consent_form and referral.consented_at and referral.consent_language:
        consent = Consent(
            form=referral.consent_form,
            at=referral.consented_at,
            language=referral.consent_language,
            version=referral.consent_version or 1,
        )
    return ReferralDraft(
        kind=Kind(referral.kind),
        service_at_location_id=referral.service_at_location_id or 0,
        code=fields.pop(FieldName.CODE, ""),
        fields=fields,
        erase_on=erase_dates(session, referral=referral),
        needs=tuple(referral.needs),
        conditions={tick["code"]: tick["is_met"] for tick in referral.conditions},
        documents={tick["code"]: tick["is_ready"] for tick in referral.documents},
        is_urgent=referral.is_urgent,
        insee_code=referral.insee_code,
        consent=consent,
        allows_redirection=referral.allows_redirection,
        parent_id=referral.parent_id,
    )


def _change(
    session: Session,
    referral: Referral,
    draft: ReferralDraft,
    *,
    version: int,
    keyring: Keyring,
    at: datetime,
    clocks: Clocks,
    limits: Limits,
) -> Referral:
    """Write a draft over the stored one, if it is still the version that was shown."""
    columns, fields = _columns(
        session,
        draft,
        referral.sender_organization_id,
        keyring=keyring,
        at=at,
        clocks=clocks,
        limits=limits,
    )
    changed = session.execute(
        update(Referral)
        .where(
            Referral.id == referral.id,
            Referral.version == version,
            Referral.state == State.DRAFT.value,
        )
        .values(version=version + 1, **columns)
        .returning(Referral.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    session.refresh(referral)
    if changed is None:
        stored = read_fields(session, referral=referral, keyring=keyring, as_receiver=False)
        is_same = all(getattr(referral, name) == columns[name] for name in _COMPARED)
        if is_same and stored == fields and referral.version > version:
            return referral
        raise StaleReferral(decided_on=version, stored=referral.version)
    write_fields(
        session, referral=referral, keyring=keyring, values=fields, erase_on=draft.erase_on
    )
    return referral


def _columns(
    session: Session,
    draft: ReferralDraft,
    organization_id: int,
    *,
    keyring: Keyring,
    at: datetime,
    clocks: Clocks,
    limits: Limits,
) -> tuple[dict[str, Any], dict[FieldName, str]]:
    """Return the columns of a draft and its fields to seal, once both were checked."""
    snapshot = take_snapshot(session, service_at_location_id=draft.service_at_location_id, at=at)
    fields = read_draft(draft, category_code=snapshot.category_code, limits=limits, at=at)
    code = fields.get(FieldName.CODE)
    tick = next_tick(Facts(State.DRAFT, at), clocks)
    consent = draft.consent
    columns = {
        "kind": draft.kind.value,
        "service_at_location_id": draft.service_at_location_id,
        "receiver_organization_id": snapshot.organization_id,
        "snapshot": snapshot.to_json(),
        "category_code": snapshot.category_code,
        "insee_code": draft.insee_code,
        "needs": list(dict.fromkeys(draft.needs)),
        "conditions": _ticks(draft.conditions, "is_met"),
        "documents": _ticks(draft.documents, "is_ready"),
        "is_urgent": draft.is_urgent,
        "code_index": code_index(keyring, organization_id=organization_id, code=code)
        if code
        else None,
        "consent_form": consent.form if consent else None,
        "consented_at": consent.at if consent else None,
        "consent_language": consent.language if consent else None,
        "consent_version": consent.version if consent else None,
        "allows_redirection": draft.allows_redirection,
        "clock_at": tick.at if tick else None,
    }
    return columns, fields


def _ticks(ticks: Mapping[str, bool], name: str) -> list[dict[str, Any]]:
    return [{"code": code, name: is_ticked} for code, is_ticked in ticks.items()]


def _check_parent(session: Session, parent_id: UUID | None, organization_id: int) -> None:
    """Check that a child follows a request of the same sender.

    :raise InvalidInput: it does not.
    """
    if parent_id is None:
        return
    found = session.scalar(
        select(Referral.id).where(
            Referral.id == parent_id, Referral.sender_organization_id == organization_id
        )
    )
    if found is None:
        raise InvalidInput(
            gettext("La demande que celle-ci doit suivre n'existe pas, ou pas pour vous."),
            field="parent_id",
            remedy=gettext("Repartez de la demande refusée."),
        )


def _made_with(session: Session, organization_id: int, idempotency_key: UUID) -> Referral | None:
    return session.scalar(
        select(Referral).where(
            Referral.sender_organization_id == organization_id,
            Referral.idempotency_key == idempotency_key,
        )
    )
