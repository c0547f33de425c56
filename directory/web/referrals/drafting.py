"""What the form of a draft is told besides what it holds: twins, another's changes, ways out."""

from collections.abc import Iterable
from datetime import date, datetime

from directory.i18n import gettext
from directory.listings.vocabulary import category_label
from directory.referrals.draft_values import ReferralDraft
from directory.referrals.drafts import draft_of
from directory.referrals.fields import FieldName, read_fields
from directory.referrals.models import Referral
from directory.referrals.queries import chain_of, made_today
from directory.referrals.snapshots import Snapshot
from directory.referrals.terms import conditions_of, documents_of
from directory.referrals.vocabulary import State
from directory.web.alternatives import Alternative, alternatives_to
from directory.web.languages import language_name
from directory.web.referrals.field_labels import field_label
from directory.web.referrals.remarks import Remark, remarks
from directory.web.referrals.typed import Typed
from directory.web.runtime import runtime
from directory.web.signed_in import member_session, signed_in


def remarks_of(referral: Referral, at: datetime) -> list[Remark]:
    """Return what to look at again in a draft before it goes out."""
    session, keyring = member_session(), runtime().keyring
    fields = read_fields(session, referral=referral, keyring=keyring, as_receiver=False)
    twins = made_today(
        session,
        user=signed_in(),
        code=fields.get(FieldName.CODE, ""),
        service_at_location_id=referral.service_at_location_id or 0,
        keyring=keyring,
        at=at,
        besides=referral.id,
    )
    asked_for = [twin for twin in twins if twin.state != State.CANCELLED]
    return remarks(fields.get(FieldName.MESSAGE, ""), asked_for)


def alternatives_of(referral: Referral, at: datetime) -> list[Alternative]:
    """Return where else the person may turn, without what was tried for her already."""
    session = member_session()
    is_sender = referral.sender_organization_id == signed_in().organization_id
    fields = read_fields(
        session, referral=referral, keyring=runtime().keyring, as_receiver=not is_sender
    )
    year = fields.get(FieldName.BIRTH_YEAR)
    return alternatives_to(
        session,
        referral,
        at=at,
        gazetteer=runtime().gazetteer(),
        birth_year=int(year) if year else None,
        tried={
            each.service_at_location_id
            for each in chain_of(session, referral=referral)
            if each.service_at_location_id is not None and not _was_thrown_away(each)
        },
    )


def _was_thrown_away(referral: Referral) -> bool:
    """Tell whether a draft was given up: it asked nobody."""
    return referral.state == State.CANCELLED and referral.sent_at is None


def nearest_instead(snapshot: Snapshot, insee_code: str | None, at: datetime) -> list[Alternative]:
    """Return the nearest services for the same need, from a commune, else from the service's."""
    location = snapshot.location or {}
    # Never added to the session: it only carries what a search is made from.
    request = Referral(
        snapshot=snapshot.to_json(),
        category_code=snapshot.category_code,
        insee_code=insee_code or location.get("insee_code"),
        conditions=[],
    )
    return alternatives_to(member_session(), request, at=at, gazetteer=runtime().gazetteer())


def stored_otherwise(referral: Referral, written: ReferralDraft) -> list[tuple[str, str, str]]:
    """Return what a stored request says otherwise than a draft: (field, stored, written)."""
    gazetteer, keyring = runtime().gazetteer(), runtime().keyring
    stored = Typed.of_draft(
        draft_of(member_session(), referral=referral, keyring=keyring), gazetteer
    )
    typed = Typed.of_draft(written, gazetteer)
    lines = [
        (field_label(name), _text(name, stored.text(name)), _text(name, typed.text(name)))
        for name in dict.fromkeys([*stored.texts, *typed.texts])
    ]
    lines += [
        (
            field_label(name),
            _listed(labels, stored.ticked(name)),
            _listed(labels, typed.ticked(name)),
        )
        for name, labels in _list_labels(referral).items()
    ]
    return [line for line in lines if line[1] != line[2]]


def _text(name: str, value: str) -> str:
    """Return a typed value as it is read by a person."""
    if not value:
        return gettext("(vide)")
    if name == FieldName.LANGUAGE:
        return language_name(value)
    if name in ("is_urgent", "allows_redirection"):
        return gettext("Oui")
    if name == "consent_form":
        return consent_form_label(value)
    try:
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    except ValueError:
        return value


def consent_form_label(form: str) -> str:
    """Return how somebody agreed."""
    return {"oral": gettext("De vive voix"), "written": gettext("Par écrit")}.get(form, form)


def _list_labels(referral: Referral) -> dict[str, dict[str, str]]:
    card = Snapshot.of(referral.snapshot).card
    conditions = conditions_of(card, runtime().gazetteer().area_label)
    return {
        "needs": {},
        "conditions": {term.code: term.label for term in conditions},
        "documents": {term.code: term.label for term in documents_of(card)},
    }


def _listed(labels: dict[str, str], codes: Iterable[str]) -> str:
    names = sorted(labels.get(code) or category_label(code) for code in codes)
    return ", ".join(names) or gettext("(rien)")
