"""Files and functions stay small: the hard limits of the house style."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FILE_LINES = 350
FUNCTION_LINES = 45
TEMPLATE_LINES = 100

# Migrations are left out: one creates many tables in one go, and is never changed again.
MODULES = sorted(
    path
    for folder in ("directory", "tests", "bench", "scripts")
    for path in (ROOT / folder).rglob("*.py")
)


def functions(module: Path) -> Iterator[tuple[str, int]]:
    """Yield the name and the length in lines of each function, decorators apart."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_and_its_functions_are_small(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= FILE_LINES
    assert [(name, lines) for name, lines in functions(module) if lines > FUNCTION_LINES] == []


def test_templates_are_small() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "templates").rglob("*.html")
    }
    assert {name: lines for name, lines in lengths.items() if lines > TEMPLATE_LINES} == {}
