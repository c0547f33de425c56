"""A request being written: kept as it was typed, sealed, and changed until it is sent."""

from collections.abc import Mapping
from dataclasses import replace
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
from directory.referrals.agreements import agreement_of, as_agreed, day_of, origin_of_child
from directory.referrals.clocks import Facts, next_tick
from directory.referrals.conflicts import StaleReferral
from directory.referrals.draft_values import Consent, ReferralDraft, read_draft
from directory.referrals.fields import FieldName, code_index, erase_dates, read_fields, write_fields
from directory.referrals.models import Referral
from directory.referrals.queries import get_sent
from directory.referrals.rules import Rules
from directory.referrals.snapshots import take_snapshot
from directory.referrals.vocabulary import Kind, State

__all__ = ["Consent", "ReferralDraft", "draft_of", "save_draft", "store_draft"]

#: What makes two drafts the same, besides the sealed fields. Sending may change the kind, and the
#: instant of the consent may be that of the form's arrival: its day counts.
_COMPARED = (
    "service_at_location_id",
    "needs",
    "conditions",
    "documents",
    "is_urgent",
    "insee_code",
    "consent_form",
    "consent_language",
    "allows_redirection",
)


def save_draft(
    session: Session,
    *,
    draft: ReferralDraft,
    sender: User,
    at: datetime,
    rules: Rules,
    idempotency_key: UUID,
    referral_id: UUID | None = None,
    version: int | None = None,
) -> Referral:
    """Keep a draft: a new one, or what `referral_id` says at this version; return it.

    The same form again returns what it made, whatever became of it. With other words it changes
    its draft; what went out already, or was changed elsewhere, is left as it is.

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
            at=at,
            rules=rules,
            idempotency_key=idempotency_key,
        )
    referral = get_sent(session, referral_id, to=sender)
    return _change(session, referral, draft, version or 0, at, rules)


def store_draft(
    session: Session,
    *,
    draft: ReferralDraft,
    organization_id: int,
    account_id: int | None,
    at: datetime,
    rules: Rules,
    idempotency_key: UUID,
) -> Referral:
    """Keep a new draft in the name of an organisation; the same form again makes no other one.

    For a redirection, which the sender agreed to beforehand; a person saves by `save_draft`.

    :raise InvalidInputs: values that cannot be kept.
    :raise ReferralRefused: the service is gone.
    """
    known = _made_with(session, organization_id, idempotency_key)
    if known is not None:
        return _again(session, known, draft, at, rules)
    parent = _parent(session, draft.parent_id, organization_id)
    columns, fields = _columns(session, draft, organization_id, at, rules)
    made = _insert(
        session,
        state=State.DRAFT.value,
        state_since=at,
        sender_organization_id=organization_id,
        sender_account_id=account_id,
        idempotency_key=idempotency_key,
        created_at=at,
        parent_id=draft.parent_id,
        consent_origin_id=origin_of_child(draft.consent, parent),
        **columns,
    )
    if made is None:
        # The same form came twice at once; the other one made it.
        known = _made_with(session, organization_id, idempotency_key)
        if known is None:
            raise StaleReferral(decided_on=0, stored=0)
        return _again(session, known, draft, at, rules)
    write_fields(
        session, referral=made, keyring=rules.keyring, values=fields, erase_on=draft.erase_on
    )
    return made


def _insert(session: Session, **columns: Any) -> Referral | None:
    """Return the new row, or None when the same key made one meanwhile."""
    made: Referral | None = session.scalar(
        insert(Referral)
        .values(id=uuid4(), **columns)
        .on_conflict_do_nothing(index_elements=["sender_organization_id", "idempotency_key"])
        .returning(Referral)
    )
    return made


def draft_of(session: Session, *, referral: Referral, keyring: Keyring) -> ReferralDraft:
    """Return a request as it was written, for a form that shows it again or makes another."""
    fields = read_fields(session, referral=referral, keyring=keyring, as_receiver=False)
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
        consent=agreement_of(referral),
        allows_redirection=referral.allows_redirection,
        parent_id=referral.parent_id,
    )


def _change(
    session: Session,
    referral: Referral,
    draft: ReferralDraft,
    version: int,
    at: datetime,
    rules: Rules,
) -> Referral:
    """Write a draft over the stored one, if it is still the version that was shown."""
    session.refresh(referral, with_for_update=True)
    if referral.version != version or referral.state != State.DRAFT:
        if referral.version > version and _says(session, referral, draft, at, rules):
            return referral
        raise _changed(referral, version)
    consent = as_agreed(referral, draft.consent)
    draft = replace(draft, consent=consent)
    columns, fields = _columns(session, draft, referral.sender_organization_id, at, rules)
    # Without an agreement of its own, what is left of a request came from where it came before.
    origin_id = consent.origin_id if consent else referral.consent_origin_id
    session.execute(
        update(Referral)
        .where(Referral.id == referral.id)
        .values(version=version + 1, consent_origin_id=origin_id, **columns)
        .execution_options(synchronize_session=False)
    )
    session.refresh(referral)
    write_fields(
        session, referral=referral, keyring=rules.keyring, values=fields, erase_on=draft.erase_on
    )
    return referral


def _again(
    session: Session, referral: Referral, draft: ReferralDraft, at: datetime, rules: Rules
) -> Referral:
    """Return what a form made before, now that it comes again.

    Sent again as it was, it changes nothing. With other words (somebody went back and corrected
    them, or wrote of another person) it changes the draft it made, and nothing that went further.
    """
    if _says(session, referral, draft, at, rules):
        return referral
    return _change(session, referral, draft, 1, at, rules)


def _says(
    session: Session, referral: Referral, draft: ReferralDraft, at: datetime, rules: Rules
) -> bool:
    """Tell whether a stored request says what a draft says."""
    written = _written(draft)
    if any(getattr(referral, name) != written[name] for name in _COMPARED):
        return False
    days = [at and day_of(at) for at in (referral.consented_at, written["consented_at"])]
    if days[0] != days[1]:
        return False
    stored = read_fields(session, referral=referral, keyring=rules.keyring, as_receiver=False)
    fields = read_draft(draft, category_code=referral.category_code, limits=rules.limits, at=at)
    ends = {name: day for name, day in draft.erase_on.items() if name in fields}
    return stored == fields and erase_dates(session, referral=referral) == ends


def _changed(referral: Referral, version: int) -> StaleReferral:
    return StaleReferral(decided_on=version, stored=referral.version, referral_id=referral.id)


def _columns(
    session: Session, draft: ReferralDraft, organization_id: int, at: datetime, rules: Rules
) -> tuple[dict[str, Any], dict[FieldName, str]]:
    """Return the columns of a draft and its fields to seal, once both were checked."""
    snapshot = take_snapshot(session, service_at_location_id=draft.service_at_location_id, at=at)
    fields = read_draft(draft, category_code=snapshot.category_code, limits=rules.limits, at=at)
    code = fields.get(FieldName.CODE)
    tick = next_tick(Facts(State.DRAFT, at), rules.clocks)
    columns = _written(draft) | {
        "receiver_organization_id": snapshot.organization_id,
        "snapshot": snapshot.to_json(),
        "category_code": snapshot.category_code,
        "code_index": code
        and code_index(rules.keyring, organization_id=organization_id, code=code),
        "clock_at": tick.at if tick else None,
    }
    return columns, fields


def _written(draft: ReferralDraft) -> dict[str, Any]:
    """Return the columns that hold what was typed."""
    consent = draft.consent
    return {
        "kind": draft.kind.value,
        "service_at_location_id": draft.service_at_location_id,
        "insee_code": draft.insee_code,
        "needs": list(dict.fromkeys(draft.needs)),
        "conditions": _ticks(draft.conditions, "is_met"),
        "documents": _ticks(draft.documents, "is_ready"),
        "is_urgent": draft.is_urgent,
        "consent_form": consent.form if consent else None,
        "consented_at": consent.at if consent else None,
        "consent_language": consent.language if consent else None,
        "consent_version": consent.version if consent else None,
        "allows_redirection": draft.allows_redirection,
    }


def _ticks(ticks: Mapping[str, bool], name: str) -> list[dict[str, Any]]:
    return [{"code": code, name: is_ticked} for code, is_ticked in ticks.items()]


def _parent(session: Session, parent_id: UUID | None, organization_id: int) -> Referral | None:
    """Return the request that a child follows; held, so that what is taken back there finds it.

    :raise InvalidInput: it is not one of the same sender.
    """
    if parent_id is None:
        return None
    found: Referral | None = session.scalar(
        select(Referral)
        .where(Referral.id == parent_id, Referral.sender_organization_id == organization_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise InvalidInput(
            gettext("La demande que celle-ci doit suivre n'existe pas, ou pas pour vous."),
            field="parent_id",
            remedy=gettext("Repartez de la demande refusée."),
        )
    return found


def _made_with(session: Session, organization_id: int, idempotency_key: UUID) -> Referral | None:
    return session.scalar(
        select(Referral).where(
            Referral.sender_organization_id == organization_id,
            Referral.idempotency_key == idempotency_key,
        )
    )
