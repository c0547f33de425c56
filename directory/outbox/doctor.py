"""What `fanal doctor` asks of the mails: are they set, do they leave, does anyone send them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg import Connection, OperationalError
from sqlalchemy import make_url

from directory.config import Settings
from directory.errors import FanalError
from directory.i18n import gettext, ngettext
from directory.outbox.servers import LOOPBACK, mail_server
from directory.outbox.smtp import SmtpServer
from directory.outbox.vocabulary import SHUT, Failure, NotSent, failure_label, failure_remedy
from directory.postgres.doctor import Check, doubtful, right, wrong
from directory.postgres.roles import connect

#: A mail that was due for so long met no worker.
LATE = timedelta(minutes=10)

#: A server that took nothing for so long is not merely being restarted.
AWAY = timedelta(hours=1)

_COUNTS = """
SELECT count(*) FILTER (WHERE state = 'dead'),
       count(*) FILTER (WHERE state = 'waiting' AND due_at < %s)
FROM outbox_message WHERE state IN ('dead', 'waiting')
"""


_HELD_UP = """
SELECT last_error, count(*), min(created_at) FROM outbox_message
WHERE state = 'waiting' AND attempts > 0 AND last_error IS NOT NULL
GROUP BY last_error ORDER BY count(*) DESC, last_error
"""


def check_mails(settings: Settings, connection: Connection[Any]) -> Iterator[Check]:
    """Check that mails can be sent, that they are, and that none was given up."""
    yield check_mail_settings(settings)
    dead, late = connection.execute(_COUNTS, [datetime.now(UTC) - LATE]).fetchone() or (0, 0)
    if late:
        yield wrong(
            ngettext(
                "%(num)s courriel attend en vain.", "%(num)s courriels attendent en vain.", late
            ),
            gettext("Lancez « fanal worker », et regardez ses journaux."),
        )
    for failure, count, since in connection.execute(_HELD_UP).fetchall():
        yield _held_up(Failure(failure), count, since)
    if dead:
        yield doubtful(
            ngettext(
                "%(num)s courriel n'est pas parti.", "%(num)s courriels ne sont pas partis.", dead
            ),
            gettext("La page d'administration dit pourquoi, et permet de les renvoyer."),
        )


def _held_up(failure: Failure, count: int, since: datetime) -> Check:
    """Return what keeps mails that were tried; each try moves the next one, so none looks late."""
    finding = ngettext(
        "%(num)s courriel n'est pas encore parti. %(reason)s",
        "%(num)s courriels ne sont pas encore partis. %(reason)s",
        count,
        reason=failure_label(failure),
    )
    is_long = failure in SHUT and since < datetime.now(UTC) - AWAY
    say = wrong if failure is Failure.NOT_LET_IN or is_long else doubtful
    return say(finding, failure_remedy(failure))


def check_mail_settings(settings: Settings) -> Check:
    """Check that mails can be sent, to people who can open their links."""
    try:
        server = mail_server(settings)
    except FanalError as error:
        return wrong(error.message, error.remedy or "")
    if isinstance(server, SmtpServer):
        return _knock(server)
    finding = gettext("Les courriels restent dans un dossier : personne ne les reçoit.")
    if settings.public_url is None and settings.host in LOOPBACK:
        return right(finding)
    return doubtful(
        finding, gettext("Donnez FANAL_MAIL_URL dès que de vraies personnes s'en servent.")
    )


def _knock(server: SmtpServer) -> Check:
    """Return whether the server would take a mail from us; none is sent.

    One that does not answer may answer the worker, on another machine.
    """
    try:
        server.knock()
    except NotSent as error:
        say = wrong if error.failure is Failure.NOT_LET_IN else doubtful
        return say(failure_label(error.failure), failure_remedy(error.failure))
    return right(gettext("Le serveur de courriels prendrait un courriel de nous."))


def check_worker_role(settings: Settings, url: str) -> Check:
    """Check that the periodic work gets in and sees every row, at its own address of the database.

    With another password it would do nothing; under another role it would find nothing to do.
    """
    if settings.worker_url is None and not settings.is_private:
        return doubtful(
            gettext("Le rôle des travaux périodiques n'est pas donné ici."),
            gettext("Donnez FANAL_WORKER_URL là où tourne « fanal worker »."),
        )
    query = "SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = current_user"
    role = make_url(url).username
    try:
        with connect(url) as connection:
            row = connection.execute(query).fetchone()
    except OperationalError:
        return wrong(
            gettext("Les travaux périodiques (%(role)s) n'entrent pas dans la base.", role=role),
            gettext("Vérifiez FANAL_WORKER_URL : le serveur, la base, le rôle, le mot de passe."),
        )
    if row is not None and row[0]:
        return right(gettext("Les travaux périodiques voient toutes les orientations."))
    return wrong(
        gettext("Les travaux périodiques (%(role)s) ne voient pas les orientations.", role=role),
        gettext("Mettez dans FANAL_WORKER_URL un rôle qui porte BYPASSRLS, comme fanal_worker."),
    )
