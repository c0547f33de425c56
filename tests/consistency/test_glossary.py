"""The glossary names every table and every stored value, and nothing that does not exist."""

import re
from pathlib import Path

from sqlalchemy import CheckConstraint

from directory import models

GLOSSARY = (Path(__file__).parents[2] / "docs" / "glossary.md").read_text(encoding="utf-8")

#: Words that mean something else in this field or in English code, or name people by a role.
REFUSED_WORDS = {"structure", "user", "usager", "worker", "lieu", "orientation", "thematique"}


def section(title: str) -> str:
    """Return the text below a heading."""
    return re.split(r"^## ", GLOSSARY.split(f"## {title}\n", 1)[1], maxsplit=1, flags=re.M)[0]


def first_column(title: str) -> set[str]:
    """Return the names between backquotes in the first column of a section's table."""
    rows = re.findall(r"^\| (`[^|]+) \|", section(title), re.M)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def stored_values() -> set[str]:
    """Return the values that check constraints allow."""
    conditions = [
        str(constraint.sqltext)
        for table in models.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint) and " IN (" in str(constraint.sqltext)
    ]
    return {value for condition in conditions for value in re.findall(r"'([^']+)'", condition)}


def test_every_table_is_in_the_glossary_and_the_other_way_round() -> None:
    assert first_column("Tables") == {table.name for table in models.metadata.tables.values()}


def test_every_stored_value_is_in_the_glossary() -> None:
    assert stored_values()
    assert stored_values() - first_column("Values") == set()


def test_no_table_or_column_has_a_refused_name() -> None:
    names = {
        word
        for table in models.metadata.tables.values()
        for name in (table.name, *table.columns.keys())
        for word in name.split("_")
    }
    assert names & REFUSED_WORDS == set()
