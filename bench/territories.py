"""`python -m bench.territories FILE`: how quickly places are found, and what they cost to keep.

FILE is an official table of communes; without it the bundled one serves. The table is loaded into
a database of its own, on a server that lives for the run only.
"""

import random
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from bench.figures import Bar, Timings
from directory.db import make_engine
from directory.postgres.cluster import Cluster, running
from directory.postgres.migrate import upgrade
from directory.territories import Commune, Gazetteer
from directory.territories.actions import replace_communes
from directory.territories.queries import load_gazetteer
from directory.territories.sources import CommuneTable, bundled, read_file

SEED = 2026
ASKED = 3_000

console = Console()


@click.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path), required=False)
def main(file: Path | None) -> None:
    """Measure the look-up of communes and judge its promises."""
    table = read_file(file) if file else bundled()
    with loaded(table) as session:
        load = Timings()
        for _ in range(5):
            gazetteer = load.time(lambda: load_gazetteer(session))
        kept_mb = memory_mb(session)
    bars = [
        Bar("load from the database", load.p50 / 1e3, 0.6, "s"),
        Bar("memory of the gazetteer", kept_mb, 40, "MB"),
        *look_ups(gazetteer),
    ]
    judged = Table("promise", "measured", "at most", "")
    for bar in bars:
        verdict = "" if bar.holds else "BROKEN"
        judged.add_row(bar.promise, f"{bar.measured:.2f}", f"{bar.at_most:g} {bar.unit}", verdict)
    console.print(judged)
    if not all(bar.holds for bar in bars):
        raise SystemExit(1)


def look_ups(gazetteer: Gazetteer) -> Iterator[Bar]:
    """Time every way of asking; print all, promise the 95th percentile of each."""
    chance = random.Random(SEED)
    weights = [commune.population or 1 for commune in gazetteer.communes]
    communes = chance.choices(gazetteer.communes, weights, k=ASKED)
    figures = Table("texts", "p50 ms", "p95 ms", "p99 ms", "slowest ms")
    for kind, texts in asked(communes, chance).items():
        timings = Timings()
        for text in texts:
            timings.time(lambda text=text: gazetteer.resolve(text))
        quantiles = (timings.p50, timings.p95, timings.p99, timings.quantile_ms(1))
        figures.add_row(kind, *(f"{value:.3f}" for value in quantiles))
        yield Bar(f"{kind}, p95", timings.p95, 5, "ms")
    console.print(figures)


def asked(communes: list[Commune], chance: random.Random) -> dict[str, list[str]]:
    """Return the texts of each way of asking, for communes drawn by their population."""
    return {
        "bare names": [commune.name for commune in communes],
        "postal codes": [code for c in communes for code in c.postal_codes[:1]],
        "code and name": [f"{' '.join(c.postal_codes[:1])} {c.name}" for c in communes],
        "beginnings": [c.name[: chance.randint(1, len(c.name))] for c in communes],
        "typing errors": [misspelt(commune.name, chance) for commune in communes],
        "addresses": [f"{chance.randint(1, 99)} rue de la Gare {c.name}" for c in communes],
        "no such place": [c.name[::-1] for c in communes],
    }


def misspelt(name: str, chance: random.Random) -> str:
    """Return a name with one letter lost."""
    at = chance.randrange(len(name))
    return name[:at] + name[at + 1 :]


def memory_mb(session: Session) -> float:
    """Return the megabytes a gazetteer keeps once every index has been used."""
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    gazetteer = load_gazetteer(session)
    for text in ("Bondi", "931", "3e arrondissement"):
        gazetteer.resolve(text)
    gazetteer.nearest(next(c.position for c in gazetteer.communes if c.position))
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before) / 1e6


@contextmanager
def loaded(table: CommuneTable) -> Iterator[Session]:
    """Have a database that holds the table, for the block."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with running(Cluster.prepare(Path(folder) / "data", durable=False)) as cluster:
            urls = cluster.urls()
            upgrade(urls.owner)
            engine = make_engine(urls.owner, pool_size=1)
            with Session(engine) as session:
                for kind in ("first", "second"):
                    started_at = time.perf_counter()
                    replace_communes(
                        session, table.communes, source=table.source, at=datetime.now(UTC)
                    )
                    session.commit()
                    console.print(f"{kind} load: {time.perf_counter() - started_at:.2f} s")
                yield session
            engine.dispose()


if __name__ == "__main__":
    main()
