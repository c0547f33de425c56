"""`python -m bench`: measure the search on an invented France, and judge the promises.

Ends with 1 when a promise is broken.
"""

import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import cast

import click

from bench.base import Base, opened
from bench.kept import bench_cluster, bench_folder
from bench.report import console
from bench.run import QUICK, WHOLE, Run, whole
from directory.postgres.engines import available_engines
from directory.postgres.geo_schema import Engine


@click.command()
@click.option(
    "--engine",
    type=click.Choice(["postgis", "portable"]),
    help="`portable` is measured beside PostGIS.",
)
@click.option("--seed", default=1, show_default=True, help="What the invented France grows from.")
@click.option("--quick", is_flag=True, help="A small base, and no promise about speed.")
def main(engine: str | None, seed: int, quick: bool) -> None:
    """Measure the search from the bare query to HTTP, and judge the promises."""
    effort = QUICK if quick else WHOLE
    with ExitStack() as stack:

        def open_base(name: Engine, size: int) -> Base:
            cluster = stack.enter_context(bench_cluster(name, bench_folder()))
            return stack.enter_context(opened(cluster, size, seed, datetime.now(UTC)))

        first = available_engines()[0]
        bases = [open_base(first, size) for size in effort.sizes]
        other = (
            open_base(cast(Engine, engine), bases[-1].size) if engine and engine != first else None
        )
        holds = whole(Run(bases, effort, seed, console()), other)
    sys.exit(0 if holds else 1)


if __name__ == "__main__":
    main()
