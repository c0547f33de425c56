"""`fanal settings`: what can be set, as `docs/settings.md`."""

import click
from pydantic import AliasChoices
from pydantic.fields import FieldInfo

from directory.config import Settings

_HEAD = """# Settings

Read from the environment when a process starts. This page is made by `fanal settings` from
`directory/config.py`; a test holds the two equal.

| variable | default | what it sets |
|---|---|---|
"""


@click.command()
@click.option("--kept", is_flag=True, help="Seulement les durées de garde (docs/privacy.md).")
def settings(kept: bool) -> None:
    """Écrire la liste des réglages (docs/settings.md)."""
    from directory.cli.kept import table

    click.echo(table() if kept else page(), nl=False)


def page() -> str:
    """Return `docs/settings.md`."""
    rows = [_row(name, field) for name, field in Settings.model_fields.items()]
    return _HEAD + "".join(rows)


def variable(name: str, field: FieldInfo) -> str:
    """Return the environment variable of a setting."""
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        alias = str(alias.choices[0])
    return str(alias or f"{Settings.model_config['env_prefix']}{name}".upper())


def _row(name: str, field: FieldInfo) -> str:
    description = (field.description or "").replace("|", "\\|")
    return f"| `{variable(name, field)}` | {_default(field)} | {description} |\n"


def _default(field: FieldInfo) -> str:
    """Return the default as it is typed; one that depends on the machine is in the description."""
    if field.default_factory is not None:
        return "see right"
    if field.default in (None, ""):
        return "none"
    if isinstance(field.default, bool):
        return f"`{str(field.default).lower()}`"
    return f"`{field.default}`"
