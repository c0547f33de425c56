"""How often something may be tried: by account, by address prefix, and in all.

What was tried is kept in PostgreSQL, so that all processes share one count, and in a transaction
of its own, so that a refusal which rolls back does not forget it. When it cannot be counted,
nothing is tried: the error of the database passes through.

Each try is kept with its instant, and only those of the last window count: within any window, not
only from one full five minutes to the next, no more than the limit get through.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory.accounts.models import Throttle
from directory.errors import Throttled
from directory.i18n import gettext, ngettext
from directory.privacy.keys import Keyring

#: What one subscriber holds: behind it, addresses change at will.
IPV4_PREFIX = 24
IPV6_PREFIX = 48


@dataclass(frozen=True, slots=True, order=True)
class Limit:
    """At most so many tries within any stretch of time as long as the window."""

    axis: str
    tries: int
    window: timedelta


_FIVE_MINUTES = timedelta(minutes=5)
_HOUR = timedelta(hours=1)

SIGN_IN_ACCOUNT = Limit("sign_in_account", 10, _FIVE_MINUTES)
SIGN_IN_PREFIX = Limit("sign_in_prefix", 50, _FIVE_MINUTES)
#: A spray from many networks: far above the wrong passwords of a whole territory's mornings.
SIGN_IN_ALL = Limit("sign_in_all", 600, _FIVE_MINUTES)
#: Whoever guesses here has the password already.
CODE_ACCOUNT = Limit("code_account", 5, _FIVE_MINUTES)
#: A mailbox is not to be flooded.
RESET_ACCOUNT = Limit("reset_account", 3, _HOUR)
RESET_PREFIX = Limit("reset_prefix", 20, _HOUR)
RESET_ALL = Limit("reset_all", 300, _HOUR)
INVITATION = Limit("invitation", 50, timedelta(days=1))
#: Whoever invites chooses whose mailbox it is, and may be its owner's worst enemy.
INVITED_ADDRESS = Limit("invited_address", 5, timedelta(days=1))

LONGEST_WINDOW = INVITATION.window


def wait_s(tried_at: Sequence[datetime], limit: Limit, at: datetime) -> int:
    """Return the whole seconds until one more try may be made; 0: now.

    Instants more than a window ahead come from a clock that was wrong, and do not count.
    """
    counted = sorted(during(tried_at, limit, at))
    if len(counted) < limit.tries:
        return 0
    free_at = counted[-limit.tries] + limit.window
    return max(1, math.ceil((free_at - at).total_seconds()))


def during(tried_at: Sequence[datetime], limit: Limit, at: datetime) -> list[datetime]:
    """Return the tries of the window that ends at an instant, in the order given."""
    return [one for one in tried_at if at - limit.window < one < at + limit.window]


def count_try(
    session: Session, *, keyring: Keyring, tries: Mapping[Limit, str], at: datetime
) -> None:
    """Count one try on each axis, of whom it names; when one of them is full, on none.

    :raise Throttled: it must wait; the words are the same whatever was full.
    """
    with _apart(session) as own:
        rows = _locked(own, keyring, tries, at)
        wait = max(wait_s(row.tried_at, limit, at) for limit, row in rows)
        if wait:
            # Rolls back: names that were never tried leave no row behind.
            raise Throttled(
                gettext("Trop d'essais en peu de temps."),
                retry_after_s=wait,
                remedy=_patience(wait),
            )
        for limit, row in rows:
            row.tried_at = [*during(row.tried_at, limit, at), at]
            row.last_tried_at = at


def take_back(
    session: Session, *, keyring: Keyring, tries: Mapping[Limit, str], at: datetime
) -> None:
    """Take back a try that succeeded: an office where all sign in at nine is no attack."""
    with _apart(session) as own:
        for _limit, row in _locked(own, keyring, tries, at):
            left = list(row.tried_at)
            if at in left:
                left.remove(at)
            row.tried_at = left


def forget(session: Session, *, keyring: Keyring, limit: Limit, key: str) -> None:
    """Forget all tries of one account: its owner has shown herself."""
    with _apart(session) as own:
        own.execute(
            update(Throttle)
            .where(Throttle.axis == limit.axis, Throttle.key == _digest(keyring, limit, key))
            .values(tried_at=[])
        )


def prefix_of(address: str | None) -> str:
    """Return the network an address is counted by; all that are none are counted together."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    length = IPV4_PREFIX if isinstance(found, IPv4Address) else IPV6_PREFIX
    # A zone (`fe80::1%eth0`) names a wire of this machine, not a network.
    return str(ip_network(f"{str(found).split('%')[0]}/{length}", strict=False))


@contextmanager
def _apart(session: Session) -> Iterator[Session]:
    """Open a transaction of its own on the same database, committed at the end of the block."""
    own = Session(session.get_bind(), join_transaction_mode="create_savepoint")
    with own, own.begin():
        yield own


def _locked(
    session: Session, keyring: Keyring, tries: Mapping[Limit, str], at: datetime
) -> list[tuple[Limit, Throttle]]:
    """Return the row of each axis, held until the end of the transaction.

    Everybody takes them in the order of their axes, so that no two wait for each other.
    """
    return [
        (limit, _locked_row(session, limit, _digest(keyring, limit, tries[limit]), at))
        for limit in sorted(tries)
    ]


def _locked_row(session: Session, limit: Limit, key: bytes, at: datetime) -> Throttle:
    """Return a row that is locked; an update that changes nothing locks it even if it is new."""
    statement = (
        insert(Throttle)
        .values(axis=limit.axis, key=key, tried_at=[], last_tried_at=at)
        .on_conflict_do_update(
            index_elements=[Throttle.axis, Throttle.key], set_={"axis": limit.axis}
        )
        .returning(Throttle)
    )
    return session.scalars(statement).one()


def _digest(keyring: Keyring, limit: Limit, key: str) -> bytes:
    return keyring.digest(f"throttle.{limit.axis}", key)


def _patience(seconds: int) -> str:
    minutes = math.ceil(seconds / 60)
    return ngettext(
        "Patientez %(num)s minute, puis recommencez.",
        "Patientez %(num)s minutes, puis recommencez.",
        minutes,
    )
