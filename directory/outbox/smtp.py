"""Handing a mail to an SMTP server, and telling apart the ways in which that fails (RFC 5321)."""

import contextlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal
from uuid import UUID

from directory.outbox.vocabulary import Failure, NotSent

#: A server that feeds us byte by byte never exceeds the wait for one answer: in all, it may take
#: so many times that.
PATIENCE = 4

#: « Closing the channel »: meant for every mail, at whatever step it comes.
_CLOSING = 421

#: From here on an answer says « no », not « later ».
_FOR_GOOD = 500

#: Once the mail is taken, the goodbye may be missed.
_GOODBYE_S = 1.0


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A mail server, spoken to once for each mail."""

    host: str
    port: int
    sender: str
    name: str
    password: str = field(repr=False)
    #: `at_once` (smtps), `asked` (STARTTLS, or nothing is sent), `none`.
    tls: Literal["at_once", "asked", "none"]
    timeout_s: float

    def send(self, mail: EmailMessage, *, id: UUID) -> None:
        """Have the server take the mail; its answer « 250 » makes it the server's duty.

        :raise NotSent: it did not say so.
        """
        _ = id
        with self._greeted() as smtp:
            self._name_sender(smtp)
            self._name_recipient(smtp, str(mail["To"]))
            _deliver(smtp, mail.as_bytes(policy=SMTP))
            _leave(smtp)

    def knock(self) -> None:
        """Go as far as a mail goes before it says to whom: the server would take one from us.

        :raise NotSent: it would not.
        """
        with self._greeted() as smtp:
            self._name_sender(smtp)
            _leave(smtp)

    @contextmanager
    def _greeted(self) -> Iterator[smtplib.SMTP]:
        """Connect, encrypt and sign in for the block; whatever fails there fails for all mails."""
        smtp = self._unconnected()
        hang_up = threading.Timer(self.timeout_s * PATIENCE, _cut, [smtp])
        hang_up.daemon = True
        hang_up.start()
        try:
            with _failing_as(Failure.SERVER_AWAY):
                self._greet(smtp)
            yield smtp
        finally:
            hang_up.cancel()
            smtp.close()

    def _unconnected(self) -> smtplib.SMTP:
        # Without a name of our own, smtplib asks the network for one, which may hang.
        domain = self.sender.rpartition("@")[2] or "localhost"
        if self.tls == "at_once":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(local_hostname=domain, timeout=self.timeout_s, context=context)
        return smtplib.SMTP(local_hostname=domain, timeout=self.timeout_s)

    def _greet(self, smtp: smtplib.SMTP) -> None:
        # The name that the certificate must bear, which `connect` alone does not keep (bpo-36094).
        smtp._host = self.host  # type: ignore[attr-defined]
        code, _text = smtp.connect(self.host, self.port)
        if code != 220:
            raise _turned_away(code)
        smtp.ehlo_or_helo_if_needed()
        if self.tls == "asked":
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        if self.name:
            smtp.login(self.name, self.password)

    def _name_sender(self, smtp: smtplib.SMTP) -> None:
        with _failing_as(Failure.SERVER_AWAY):
            code, _text = smtp.mail(self.sender)
            if code != 250:
                # Who may not send this mail may send none.
                raise _turned_away(code)

    def _name_recipient(self, smtp: smtplib.SMTP, recipient: str) -> None:
        with _failing_as(Failure.SERVER_AWAY):
            _require_taken(*smtp.rcpt(recipient))


def _deliver(smtp: smtplib.SMTP, mail: bytes) -> None:
    """Send the mail itself; from here on a silence means that it may have arrived."""
    try:
        with _failing_as(Failure.UNKNOWN_FATE):
            _require_taken(*smtp.data(mail))
    except smtplib.SMTPDataError as error:
        _require_taken(error.smtp_code, b"")


@contextmanager
def _failing_as(failure: Failure) -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPDataError:
        raise
    except (OSError, smtplib.SMTPException, ValueError) as error:
        if failure is Failure.SERVER_AWAY and _stays_shut(error):
            failure = Failure.NOT_LET_IN
        raise NotSent(failure, code=getattr(error, "smtp_code", None)) from error


def _stays_shut(error: Exception) -> bool:
    """Tell whether a greeting will fail like that until somebody changes a setting."""
    match error:
        case smtplib.SMTPResponseException():
            return error.smtp_code >= _FOR_GOOD
        case smtplib.SMTPServerDisconnected() | ssl.SSLEOFError() | ssl.SSLZeroReturnError():
            return False
        case _:
            # A certificate; no STARTTLS or no way to sign in; a sign that SMTP cannot carry.
            return isinstance(error, ssl.SSLError | smtplib.SMTPException | ValueError)


def _turned_away(code: int) -> NotSent:
    failure = Failure.NOT_LET_IN if code >= _FOR_GOOD else Failure.SERVER_AWAY
    return NotSent(failure, code=code)


def _require_taken(code: int, _text: bytes) -> None:
    if code in (250, 251, 252):
        return
    if code == _CLOSING:
        raise NotSent(Failure.SERVER_AWAY, code=code)
    raise NotSent(Failure.REFUSED if code >= _FOR_GOOD else Failure.NOT_NOW, code=code)


def _leave(smtp: smtplib.SMTP) -> None:
    with contextlib.suppress(OSError, smtplib.SMTPException):
        _within(smtp, _GOODBYE_S)
        smtp.quit()


def _within(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock is not None:
        smtp.sock.settimeout(seconds)


def _cut(smtp: smtplib.SMTP) -> None:
    """Wake up whoever waits on the connection; closing it would not."""
    connection = smtp.sock
    if connection is not None:
        with contextlib.suppress(OSError):
            # Under TLS too: its own way would wait for the other side.
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
