"""`fanal translations`: keep the catalogues in step with the source texts (developers).

The source language is French, so a missing translation shows French. The French catalogue is
kept nevertheless, with empty translations but for plurals: without it, `ngettext` follows the
English rule and writes "0 lieux".
"""

import re
import subprocess
import sys
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from directory.i18n import PSEUDO_LANGUAGE
from directory.paths import PACKAGE

ROOT = PACKAGE.parent
FOLDER = ROOT / "translations"
TEMPLATE = FOLDER / "messages.pot"
PSEUDO = PSEUDO_LANGUAGE.tag.replace("-", "_")

#: So that the template changes only when a text does, not when lines move.
STABLE = ("--add-location=file", "--sort-by-file", "--no-wrap", "--omit-header")

#: What must stay as it is in a mirrored text: placeholders and markup.
KEPT = re.compile(r"(%\(\w+\)[a-z]|%%|<[^>]+>|&\w+;|\s+)")


@click.group()
def translations() -> None:
    """Catalogues des textes : extraire, mettre à jour, compiler, vérifier."""


@translations.command()
def extract() -> None:
    """Relever les textes du code dans `messages.pot`."""
    extract_to(TEMPLATE)


@translations.command()
def update() -> None:
    """Porter les textes relevés dans chaque langue, et refaire la langue miroir."""
    extract_to(TEMPLATE)
    pybabel(
        "update", f"--input-file={TEMPLATE}", f"--output-dir={FOLDER}", "--locale=fr",
        "--no-fuzzy-matching", "--no-wrap", "--ignore-obsolete", "--omit-header",
    )  # fmt: skip
    fill_french()
    write_mirror()


@translations.command(name="compile")
def compile_all() -> None:
    """Compiler chaque catalogue."""
    for po_file in sorted(FOLDER.glob("*/LC_MESSAGES/*.po")):
        compile_one(po_file)


@translations.command()
def check() -> None:
    """Échouer quand `messages.pot` ou la langue miroir ne suivent plus le code."""
    stale = stale_files()
    if stale:
        names = ", ".join(str(path.relative_to(ROOT)) for path in stale)
        raise click.ClickException(f"{names} : à refaire par « make translations »")


def extract_to(target: Path) -> None:
    """Write the texts of the code and of the templates to `target`."""
    pybabel("extract", "--mapping-file=babel.cfg", *STABLE, f"--output-file={target}", ".")


def pybabel(*arguments: str) -> None:
    """Run Babel's own command from the root of the checkout."""
    command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", *arguments]
    subprocess.run(command, check=True, cwd=ROOT)  # noqa: S603 - our own fixed arguments


def compile_one(po_file: Path) -> None:
    """Write the `.mo` beside a `.po`."""
    with po_file.open("rb") as source:
        catalogue = read_po(source, locale=po_file.parts[-3])
    with po_file.with_suffix(".mo").open("wb") as target:
        write_mo(target, catalogue)


def fill_french() -> None:
    """Copy each counted sentence to its own translation: the catalogue is there for them."""
    path = FOLDER / "fr" / "LC_MESSAGES" / "messages.po"
    catalogue = _read(path, "fr")
    for message in catalogue:
        if message.pluralizable and not any(message.string or ()):
            message.string = tuple(message.id)
    _write(path, catalogue)


def write_mirror() -> None:
    """Write the pseudo locale: the same words in right-to-left order, placeholders whole."""
    path = FOLDER / PSEUDO / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, mirrored(_read(TEMPLATE, "fr")))


def mirrored(template: Catalog) -> Catalog:
    """Return the pseudo catalogue of a template."""
    catalogue = Catalog(locale="fr", fuzzy=False)
    for message in template:
        if not message.id:
            continue
        string = (
            tuple(mirror(text) for text in message.id)
            if isinstance(message.id, (tuple, list))
            else mirror(message.id)
        )
        catalogue[message.id] = Message(
            message.id, string, message.locations, message.flags, context=message.context
        )
    return catalogue


def mirror(text: str) -> str:
    """Turn each word over with U+202E, as Android's `ar-XB` does; keep what is not a word."""
    parts = KEPT.split(text)
    return "".join(
        part if not part or KEPT.fullmatch(part) else f"\u200f\u202e{part}\u202c\u200f"
        for part in parts
    )


def stale_files() -> list[Path]:
    """Return the files that the code has left behind: the template, then the mirror."""
    fresh = FOLDER / ".fresh.pot"
    try:
        extract_to(fresh)
        stale = [] if fresh.read_bytes() == TEMPLATE.read_bytes() else [TEMPLATE]
    finally:
        fresh.unlink(missing_ok=True)
    path = FOLDER / PSEUDO / "LC_MESSAGES" / "messages.po"
    wanted = {(m.id, m.context): m.string for m in mirrored(_read(TEMPLATE, "fr")) if m.id}
    present = {(m.id, m.context): m.string for m in _read(path, "fr") if m.id}
    return stale if wanted == present else [*stale, path]


def _read(path: Path, locale: str) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale=locale)


def _write(path: Path, catalogue: Catalog) -> None:
    """Write without dates, names or line numbers, so that equal texts give equal files."""
    with path.open("wb") as target:
        target.write(HEADER.encode())
        write_po(target, catalogue, width=0, omit_header=True, sort_by_file=True,
                 ignore_obsolete=True, include_lineno=False)  # fmt: skip


#: French counts 0 and 1 as one; the header is pinned, Babel would write its own.
HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

"""
