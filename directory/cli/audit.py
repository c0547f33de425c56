"""`fanal audit`: whether what was written down of every change is as it was written."""

from datetime import UTC, datetime, timedelta

import click

from directory.cli.first_run import session_on
from directory.config import Settings
from directory.errors import Conflict
from directory.i18n import gettext, ngettext
from directory.postgres.addresses import available_database
from directory.privacy.audit import Findings, verify_audit
from directory.privacy.keys import keyring
from directory.privacy.scope import require_every_row

#: Altered lines that are named; further ones are counted.
MOST_NAMED = 20


@click.group()
def audit() -> None:
    """L'audit des changements : le vérifier."""


@audit.command()
@click.option("--head", help="Empreinte notée ailleurs (journal du worker) : y est-elle encore ?")
def verify(head: str | None) -> None:
    """Recalculer chaque sceau, et nommer ce qui a été changé, ajouté ou effacé."""
    settings = Settings()
    kept_since = datetime.now(UTC) - timedelta(days=settings.audit_kept_days)
    with available_database(settings) as urls, session_on(urls.worker) as session:
        require_every_row(session)
        found = verify_audit(session, keyring(settings), kept_since=kept_since)
    for line in _faults(found, head):
        click.echo(f"✗ {line}")
    click.echo(
        gettext(
            "Lignes vérifiées : %(entries)s. Sceaux : %(seals)s. Lignes pas encore scellées : "
            "%(unsealed)s.",
            entries=found.entries,
            seals=found.seals,
            unsealed=found.unsealed,
        )
    )
    if found.since and found.until:
        click.echo(
            gettext(
                "Sceaux du %(first)s au %(last)s (UTC).",
                first=_minute(found.since),
                last=_minute(found.until),
            )
        )
    click.echo(gettext("Dernière empreinte : %(head)s", head=found.head.hex()))
    if not found.holds or not _is_known(found, head):
        raise SystemExit(1)
    _require_lines(found)
    click.echo(gettext("✓ Rien n'a été changé."))
    if head is None:
        click.echo(
            gettext("Une fin effacée ne se voit qu'avec une empreinte notée ailleurs : --head.")
        )


def _require_lines(found: Findings) -> None:
    """Stop where no seal covers a line: nothing was checked, so nothing can be said.

    :raise Conflict: none does; on a new installation, or because all of it was deleted.
    """
    if found.entries:
        return
    raise Conflict(
        gettext("Aucune ligne scellée : rien ne dit si l'audit est entier."),
        remedy=gettext(
            "Sur une installation neuve, attendez la première minute de « fanal worker ». Sinon, "
            "l'audit a été effacé : comparez avec une sauvegarde."
        ),
    )


def _minute(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"


def _faults(found: Findings, head: str | None) -> list[str]:
    named = found.altered[:MOST_NAMED]
    faults = [gettext("La ligne %(id)s a été changée ou ajoutée.", id=id) for id in named]
    if more := len(found.altered) - len(named):
        faults.append(ngettext("Et %(num)s autre ligne.", "Et %(num)s autres lignes.", more))
    faults += [
        ngettext(
            "Il manque %(num)s ligne avant la ligne %(id)s.",
            "Il manque %(num)s lignes avant la ligne %(id)s.",
            count,
            id=last_id,
        )
        for last_id, count in found.missing
    ]
    faults += [
        gettext("Le sceau %(id)s a été changé, ou celui d'avant.", id=id) for id in found.broken
    ]
    if not _is_known(found, head):
        faults.append(gettext("Cette empreinte n'est plus dans l'audit : sa fin a été effacée."))
    return faults


def _is_known(found: Findings, head: str | None) -> bool:
    return head is None or head.strip().lower() in {digest.hex() for digest in found.digests}
