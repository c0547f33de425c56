"""The command `fanal`. Each family of commands lives in its own module, imported when called."""

import importlib

import click

#: command -> (module, attribute). Loading them late keeps `fanal --help` and the web light.
COMMANDS: dict[str, tuple[str, str]] = {
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


@click.group(cls=LazyGroup)
def main() -> None:
    """Fanal : trouver le service le plus proche qui peut aider maintenant."""
