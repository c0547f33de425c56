"""What `fanal doctor` asks of the mails: are they set, do they leave, does anyone send them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg import Connection
from sqlalchemy import make_url

from directory.config import Settings
from directory.errors import FanalError
from directory.i18n import gettext, ngettext
from directory.outbox.servers import LOOPBACK, mail_folder, mail_server
from directory.postgres.doctor import Check, doubtful, right, wrong
from directory.postgres.roles import WORKER

#: A mail that was due for so long met no worker.
LATE = timedelta(minutes=10)

_COUNTS = """
SELECT count(*) FILTER (WHERE state = 'dead'),
       count(*) FILTER (WHERE state = 'waiting' AND due_at < %s)
FROM outbox_message WHERE state IN ('dead', 'waiting')
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
    if dead:
        yield doubtful(
            ngettext(
                "%(num)s courriel n'est pas parti.", "%(num)s courriels ne sont pas partis.", dead
            ),
            gettext("La page d'administration dit pourquoi, et permet de les renvoyer."),
        )


def check_mail_settings(settings: Settings) -> Check:
    """Check that mails can be sent, to people who can open their links."""
    try:
        mail_server(settings)
    except FanalError as error:
        return wrong(error.message, error.remedy or "")
    if mail_folder(settings) is None:
        return right(gettext("Un serveur de courriels est donné."))
    finding = gettext("Les courriels restent dans un dossier : personne ne les reçoit.")
    if settings.public_url is None and settings.host in LOOPBACK:
        return right(finding)
    return doubtful(
        finding, gettext("Donnez FANAL_MAIL_URL dès que de vraies personnes s'en servent.")
    )


def check_worker_role(settings: Settings, connection: Connection[Any]) -> Check:
    """Check that the periodic work sees every row; elsewhere it would find nothing to do."""
    if settings.worker_url is None and not settings.is_private:
        return doubtful(
            gettext("Le rôle des travaux périodiques n'est pas donné ici."),
            gettext("Donnez FANAL_WORKER_URL là où tourne « fanal worker »."),
        )
    role = make_url(settings.worker_url).username if settings.worker_url else WORKER
    query = "SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = %s"
    row = connection.execute(query, [role]).fetchone()
    if row is not None and row[0]:
        return right(gettext("Les travaux périodiques voient toutes les orientations."))
    return wrong(
        gettext("Les travaux périodiques (%(role)s) ne voient pas les orientations.", role=role),
        gettext("Mettez dans FANAL_WORKER_URL un rôle qui porte BYPASSRLS, comme fanal_worker."),
    )
