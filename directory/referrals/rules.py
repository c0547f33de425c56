"""By what requests are written and followed in one installation."""

from dataclasses import dataclass
from typing import Self

from directory.config import Settings
from directory.privacy.keys import Keyring
from directory.referrals.clocks import Clocks
from directory.referrals.limits import Limits


@dataclass(frozen=True, slots=True)
class Rules:
    """The keys that seal a request, its delays, and how far it may tell of a person."""

    keyring: Keyring
    clocks: Clocks = Clocks()
    limits: Limits = Limits()

    @classmethod
    def of(cls, settings: Settings, keyring: Keyring) -> Self:
        """Return the rules of an installation, under its keys."""
        return cls(keyring, Clocks.of(settings), Limits.of(settings))
