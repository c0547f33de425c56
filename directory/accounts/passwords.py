"""Passwords: how they are kept, how one is checked, which ones are refused."""

import unicodedata
from datetime import datetime
from functools import cache
from secrets import token_urlsafe
from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from directory.accounts.logins import end_logins
from directory.accounts.models import Account, AccountLink, Membership
from directory.accounts.throttles import SIGN_IN_ACCOUNT, count_try, forget
from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.listings.models import Organization
from directory.privacy.keys import Keyring

#: Argon2id with the second recommended option of RFC 9106 (section 4): 3 passes over 64 MiB in 4
#: lanes, a salt of 128 bits and a tag of 256; above every option of OWASP's Password Storage
#: Cheat Sheet (19 MiB and 2 passes at least).
_HASHER = PasswordHasher(
    time_cost=3, memory_cost=65_536, parallelism=4, hash_len=32, salt_len=16, type=Type.ID
)

#: So many at once in a process: each takes 64 MiB, and a flood must not take all there is.
_AT_ONCE = BoundedSemaphore(2)

#: NIST SP 800-63B: 15 characters where a password is all there is, less with a second factor.
SHORTEST = 15
SHORTEST_WITH_SECOND_FACTOR = 10
LONGEST = 256

#: On zxcvbn's scale, the top: guessing takes more than 10^10 tries; beside a code, 10^8.
WEAKEST = 4
WEAKEST_WITH_SECOND_FACTOR = 3
#: What zxcvbn reads; what follows is no reason to refuse.
_READ_BY_ZXCVBN = 72

#: What French people choose, besides the tens of thousands of words that zxcvbn knows.
_COMMON_HERE = """
    motdepasse mdp azerty azertyuiop qsdfghjklm wxcvbn bonjour bienvenue soleil loulou doudou
    chouchou marseille paris lyon france coucou jetaime mamour cheval chocolat nicolas camille
    association solidarite accueil fanal secret administrateur liberte egalite fraternite
"""


def check_password(account: Account | None, typed: str) -> bool:
    """Tell whether a password is an account's.

    Without an account, or without a password of its own, one is checked all the same: the time
    does not tell whether a name is known.
    """
    kept = None if account is None or account.closed_at is not None else account.password_hash
    nobody = _nobodys_hash()
    matches = _verify(kept or nobody, typed)
    return matches and kept is not None


def password_fits(
    session: Session, *, account: Account, typed: str, at: datetime, keyring: Keyring
) -> bool:
    """Tell whether somebody who is known typed her password.

    It counts as a try to sign in; once it is right, those before are forgotten.

    :raise Throttled: too many tries.
    """
    count_try(session, keyring=keyring, tries={SIGN_IN_ACCOUNT: account.email}, at=at)
    if not check_password(account, typed):
        return False
    forget(session, keyring=keyring, limit=SIGN_IN_ACCOUNT, key=account.email)
    return True


def choose_password(
    session: Session,
    *,
    account_id: int,
    password: str,
    at: datetime,
) -> None:
    """Give an account a password; every sign-in of it ends, and no link sent before serves.

    :raise InvalidInput: too short, too long, or easy to guess.
    """
    account = session.get_one(Account, account_id)
    check_choice(
        password,
        has_second_factor=account.totp_secret is not None,
        known=_known_words(session, account),
    )
    account.password_hash = hash_password(password)
    # Whoever began with the former password does not go on with it.
    account.totp_candidate = account.totp_candidate_at = None
    end_logins(session, account_id=account_id, at=at)
    session.execute(
        update(AccountLink)
        .where(
            AccountLink.purpose == "reset",
            AccountLink.email == account.email,
            AccountLink.spent_at.is_(None),
        )
        .values(spent_at=at)
        .execution_options(synchronize_session=False)
    )
    session.flush()


def check_choice(password: str, *, has_second_factor: bool, known: list[str]) -> None:
    """Refuse a password that is too short, too long, or easy to guess from words `known`.

    :raise InvalidInput: with its remedy.
    """
    shortest, weakest = SHORTEST, WEAKEST
    if has_second_factor:
        shortest, weakest = SHORTEST_WITH_SECOND_FACTOR, WEAKEST_WITH_SECOND_FACTOR
    if len(password) < shortest:
        raise _refusal(gettext("Ce mot de passe est trop court."), shortest)
    if len(password) > LONGEST:
        raise InvalidInput(
            gettext("Ce mot de passe est trop long."),
            field="password",
            remedy=gettext("Restez sous %(count)s caractères.", count=LONGEST),
        )
    words = [*_COMMON_HERE.split(), *(word.lower() for word in known)]
    # Its lists of words take 13 MB: a process that never has a password chosen does without.
    from zxcvbn import zxcvbn

    if zxcvbn(_normal(password)[:_READ_BY_ZXCVBN], user_inputs=words)["score"] < weakest:
        raise _refusal(gettext("Ce mot de passe est trop facile à deviner."), shortest)


def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    with _AT_ONCE:
        return _HASHER.hash(_bytes(password))


def refresh_hash(account: Account, password: str) -> None:
    """Keep a password that was just checked under today's parameters, if it is not yet."""
    if account.password_hash and _HASHER.check_needs_rehash(account.password_hash):
        account.password_hash = hash_password(password)


def _verify(kept: str, typed: str) -> bool:
    # Nobody's is longer: it is no password, and takes as long as one to be refused.
    possible = typed if len(typed) <= LONGEST else ""
    try:
        with _AT_ONCE:
            return _HASHER.verify(kept, _bytes(possible))
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    """Return the hash of a password that nobody knows, made once in each process."""
    return hash_password(token_urlsafe())


def _normal(password: str) -> str:
    """Return the form that a password is compared in: keyboards write an accent in two ways."""
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    return _normal(password).encode(errors="surrogatepass")


def _known_words(session: Session, account: Account) -> list[str]:
    """Return what others know of a person: her name, her address, her organisations."""
    organizations = session.scalars(
        select(Organization.name)
        .join(Membership, Membership.organization_id == Organization.id)
        .where(Membership.account_id == account.id, Membership.removed_at.is_(None))
    )
    texts = [account.email, account.name, *organizations]
    parts = [part for text in texts for part in text.replace("@", " ").replace(".", " ").split()]
    return [*texts, *parts]


def _refusal(message: str, shortest: int) -> InvalidInput:
    return InvalidInput(
        message,
        field="password",
        remedy=gettext(
            "Prenez au moins %(count)s caractères : quatre ou cinq mots sans lien entre eux, par "
            "exemple.",
            count=shortest,
        ),
    )
