"""What the documentation points at exists: files, targets of make, commands of fanal."""

import re
from pathlib import Path

import click
import pytest

from directory.cli import main

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
IDS = [str(page.relative_to(ROOT)) for page in PAGES]


def code(page: Path) -> str:
    """Return what a page shows as code: blocks and spans, which readers copy."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```.*?\n(.*?)^```", text, re.S | re.M)
    return "\n".join(
        [*blocks, *re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.S | re.M))]
    )


def commands(group: click.Command, words: list[str]) -> bool:
    """Say whether the words, as far as they name commands, lead to one that exists."""
    if not isinstance(group, click.Group) or not words:
        return True
    if not re.fullmatch(r"[a-z][a-z-]*", words[0]):
        return True
    command = group.get_command(click.Context(group), words[0])
    return command is not None and commands(command, words[1:])


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)", text) + re.findall(r'src="([^"]+)"', text)
    own = [target for target in targets if "://" not in target and not target.startswith("mailto:")]
    assert [target for target in own if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_target_of_make_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = set(re.findall(r"(?:^|\s)make ([a-z]+)\b", code(page), re.M))
    assert named - targets == set()


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_command_of_fanal_exists(page: Path) -> None:
    named = re.findall(r"(?:^|\s|/)fanal ((?:[a-z][a-z-]*(?: |$))+)", code(page), re.M)
    assert [words for words in named if not commands(main, words.split())] == []
