"""A request that was opened stays open for a while, without a cookie.

Programs that guard mailboxes follow every link of a mail. So the link alone shows nothing of the
person: a button opens the request, and the address it leads to carries a pass that ends soon.
What stands after the question mark of an address is never logged.
"""

import hmac
from datetime import datetime, timedelta
from uuid import UUID

from directory.privacy.keys import Keyring

#: As long as a sign-in lasts without a request.
LASTS = timedelta(minutes=30)


def make_pass(keyring: Keyring, link_id: UUID, at: datetime) -> str:
    """Return what opens the request of one link until `LASTS` from now."""
    return _pass_until(keyring, link_id, int((at + LASTS).timestamp()))


def is_open(keyring: Keyring, link_id: UUID, text: str, at: datetime) -> bool:
    """Tell whether a pass was made here, for this link, and has not ended."""
    digits = text.partition("-")[0]
    if not (digits.isascii() and digits.isdigit() and len(digits) < 12):
        return False
    ours = _pass_until(keyring, link_id, int(digits))
    return hmac.compare_digest(ours.encode(), text.encode()) and at.timestamp() < int(digits)


def _pass_until(keyring: Keyring, link_id: UUID, until: int) -> str:
    return f"{until}-{keyring.token('answer_link.open', f'{link_id}|{until}')}"
