"""Migrations are numbered without a gap, have one head, go forward only and import no model."""

import ast
import re
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

ROOT = Path(__file__).parents[2]
MIGRATIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))


def script_directory() -> ScriptDirectory:
    configuration = Config()
    configuration.set_main_option("script_location", str(ROOT / "migrations"))
    return ScriptDirectory.from_config(configuration)


def test_migrations_are_numbered_without_a_gap() -> None:
    numbers = [re.match(r"(\d{4})_[a-z0-9_]+\.py$", path.name) for path in MIGRATIONS]
    assert [match and int(match[1]) for match in numbers] == list(range(1, len(MIGRATIONS) + 1))


def test_a_migration_is_called_by_its_number_and_follows_the_one_before() -> None:
    revisions = {each.revision: each.down_revision for each in script_directory().walk_revisions()}
    names = sorted(revisions)
    assert [name[:4] for name in names] == [path.name[:4] for path in MIGRATIONS]
    assert [revisions[name] for name in names] == [None, *names[:-1]]


def test_there_is_one_head() -> None:
    assert len(script_directory().get_heads()) == 1


def test_a_migration_imports_no_model() -> None:
    """The tables of today are not those the migration knew."""
    imported = {
        f"{path.name}: {name}"
        for path in MIGRATIONS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in names_imported(node)
        if name == "directory" or name.startswith("directory.")
    }
    assert imported == set()


def names_imported(node: ast.AST) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [each.name for each in names]
        case ast.ImportFrom(module=str(module)):
            return [module]
    return []


def test_a_migration_goes_forward_only() -> None:
    """Restoring a backup is the way back: a downgrade that loses rows helps nobody."""
    with_downgrade = [
        path.name
        for path in MIGRATIONS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name == "downgrade" and not refuses(node)
    ]
    assert with_downgrade == []


def refuses(function: ast.FunctionDef) -> bool:
    """Say whether a function does nothing but raise, its docstring apart."""
    *others, last = function.body
    return isinstance(last, ast.Raise) and all(isinstance(node, ast.Expr) for node in others)
