"""What tells the requests of one code apart: two people may bear the same initials."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.models import Account
from directory.i18n import gettext
from directory.privacy.keys import Keyring
from directory.privacy.sealing import CannotUnseal
from directory.referrals.fields import FieldName, read_fields
from directory.referrals.models import Referral
from directory.referrals.snapshots import Snapshot
from directory.referrals.vocabulary import State, state_label
from directory.web.filters import day
from directory.web.languages import language_name


@dataclass(frozen=True, slots=True)
class Choice:
    """One request, as a box to tick."""

    id: UUID
    #: When, where to, how far it got.
    label: str
    #: Whom it may be of: birth year, language, who wrote it. What is not known is left out.
    facts: tuple[str, ...]
    is_chosen: bool
    is_erased: bool


def choices_of(
    session: Session, referrals: Sequence[Referral], *, asked: set[UUID] | None, keyring: Keyring
) -> list[Choice]:
    """Return the requests of a code in their order; `asked` None: nobody ticked anything yet.

    Then the only one is ticked, and of several none: a code says not whose they are.
    """
    names = _names(session, referrals)
    alone = {referrals[0].id} if len(referrals) == 1 else set()
    ticked = alone if asked is None else asked
    return [
        Choice(
            id=each.id,
            label=_label(each),
            facts=_facts(session, each, names.get(each.sender_account_id or 0), keyring),
            is_chosen=each.id in ticked,
            is_erased=each.erased_at is not None,
        )
        for each in referrals
    ]


def _facts(
    session: Session, referral: Referral, writer: str | None, keyring: Keyring
) -> tuple[str, ...]:
    try:
        fields = read_fields(session, referral=referral, keyring=keyring, as_receiver=False)
    except CannotUnseal:
        # One broken row must not hide the others; its own page tells.
        fields = {}
    year, language = fields.get(FieldName.BIRTH_YEAR), fields.get(FieldName.LANGUAGE)
    known = (
        gettext("Année de naissance : %(year)s", year=year) if year else None,
        gettext("Langue : %(language)s", language=language_name(language)) if language else None,
        gettext("Écrite par : %(name)s", name=writer) if writer else None,
    )
    return tuple(fact for fact in known if fact)


def _label(referral: Referral) -> str:
    return gettext(
        "%(day)s : %(service)s (%(state)s)",
        day=day(referral.created_at),
        service=Snapshot.of(referral.snapshot).service_name,
        state=state_label(State(referral.state)),
    )


def _names(session: Session, referrals: Sequence[Referral]) -> dict[int, str]:
    ids = {each.sender_account_id for each in referrals} - {None}
    query = select(Account.id, Account.name).where(Account.id.in_(ids))
    return {row.id: row.name for row in session.execute(query)}
