"""Runs migrations on the connection that `directory.postgres.migrate` opened."""

from typing import Any

from alembic import context

from directory import models


def _is_comparable(
    thing: Any, name: str | None, type_: str, reflected: bool, compare_to: Any
) -> bool:
    """Leave PostGIS's own tables, and the type of `geo.locus` columns, out of comparisons."""
    return not (type_ == "table" and reflected and compare_to is None and name == "spatial_ref_sys")


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=models.metadata,
    include_object=_is_comparable,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
