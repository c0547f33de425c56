"""Sending a request, or writing down that the person was sent there: what it needs to go out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from directory.accounts.models import OrganizationAccount
from directory.accounts.permissions import User
from directory.errors import InvalidInput, InvalidInputs
from directory.i18n import gettext
from directory.referrals import notices
from directory.referrals.conflicts import ReferralRefused
from directory.referrals.draft_values import refused_for_health
from directory.referrals.fields import IDENTITY, PERSONAL, FieldName, read_fields
from directory.referrals.limits import Limits
from directory.referrals.links import end_links
from directory.referrals.models import Referral
from directory.referrals.receivers import Receiver, receiver_of
from directory.referrals.rules import Rules
from directory.referrals.snapshots import Snapshot, take_snapshot
from directory.referrals.steps import Actor, Step
from directory.referrals.suspensions import suspended
from directory.referrals.taking import take_step
from directory.referrals.vocabulary import Kind, State

#: A request goes out from here: for the first time, or again.
SENDABLE = frozenset({State.DRAFT, State.EXPIRED})


@dataclass(frozen=True, slots=True)
class _Asked:
    """What somebody wants to send or to write down, and by which rules."""

    version: int
    sender: User
    at: datetime
    rules: Rules


def send_referral(
    session: Session,
    *,
    referral: Referral,
    version: int,
    sender: User,
    at: datetime,
    rules: Rules,
) -> Referral:
    """Send a draft, or an expired request again, to its service; return it as it then is.

    A service that nobody can be reached at gets nothing: the draft is written down instead, and
    its `kind` is then `logged`, which the page tells.

    :raise ReferralRefused: the service is closed, suspended or gone; an organisation is not
        verified; something personal goes without agreement, or to a kind of help of health.
    :raise InvalidInputs: several of these at once.
    :raise StaleReferral: it changed since `version`.
    :raise IllegalStep: it was sent already.
    """
    session.refresh(referral, with_for_update=True)
    asked = _Asked(version, sender, at, rules)
    if referral.version != version:
        return _take(session, referral, asked, _step_of(referral))
    receiver = _receiver(session, referral)
    is_silent = not receiver.is_reachable and not receiver.is_suspended
    if referral.state == State.DRAFT and is_silent:
        return _log(session, referral, asked)
    told = _told_now(session, referral, SENDABLE, at)
    _raise(problems_of(session, referral=referral, receiver=receiver, rules=rules, told=told))
    if told is not None:
        _tell_as_it_is(session, referral, told, kind=Kind.LIVE, at=at)
    sent = _take(session, referral, asked, Step.SEND)
    notices.announce(session, sent, rules.keyring, at)
    return sent


def problems_of(
    session: Session,
    *,
    referral: Referral,
    receiver: Receiver,
    rules: Rules,
    told: Snapshot | None = None,
) -> list[InvalidInput]:
    """Return everything that keeps a request from a receiver; empty when it may go to it.

    `told` is the service as it is now, where that is not what is stored with the request: of
    another kind of help, it may not get what it could have got.
    """
    values = read_fields(session, referral=referral, keyring=rules.keyring, as_receiver=False)
    return [
        *_sender_problems(session, referral),
        *_person_problems(referral, values, rules.limits, told),
        *_receiver_problems(receiver, values),
    ]


def log_referral(
    session: Session,
    *,
    referral: Referral,
    version: int,
    sender: User,
    at: datetime,
    rules: Rules,
) -> Referral:
    """Write down that the person was sent there; nothing goes out, and nobody else reads it.

    :raise ReferralRefused: the service is gone; something personal is kept without agreement.
    :raise InvalidInputs: several of these at once.
    :raise StaleReferral: it changed since `version`.
    :raise IllegalStep: it is no draft any more.
    """
    session.refresh(referral, with_for_update=True)
    asked = _Asked(version, sender, at, rules)
    if referral.version != version:
        return _take(session, referral, asked, Step.LOG)
    return _log(session, referral, asked)


def _log(session: Session, referral: Referral, asked: _Asked) -> Referral:
    values = read_fields(session, referral=referral, keyring=asked.rules.keyring, as_receiver=False)
    told = _told_now(session, referral, frozenset({State.DRAFT}), asked.at)
    _raise(_person_problems(referral, values, asked.rules.limits, told))
    if told is not None:
        _tell_as_it_is(session, referral, told, kind=Kind.LOGGED, at=asked.at)
    return _take(session, referral, asked, Step.LOG)


def _take(session: Session, referral: Referral, asked: _Asked, step: Step) -> Referral:
    """Take the step; at another version than the one decided on, it says how they differ."""
    return take_step(
        session,
        referral=referral,
        version=asked.version,
        step=step,
        actor=Actor.SENDER,
        by=asked.sender,
        at=asked.at,
        rules=asked.rules,
    )


def _step_of(referral: Referral) -> Step:
    """Return what a button « Envoyer » did: a request that could not go out was written down."""
    return Step.LOG if referral.kind == Kind.LOGGED else Step.SEND


def _receiver(session: Session, referral: Referral) -> Receiver:
    receiver = receiver_of(session, service_at_location_id=referral.service_at_location_id)
    if receiver is None:
        raise ReferralRefused(
            gettext("Ce service n'est plus dans l'annuaire."),
            field="service",
            remedy=gettext("Choisissez-en un autre : les plus proches vous sont proposés."),
        )
    return receiver


def _told_now(
    session: Session, referral: Referral, states: frozenset[State], at: datetime
) -> Snapshot | None:
    """Return the service as it is told now to a request in one of these states, else None."""
    if referral.state not in states:
        return None
    return take_snapshot(
        session, service_at_location_id=referral.service_at_location_id or 0, at=at
    )


def _tell_as_it_is(
    session: Session, referral: Referral, snapshot: Snapshot, *, kind: Kind, at: datetime
) -> None:
    """Keep the service as it is told at the moment the request goes out."""
    referral.kind = kind.value
    referral.snapshot = snapshot.to_json()
    referral.category_code = snapshot.category_code
    if referral.receiver_organization_id != snapshot.organization_id:
        # Sent again after another organisation took the service over: the first is shut out.
        end_links(session, referral=referral, at=at)
    referral.receiver_organization_id = snapshot.organization_id


def _raise(problems: list[InvalidInput]) -> None:
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise InvalidInputs(problems)


def _sender_problems(session: Session, referral: Referral) -> list[InvalidInput]:
    account = session.get(OrganizationAccount, referral.sender_organization_id)
    if account is None or not account.is_prescribing:
        return [
            ReferralRefused(
                gettext("Votre structure n'est pas inscrite pour orienter."),
                remedy=gettext("Demandez-le à la personne qui administre votre territoire."),
            )
        ]
    if account.suspended_at is not None:
        return [suspended()]
    if account.verified_at is None:
        return [
            ReferralRefused(
                gettext("Votre structure n'est pas encore vérifiée : rien ne peut partir."),
                remedy=gettext(
                    "Votre brouillon est gardé. La personne qui administre votre territoire "
                    "vérifie les structures ; en attendant, vous pouvez noter l'orientation."
                ),
            )
        ]
    return []


def _person_problems(
    referral: Referral, values: Mapping[FieldName, str], limits: Limits, told: Snapshot | None
) -> list[InvalidInput]:
    problems: list[InvalidInput] = []
    if FieldName.CODE not in values:
        problems.append(
            ReferralRefused(
                gettext("Il manque un code ou des initiales."),
                field=FieldName.CODE.value,
                remedy=gettext("Écrivez de quoi reconnaître la personne, sans dire son nom."),
            )
        )
    if referral.consent_withdrawn_at is not None or (
        referral.consented_at is None and PERSONAL & values.keys()
    ):
        problems.append(
            ReferralRefused(
                gettext("La personne n'a pas dit qu'elle est d'accord."),
                field="consent",
                remedy=gettext(
                    "Lisez-lui le texte et notez son accord, ou n'envoyez qu'un code, sans "
                    "prénom, année de naissance, moyen de la joindre ni message."
                ),
            )
        )
    problems += refused_for_health(
        values,
        category_code=told.category_code if told else referral.category_code,
        needs=referral.needs,
        limits=limits,
    )
    return problems


def _receiver_problems(receiver: Receiver, values: Mapping[FieldName, str]) -> list[InvalidInput]:
    if receiver.is_suspended:
        return [
            ReferralRefused(
                gettext(
                    "La structure qui tient ce service est suspendue : rien ne lui est envoyé."
                ),
                field="service",
                remedy=gettext("Choisissez-en un autre : les plus proches vous sont proposés."),
            )
        ]
    if not receiver.is_reachable:
        return [
            ReferralRefused(
                gettext("Ce service n'a plus d'adresse : la demande ne peut pas y retourner."),
                field="service",
                remedy=gettext("Choisissez-en un autre : les plus proches vous sont proposés."),
            )
        ]
    if receiver.is_verified or not IDENTITY & values.keys():
        return []
    return [
        ReferralRefused(
            gettext(
                "La structure qui reçoit n'est pas vérifiée : elle ne peut pas savoir qui est "
                "la personne."
            ),
            field=next(name.value for name in FieldName if name in IDENTITY & values.keys()),
            remedy=gettext(
                "N'envoyez qu'un code, sans prénom, année de naissance, téléphone ni adresse "
                "mail : le service vous répondra à vous."
            ),
        )
    ]
