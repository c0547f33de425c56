"""The command `fanal`. Each family of commands lives in its own module, imported when called."""

import errno
import importlib
from typing import Any

import click

from directory.errors import FanalError
from directory.i18n import gettext

#: command -> (module, attribute). Loading them late keeps `fanal --help` and the web light.
COMMANDS: dict[str, tuple[str, str]] = {
    "up": ("directory.cli.server", "up"),
    "down": ("directory.cli.server", "down"),
    "serve": ("directory.cli.serve", "serve"),
    "worker": ("directory.cli.worker", "worker"),
    "doctor": ("directory.cli.doctor", "doctor"),
    "db": ("directory.cli.database", "db"),
    "import": ("directory.cli.imports", "imports"),
    "demo": ("directory.cli.demonstration", "demo"),
    "territories": ("directory.cli.territories", "territories"),
    "addresses": ("directory.cli.addresses", "addresses"),
    "geocode": ("directory.cli.geocode", "geocode"),
    "places": ("directory.cli.places", "places"),
    "accounts": ("directory.cli.accounts", "accounts"),
    "access": ("directory.cli.access", "access"),
    "keys": ("directory.cli.keys", "keys"),
    "persons": ("directory.cli.persons", "persons"),
    "audit": ("directory.cli.audit", "audit"),
    "settings": ("directory.cli.settings", "settings"),
    "translations": ("directory.cli.translations", "translations"),
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command, or None when there is no such name."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what the person can mend is said in a sentence, not as a trace."""
        try:
            return super().invoke(ctx)
        except FanalError as error:
            for line in filter(None, (error.message, error.remedy)):
                click.echo(line, err=True)
            ctx.exit(1)
        except Exception as error:
            lines = (
                _wrong_settings(error)
                or _silent_database(error)
                or _held_database(error)
                or _full_disk(error)
            )
            if not lines:
                raise
            for line in lines:
                click.echo(line, err=True)
            ctx.exit(1)


def _wrong_settings(error: Exception) -> list[str]:
    """Return a sentence for each setting that has a value it cannot have; empty for other errors.

    The values are not repeated: one of them may be a password.
    """
    from pydantic import ValidationError  # Late, like the commands: `fanal --help` needs none.

    if not isinstance(error, ValidationError) or error.title != "Settings":
        return []
    wrong = error.errors(include_url=False, include_input=False, include_context=False)
    names = dict.fromkeys(str(problem["loc"][0]) for problem in wrong)
    return [
        *(gettext("Le réglage %(name)s ne convient pas.", name=_variable(name)) for name in names),
        gettext("Corrigez-le, ou retirez-le : docs/settings.md dit ce qu'il peut être."),
    ]


def _silent_database(error: Exception) -> list[str]:
    """Return what to do about a database that could not be reached; empty for other errors.

    The address is not repeated: it may hold a password.
    """
    import psycopg
    from sqlalchemy.exc import OperationalError

    # A statement that failed is no fault of the address.
    if isinstance(error, OperationalError) and error.statement is None:
        error = error.orig if isinstance(error.orig, Exception) else error
    if not isinstance(error, psycopg.OperationalError) or error.sqlstate is not None:
        return []
    return [
        gettext("La base de données ne répond pas."),
        gettext(
            "Vérifiez qu'elle est en route, et que DATABASE_URL, FANAL_WORKER_URL et les autres "
            "adresses sont justes."
        ),
    ]


def _held_database(error: Exception) -> list[str]:
    """Return what to do while nobody may write; empty for other errors."""
    from psycopg.errors import ReadOnlySqlTransaction
    from sqlalchemy.exc import InternalError

    cause = error.orig if isinstance(error, InternalError) else error
    if not isinstance(cause, ReadOnlySqlTransaction):
        return []
    return [
        gettext("Une sauvegarde est remise en place : rien ne s'enregistre pour le moment."),
        gettext("Attendez qu'elle le soit, puis recommencez."),
    ]


def _full_disk(error: Exception) -> list[str]:
    """Return what to do once the disk is full, ours or the database's; empty for other errors."""
    from psycopg.errors import DiskFull
    from sqlalchemy.exc import OperationalError

    cause = error.orig if isinstance(error, OperationalError) else error
    is_ours = isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT)
    if not is_ours and not isinstance(cause, DiskFull):
        return []
    return [
        gettext("Il n'y a plus de place sur le disque."),
        gettext("Libérez de la place, puis recommencez."),
    ]


def _variable(name: str) -> str:
    """Return the environment variable of a setting; a setting with an alias is named by it."""
    return name if name.isupper() else f"FANAL_{name.upper()}"


@click.group(cls=LazyGroup)
def main() -> None:
    """Fanal : trouver le service le plus proche qui peut aider maintenant."""
