"""A mail server that keeps what it is given, and fails in whichever way it is told to."""

import socket
import socketserver
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from enum import Enum
from typing import cast

HOST = "127.0.0.1"


class Mood(Enum):
    """How the server answers."""

    WELL = "well"
    #: The connection is closed at once.
    HANGING_UP = "hanging up"
    #: The connection is taken, and nothing is ever said.
    SILENT = "silent"
    #: One letter of an endless greeting at a time, each in time.
    DRIPPING = "dripping"
    #: « Come back later », for each address.
    LATER = "later"
    #: « No such address », for each.
    REFUSING = "refusing"
    #: « Wrong password », and nothing for whoever gives none.
    SHUT = "shut"
    #: The mail is taken, then the connection drops before that is said.
    TAKEN_THEN_DROPPED = "taken then dropped"


@dataclass
class PostOffice:
    """A running server."""

    port: int
    mood: Mood = Mood.WELL
    #: Seconds between two letters when dripping.
    drip_s: float = 0.1
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address, for FANAL_MAIL_URL."""
        return f"smtp://{HOST}:{self.port}?tls=none"

    def times(self) -> Counter[str]:
        """Return how many times each Message-ID came."""
        return Counter(str(mail["Message-ID"]) for mail in list(self.mails))


@contextmanager
def post_office(
    mood: Mood = Mood.WELL, *, tls: ssl.SSLContext | None = None, starts_tls: bool = False
) -> Iterator[PostOffice]:
    """Have a mail server for the block; with `tls` it speaks nothing else, unless `starts_tls`."""
    with _Server((HOST, 0), _Conversation) as server:
        if tls is not None and not starts_tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        office = PostOffice(server.server_address[1], mood)
        server.office, server.tls = office, tls if starts_tls else None
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield office
        finally:
            server.shutdown()
            thread.join(5)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    office: PostOffice
    #: Offered at the greeting, and taken with STARTTLS.
    tls: ssl.SSLContext | None


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        """Talk until the client leaves, or our mood ends it."""
        office = cast(_Server, self.server).office
        try:
            if self._greet(office):
                while self._answer(office, self.rfile.readline()):
                    pass
        except OSError:
            return

    def finish(self) -> None:
        """Close what was talked through, which is no more what was accepted once encrypted."""
        with suppress(OSError, ValueError):
            super().finish()
        self.connection.close()

    def _greet(self, office: PostOffice) -> bool:
        match office.mood:
            case Mood.HANGING_UP:
                return False
            case Mood.SILENT:
                self.connection.settimeout(30)
                self.connection.recv(1)
                return False
            case Mood.DRIPPING:
                self._drip(office)
                return False
            case _:
                self._say("220 post office")
                return True

    def _drip(self, office: PostOffice) -> None:
        for _ in range(600):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(office.drip_s)

    def _answer(self, office: PostOffice, line: bytes) -> bool:
        verb = line[:4].upper().strip()
        match verb:
            case b"":
                return False
            case b"EHLO" | b"HELO":
                self._say("250-post office")
                self._say("250-AUTH PLAIN")
                self._say("250 STARTTLS" if self._tls() else "250 HELP")
            case b"AUTH" if office.mood is Mood.SHUT:
                self._say("535 5.7.8 wrong password, Zoe")
            case b"AUTH":
                self._say("235 come in")
            case b"MAIL" if office.mood is Mood.SHUT:
                self._say("530 5.7.0 who are you")
            case b"STAR":
                self._say("220 go on")
                self._encrypt()
            case b"RCPT" if office.mood is Mood.LATER:
                self._say("451 later, please")
            case b"RCPT" if office.mood is Mood.REFUSING:
                self._say("550 nobody here has the address Zoe")
            case b"RCPT":
                office.recipients.append(line.decode().strip())
                self._say("250 yes")
            case b"DATA":
                self._say("354 go on")
                return self._take(office)
            case b"QUIT":
                self._say("221 goodbye")
                return False
            case _:
                self._say("250 yes")
        return True

    def _tls(self) -> ssl.SSLContext | None:
        return cast(_Server, self.server).tls

    def _encrypt(self) -> None:
        tls = self._tls()
        assert tls is not None, "it was not offered"
        super().finish()
        self.connection = tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb")

    def _take(self, office: PostOffice) -> bool:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        mail = message_from_bytes(b"".join(lines), policy=default)
        assert isinstance(mail, EmailMessage)
        office.mails.append(mail)
        if office.mood is Mood.TAKEN_THEN_DROPPED:
            self.connection.shutdown(socket.SHUT_RDWR)
            return False
        self._say("250 taken")
        return True

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
        self.wfile.flush()
