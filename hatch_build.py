"""Build hook: compile the catalogues, and carry the three top-level folders into the wheel.

A declarative `force-include` table would also act on editable installs, and leave stale templates
in site-packages; hence a hook that tells the two apart.
"""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CARRIED_FOLDERS = ("templates", "translations", "migrations")


class FanalBuildHook(BuildHookInterface[Any]):
    """Compile `.po` into `.mo`, then add the carried folders to a real wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile every catalogue; for a wheel that is not editable, carry the folders."""
        root = Path(self.root)
        compile_catalogues(root / "translations")
        if version != "editable":
            for folder in CARRIED_FOLDERS:
                build_data["force_include"][str(root / folder)] = f"directory/{folder}"


def compile_catalogues(folder: Path) -> None:
    """Write the `.mo` beside each `.po` below `folder`."""
    for po_file in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        with po_file.open("rb") as source:
            catalogue = read_po(source, locale=po_file.parts[-3])
        with po_file.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalogue)
