"""Passing a request on: the services that a receiver may choose from, and reading the choice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.privacy.keys import Keyring
from directory.privacy.scope import acting_for
from directory.referrals.fields import FieldName, read_fields
from directory.referrals.models import Referral
from directory.referrals.queries import chain_of
from directory.referrals.redirecting import goes_at_once
from directory.referrals.steps import Step
from directory.web.alternatives import Alternative, alternatives_to
from directory.web.runtime import runtime
from directory.web.step_forms import field_name

#: The field that names the service chosen.
DESTINATION = field_name(Step.REDIRECT, "service")


@dataclass(frozen=True, slots=True)
class Redirection:
    """What `components/redirection.html` shows in the form of that step."""

    alternatives: list[Alternative]
    #: Those to which the request goes at once; to the others her own team sends it, or not.
    at_once: frozenset[int] = frozenset()
    chosen: str = ""
    error: str | None = None

    @property
    def goes_at_once(self) -> bool:
        """True when it goes at once whatever is chosen."""
        return len(self.at_once) == len(self.alternatives)

    def again(self, typed: Mapping[str, str], errors: Mapping[str, str]) -> "Redirection":
        """Return the same, with what was chosen and what is wrong with it."""
        return replace(self, chosen=typed.get(DESTINATION, ""), error=errors.get(DESTINATION))

    def read(self, form: Mapping[str, str]) -> int:
        """Return the service chosen, one of those that were offered and still are.

        :raise InvalidInput: none was chosen, or it is not offered any more.
        """
        offered = {str(each.id): each.id for each in self.alternatives}
        chosen = form.get(DESTINATION, "")
        if chosen in offered:
            return offered[chosen]
        raise InvalidInput(
            gettext("Ce service n'est plus proposé.")
            if chosen
            else gettext("Choisissez un service."),
            field="service",
            remedy=gettext("Choisissez-en un dans la liste.") if chosen else None,
        )


def redirection(
    session: Session, *, referral: Referral, keyring: Keyring, at: datetime
) -> Redirection:
    """Return where a receiver may pass a request on to: the nearest services for the same need.

    Those that were asked before are left out: it would be refused, and the person would wait. Only
    the sender sees the whole chain, so it is read in her name.
    """
    fields = read_fields(session, referral=referral, keyring=keyring, as_receiver=True)
    year = fields.get(FieldName.BIRTH_YEAR)
    with acting_for(session, organization_id=referral.sender_organization_id):
        tried = [each.service_at_location_id for each in chain_of(session, referral)]
    alternatives = alternatives_to(
        session,
        referral,
        at=at,
        gazetteer=runtime().gazetteer(),
        birth_year=int(year) if year else None,
        tried=[id for id in tried if id is not None],
    )
    return Redirection(alternatives, _at_once(session, referral, alternatives))


def _at_once(
    session: Session, referral: Referral, alternatives: Iterable[Alternative]
) -> frozenset[int]:
    """Return to which of these services the request would go at once, by the rule itself."""
    with acting_for(session, organization_id=referral.sender_organization_id):
        return frozenset(
            each.id
            for each in alternatives
            if goes_at_once(
                session,
                parent=referral,
                to_service_at_location_id=each.id,
                rules=runtime().rules,
            )
        )
