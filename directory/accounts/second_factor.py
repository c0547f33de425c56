"""The second factor: a code of six digits that changes every thirty seconds (TOTP, RFC 6238).

Its secret is sealed under the master key. A code serves once, even within its thirty seconds, and
a telephone whose clock is one step off is let in.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import ColumnElement, or_, update
from sqlalchemy.orm import Session

from directory.accounts.logins import Lifetimes, end_logins, find_login
from directory.accounts.models import Account
from directory.accounts.passwords import SHORTEST, hash_password, password_fits
from directory.accounts.permissions import User
from directory.accounts.throttles import CODE_ACCOUNT, count_try, forget
from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.outbox.actions import put_message
from directory.privacy.keys import Keyring
from directory.privacy.sealing import Place

STEP_S = 30
#: How many steps a telephone's clock may be off, either way (RFC 6238, section 5.2).
STEPS_OFF = 1

ISSUER = "Fanal"

#: How long a sign-in waits for its code, and a new telephone for its first one.
WAITING = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Enrollment:
    """What a person puts into her telephone: by typing, or as a picture of the address."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


def enroll_second_factor(
    session: Session, *, account_id: int, at: datetime, keyring: Keyring
) -> Enrollment:
    """Make a secret and keep it, sealed, until a code proves that the telephone has it.

    It waits for `WAITING`. Asked again within the same account before that, it is another secret:
    the page that shows one is left by its form or not at all.
    """
    secret = pyotp.random_base32()
    account = session.get_one(Account, account_id)
    account.totp_candidate = keyring.seal(secret.encode(), place=_candidate_place(account_id))
    account.totp_candidate_at = at
    session.flush()
    return _enrollment(account, secret)


def begin_second_factor(
    session: Session, *, account_id: int, password: str, at: datetime, keyring: Keyring
) -> Enrollment:
    """Make a secret for somebody who types her password, as `enroll_second_factor` does.

    Whoever finds a browser that is signed in would otherwise shut its owner out with a telephone
    of his own, or put it in place of hers.

    :raise InvalidInput: it is not her password.
    :raise Throttled: too many passwords.
    """
    require_own_password(session, account_id=account_id, password=password, at=at, keyring=keyring)
    return enroll_second_factor(session, account_id=account_id, at=at, keyring=keyring)


def enrollment_under_way(
    session: Session, *, account_id: int, at: datetime, keyring: Keyring
) -> Enrollment | None:
    """Return the secret that awaits its first code, to show the page again; None without one.

    One that waited too long is none: it was asked for with a password, and shows without.
    """
    account = session.get_one(Account, account_id)
    sealed, since = account.totp_candidate, account.totp_candidate_at
    if sealed is None or since is None or since <= at - WAITING:
        return None
    return _enrollment(account, keyring.unseal(sealed, place=_candidate_place(account_id)).decode())


def abandon_enrollment(session: Session, *, account_id: int) -> None:
    """Forget the secret that awaits its first code, if one does."""
    _forget_candidates(session, Account.id == account_id)


def forget_abandoned(session: Session, *, at: datetime) -> int:
    """Forget the secrets that waited too long for their first code; return how many."""
    since = Account.totp_candidate_at
    return _forget_candidates(session, or_(since.is_(None), since <= at - WAITING))


def confirm_second_factor(
    session: Session,
    *,
    account_id: int,
    code: str,
    at: datetime,
    keyring: Keyring,
    except_login_id: int | None = None,
) -> None:
    """Put the secret in force once a code proves it; all other sign-ins end, and a mail says so.

    :raise InvalidInput: the code does not fit, or no secret awaits one.
    :raise Throttled: too many codes.
    """
    enrollment = enrollment_under_way(session, account_id=account_id, at=at, keyring=keyring)
    account = session.get_one(Account, account_id)
    count_try(session, keyring=keyring, tries={CODE_ACCOUNT: str(account_id)}, at=at)
    step = None if enrollment is None else matching_step(enrollment.secret, code, at)
    if enrollment is None or step is None:
        raise code_refused()
    account.totp_secret = keyring.seal(enrollment.secret.encode(), place=_place(account_id))
    account.totp_candidate = account.totp_candidate_at = None
    account.totp_last_step = step
    end_logins(session, account_id=account_id, at=at, except_login_id=except_login_id)
    put_message(session, kind="second_factor_added", recipient=account.email, values={}, at=at)
    session.flush()


def check_code(
    session: Session, *, account_id: int, code: str, at: datetime, keyring: Keyring
) -> bool:
    """Tell whether a code is an account's of now, and spend it: the same one never serves again.

    :raise Throttled: too many codes.
    """
    count_try(session, keyring=keyring, tries={CODE_ACCOUNT: str(account_id)}, at=at)
    account = session.get_one(Account, account_id)
    if account.totp_secret is None:
        return False
    secret = keyring.unseal(account.totp_secret, place=_place(account_id)).decode()
    step = matching_step(secret, code, at)
    if step is None or not _spend(session, account_id, step):
        return False
    forget(session, keyring=keyring, limit=CODE_ACCOUNT, key=str(account_id))
    return True


