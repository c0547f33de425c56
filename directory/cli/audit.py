"""`fanal audit`: whether what was written down of every change is as it was written."""

from datetime import UTC, datetime, timedelta

import click

from directory.cli.first_run import session_on
from directory.config import Settings
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
    click.echo(gettext("Dernière empreinte : %(head)s", head=found.head.hex()))
    if not found.holds or not _is_known(found, head):
        raise SystemExit(1)
    click.echo(gettext("✓ Rien n'a été changé."))


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
