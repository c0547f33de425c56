"""What is said when a referral cannot go where somebody wanted it to go."""

from uuid import UUID

from directory.errors import Conflict, InvalidInput
from directory.i18n import gettext


class ReferralRefused(InvalidInput):
    """The request cannot be kept or sent as it is; the message says why, the remedy what to do."""


class StaleReferral(Conflict):
    """It changed since the page was shown: both versions, for a page that compares them."""

    def __init__(
        self,
        *,
        decided_on: int,
        stored: int,
        is_repeat: bool = False,
        referral_id: UUID | None = None,
    ) -> None:
        super().__init__(
            gettext("Cette demande a changé depuis que vous l'avez ouverte."),
            remedy=gettext("Relisez-la telle qu'elle est maintenant, puis recommencez."),
        )
        #: The version the person was looking at.
        self.decided_on = decided_on
        #: The version that is stored.
        self.stored = stored
        #: The same person just took this very step: a button pressed twice, and all is done.
        self.is_repeat = is_repeat
        #: Which one, for a form that does not carry its id along.
        self.referral_id = referral_id