def drop_second_factor(
    session: Session, *, account_id: int, password: str, at: datetime, keyring: Keyring
) -> None:
    """Take the second factor away from somebody who types her password, if that is long enough.

    :raise InvalidInput: it is not her password, or too short to stand alone.
    :raise Throttled: too many passwords.
    """
    require_own_password(session, account_id=account_id, password=password, at=at, keyring=keyring)
    if len(password) < SHORTEST:
        raise InvalidInput(
            gettext("Votre mot de passe est trop court pour suffire seul."),
            field="password",
            remedy=gettext(
                "Choisissez d'abord un mot de passe d'au moins %(count)s caractères.",
                count=SHORTEST,
            ),
        )
    _clear(session, account_id, at)


def require_own_password(
    session: Session, *, account_id: int, password: str, at: datetime, keyring: Keyring
) -> None:
    """Let through whoever types the password of an account.

    :raise InvalidInput: it is another one.
    :raise Throttled: too many passwords.
    """
    account = session.get_one(Account, account_id)
    if not password_fits(session, account=account, typed=password, at=at, keyring=keyring):
        raise InvalidInput(gettext("Ce n'est pas votre mot de passe."), field="password")


def replace_lost_telephone(session: Session, *, account_id: int, at: datetime) -> None:
    """Take the second factor and the password away, and end every sign-in.

    The password may be one that only sufficed beside a code: a new one comes by mail. Until then it
    is one that nobody knows, for she had one, unlike an account that nobody came to.
    """
    account = session.get_one(Account, account_id)
    if account.password_hash is not None:
        account.password_hash = hash_password(secrets.token_urlsafe())
    _clear(session, account_id, at)


def find_waiting_login(session: Session, *, token: str, at: datetime) -> User | None:
    """Return whose password was right and whose code is awaited, or None."""
    lifetimes = Lifetimes(idle=WAITING, absolute=WAITING)
    return find_login(session, token=token, at=at, lifetimes=lifetimes, stage="password")


def matching_step(secret: str, code: str, at: datetime) -> int | None:
    """Return the time step that a code is of, the nearest steps around now; None: of none."""
    typed = "".join(code.split()).encode()
    now = int(at.timestamp()) // STEP_S
    totp = pyotp.TOTP(secret)
    fitting = [
        step
        for step in range(now - STEPS_OFF, now + STEPS_OFF + 1)
        if hmac.compare_digest(totp.at(step * STEP_S).encode(), typed)
    ]
    return fitting[-1] if fitting else None


def code_refused() -> InvalidInput:
    """Return the refusal of a code: wrong, too old, or used already, in the same words."""
    return InvalidInput(
        gettext("Ce code ne convient pas."),
        field="code",
        remedy=gettext("Attendez le code suivant, et vérifiez l'heure de votre téléphone."),
    )


def _clear(session: Session, account_id: int, at: datetime) -> None:
    account = session.get_one(Account, account_id)
    if account.totp_secret is not None:
        kind = "second_factor_removed"
        put_message(session, kind=kind, recipient=account.email, values={}, at=at)
    account.totp_secret = account.totp_last_step = None
    account.totp_candidate = account.totp_candidate_at = None
    end_logins(session, account_id=account_id, at=at)
    session.flush()


def _forget_candidates(session: Session, of: ColumnElement[bool]) -> int:
    forgotten = session.scalars(
        update(Account)
        .where(Account.totp_candidate.is_not(None), of)
        .values(totp_candidate=None, totp_candidate_at=None)
        .returning(Account.id)
    )
    return len(forgotten.all())


def _spend(session: Session, account_id: int, step: int) -> bool:
    """Write down that a step served; False when it, or a later one, did before."""
    is_new: ColumnElement[bool] = or_(
        Account.totp_last_step.is_(None), Account.totp_last_step < step
    )
    spent = session.scalars(
        update(Account)
        .where(Account.id == account_id, is_new)
        .values(totp_last_step=step)
        .returning(Account.id)
    )
    return spent.one_or_none() is not None


def _enrollment(account: Account, secret: str) -> Enrollment:
    uri = pyotp.TOTP(secret).provisioning_uri(name=account.email, issuer_name=ISSUER)
    return Enrollment(secret, uri)


def _place(account_id: int) -> Place:
    return Place("account", "totp_secret", str(account_id))


def _candidate_place(account_id: int) -> Place:
    return Place("account", "totp_candidate", str(account_id))
