"""Every template and macro is used, and no template imports what it does not call."""

import ast
import fnmatch
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
NAMES = sorted(
    str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.suffix in {".html"}
)


@cache
def tree(name: str) -> nodes.Template:
    """Return the parsed template."""
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
    return environment.parse((TEMPLATES / name).read_text(encoding="utf-8"))


def references(name: str) -> Iterator[str]:
    """Yield what a template extends, includes or imports; a computed part becomes `*`."""
    kinds = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
    for node in tree(name).find_all(kinds):
        yield from patterns(node.template)


def patterns(expression: nodes.Node) -> Iterator[str]:
    match expression:
        case nodes.Const(value=str(value)):
            yield value
        case nodes.Tuple(items=items) | nodes.List(items=items):
            for item in items:
                yield from patterns(item)
        case nodes.CondExpr(expr1=first, expr2=second):
            yield from patterns(first)
            yield from patterns(second) if second else ()
        case nodes.Concat(nodes=parts):
            yield "".join(part.value if isinstance(part, nodes.Const) else "*" for part in parts)
        case nodes.Add(left=left, right=right):
            for start in patterns(left):
                yield from (start + end for end in patterns(right))
        case _:
            yield "*"


def named_in_code() -> Iterator[str]:
    """Yield the names of templates in the package; a computed part becomes `*`."""
    for module in (ROOT / "directory").rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            text = ""
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
            elif isinstance(node, ast.JoinedStr):
                parts = (p.value if isinstance(p, ast.Constant) else "*" for p in node.values)
                text = "".join(str(part) for part in parts)
            if re.fullmatch(r"[\w*/-]+/[\w*-]+\.html", text):
                yield text


def imported_macros(name: str) -> Iterator[tuple[str, str, str]]:
    """Yield (template, macro, local name) for each `{% from … import … %}` of a template."""
    for node in tree(name).find_all(nodes.FromImport):
        for imported in node.names:
            macro, alias = imported if isinstance(imported, tuple) else (imported, imported)
            for source in patterns(node.template):
                yield source, macro, alias


def calls(name: str) -> set[str]:
    """Return every plain name that a template reads, and every attribute."""
    read = {node.name for node in tree(name).find_all(nodes.Name) if node.ctx == "load"}
    return read | {node.attr for node in tree(name).find_all(nodes.Getattr)}


def test_every_template_is_used() -> None:
    used = set(named_in_code()).union(*(references(name) for name in NAMES)) - {"*"}
    unused = [name for name in NAMES if not any(fnmatch.fnmatch(name, each) for each in used)]
    assert not unused


def test_every_template_that_is_named_exists() -> None:
    used = set(named_in_code()).union(*(references(name) for name in NAMES)) - {"*"}
    missing = [each for each in sorted(used) if not fnmatch.filter(NAMES, each)]
    assert not missing


@pytest.mark.parametrize("name", NAMES)
def test_a_template_calls_every_macro_it_imports(name: str) -> None:
    assert [alias for _, _, alias in imported_macros(name) if alias not in calls(name)] == []


def test_every_macro_is_called() -> None:
    called = set().union(*(calls(name) for name in NAMES))
    called |= {macro for name in NAMES for _, macro, _ in imported_macros(name)}
    unused = [
        f"{name}: {macro.name}"
        for name in NAMES
        for macro in tree(name).find_all(nodes.Macro)
        if macro.name not in called
    ]
    assert not unused


def test_every_imported_macro_exists() -> None:
    wrong = [
        f"{name}: {macro} of {source}"
        for name in NAMES
        for source, macro, _ in imported_macros(name)
        if source in NAMES and macro not in {m.name for m in tree(source).find_all(nodes.Macro)}
    ]
    assert not wrong
