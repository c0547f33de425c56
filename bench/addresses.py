"""`python -m bench.addresses FILE`: whether addresses are found, how quickly, and what they cost.

FILE is a real file of the national address base (gzipped): its streets are asked for as people
write them. Then 700,000 invented addresses of twenty départements are loaded, and asked for.
Everything lives in a database of the run's own. Ends with 1 when a promise is broken.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session, sessionmaker

from bench.address_texts import (
    KnownAddress,
    addresses_of,
    drawn,
    one_of_each_street,
    ways_of_writing,
)
from bench.addresses_generator import shares, write_department
from bench.client import Connection, require_ok
from bench.figures import Bar, Timings
from bench.process_memory import resident_mb
from bench.serving import HOST, serving
from directory.addresses.table import AddressTable
from directory.db import make_reading_engine, make_sessions
from directory.geo import Position, distance_m
from directory.geocoding import Choices, Geocoder, Origin, Precision
from directory.geocoding.suggesting import suggest
from directory.postgres.cluster import Cluster, running
from directory.postgres.migrate import upgrade
from directory.postgres.roles import DatabaseUrls
from directory.territories import Gazetteer
from directory.territories.queries import load_gazetteer

SEED = 2026
ALL, LARGE, ASKED = 700_000, 300_000, 2_000

#: Of each way of writing a street: how many in a hundred must be found.
FOUND = {
    "exact": 99,
    "one typo": 95,
    "no accents, capitals": 97,
    "abbreviated": 97,
    "abbreviated, one typo": 90,
}

#: A house number found elsewhere than in the file is not found; the base has some points twice.
_SAME_PLACE_M = 60.0

console = Console(width=120)


@dataclass
class Place:
    """The database of the run, and what answers from it."""

    urls: DatabaseUrls
    folder: Path
    gazetteer: Gazetteer
    sessions: sessionmaker[Session]
    table: AddressTable

    def locate(self, text: str) -> Origin | Choices:
        """Search as the page does, nothing remembered."""
        geocoder = Geocoder([self.table])
        return geocoder.locate(text, gazetteer=self.gazetteer)


@click.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--communes", type=click.Path(exists=True, path_type=Path), help="Official table.")
@click.option("--addresses", default=ALL, show_default=True, help="How many are invented.")
def main(file: Path, communes: Path | None, addresses: int) -> None:
    """Measure the search of addresses and judge its promises."""
    with prepared(communes) as place:
        load(place, file)
        bars = list(accuracy(place, list(addresses_of(file))))
        bars += list(invented(place, addresses))
    judged = Table("promise", "measured", "bar", "")
    for bar in bars:
        judged.add_row(
            bar.promise,
            f"{abs(bar.measured):.1f}",
            f"{abs(bar.at_most):g} {bar.unit}",
            "pass" if bar.holds else "FAIL",
        )
    console.print(judged)
    sys.exit(0 if all(bar.holds for bar in bars) else 1)


def accuracy(place: Place, known: Sequence[KnownAddress]) -> Iterator[Bar]:
    """Ask for one house number of each street, in every way of writing; print the worst misses."""
    chance = random.Random(SEED)
    figures = Table(
        "a street written", "asked", "found %", "p50 ms", "p95 ms", "missed, for example"
    )
    for name, write in ways_of_writing(chance).items():
        asked = one_of_each_street(known, chance)
        timings, missed = Timings(), []
        for address in asked:
            text = address.text(write)
            found = timings.time(partial(place.locate, text))
            if not is_right(found, address):
                missed.append(f"{text} → {getattr(found, 'label', 'choices')}")
        percent = 100 * (1 - len(missed) / len(asked))
        example = "\n".join(missed[:3])
        times = (f"{timings.p50:.1f}", f"{timings.p95:.1f}")
        figures.add_row(name, str(len(asked)), f"{percent:.1f}", *times, example)
        # Bars are upper bounds: what must be large is held with its sign turned.
        yield Bar(f"streets found, {name}", -percent, -FOUND[name], "% at least")
    console.print(figures)


def is_right(found: Origin | Choices, address: KnownAddress) -> bool:
    """Say whether an answer is this house number, where the file has it."""
    if not isinstance(found, Origin) or found.precision is not Precision.HOUSENUMBER:
        return False
    there = Position(address.latitude, address.longitude)
    return found.insee_code == address.insee_code and (
        distance_m(found.position, there) <= _SAME_PLACE_M
    )


def invented(place: Place, addresses: int) -> Iterator[Bar]:
    """Load the invented addresses, ask for some of them, then load a large département."""
    files = []
    for code, count in shares(addresses, place.gazetteer).items():
        files.append(place.folder / f"adresses-{code}.csv.gz")
        write_department(files[-1], code, count, SEED, place.gazetteer)
    seconds = load(place, *files)
    console.print(f"{addresses:,} addresses of {len(files)} départements loaded in {seconds:.0f} s")
    chance = random.Random(SEED)
    asked = [one for file in files for one in drawn(addresses_of(file), ASKED // 20, chance)]
    chance.shuffle(asked)
    yield from speed(place, asked, chance)
    yield from memory(place, asked)
    large = min(LARGE, addresses)
    write_department(place.folder / "adresses-59.csv.gz", "59", large, SEED, place.gazetteer)
    seconds = load(place, place.folder / "adresses-59.csv.gz")
    yield Bar(f"a département of {large:,} addresses loaded", seconds, 60, "s")


def speed(place: Place, asked: Sequence[KnownAddress], chance: random.Random) -> Iterator[Bar]:
    """Time whole addresses, addresses being typed, and the way back from a point."""
    whole, typed, back = Timings(), Timings(), Timings()
    right = 0
    for address in asked:
        right += is_right(whole.time(partial(place.locate, address.text())), address)
        text = address.text()
        begun = text[: chance.randint(3, len(text))]
        own = chance.choice((None, address.insee_code))
        typed.time(
            partial(
                suggest,
                begun,
                gazetteer=place.gazetteer,
                back_ends=[place.table],
                own_insee=own,
            )
        )
        back.time(partial(place.table.reverse, Position(address.latitude, address.longitude)))
    console.print(f"{100 * right / len(asked):.1f} % of {len(asked):,} invented addresses found")
    for name, timings, at_most in (
        ("search of an address", whole, 20),
        ("proposals while typing", typed, 30),
        ("address of a point", back, 20),
    ):
        console.print(
            f"{name}: p50 {timings.p50:.1f} ms, p95 {timings.p95:.1f} ms, p99 {timings.p99:.1f} ms"
        )
        yield Bar(f"{name}, p95", timings.p95, at_most, "ms")


def memory(place: Place, asked: Sequence[KnownAddress]) -> Iterator[Bar]:
    """Serve the web, search from many cities, and look at what a worker keeps."""
    yield Bar("communes and streets in memory", kept_mb(place, asked[:500]), 60, "MB")
    with serving(place.urls, place.folder) as port:
        client = Connection(HOST, port)
        for address in asked:
            question = urlencode({"q": address.text(), "limit": "5"})
            status, _ = client.get(f"/api/v1/search?{question}")
            # Then it asks which of two communes is meant.
            if status != HTTPStatus.UNPROCESSABLE_ENTITY:
                require_ok(status)
        client.close()
        yield Bar("memory of a web worker", resident_mb(port), 220, "MB")


def kept_mb(place: Place, asked: Sequence[KnownAddress]) -> float:
    """Return the megabytes that communes and the streets searched last keep."""
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    with place.sessions() as session:
        gazetteer = load_gazetteer(session)
    table = AddressTable(place.sessions)
    for address in asked:
        Geocoder([table]).locate(address.text(), gazetteer=gazetteer)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before) / 1e6


def load(place: Place, *files: Path) -> float:
    """Import files as an operator does; return the seconds it took."""
    started_at = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "directory.cli", "addresses", "import", *map(str, files)],
        env=_environment(place.urls),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - started_at


@contextmanager
def prepared(communes: Path | None) -> Iterator[Place]:
    """Have a migrated database with its communes for the block."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        with running(Cluster.prepare(folder / "data")) as cluster:
            urls = cluster.urls()
            upgrade(urls.owner, engine=cluster.engine)
            command = ["territories", "import", str(communes) if communes else "--bundled"]
            subprocess.run(
                [sys.executable, "-m", "directory.cli", *command],
                env=_environment(urls),
                check=True,
                stdout=subprocess.DEVNULL,
            )
            engine = make_reading_engine(urls.app)
            sessions = make_sessions(engine)
            with sessions() as session:
                gazetteer = load_gazetteer(session)
            yield Place(urls, folder, gazetteer, sessions, AddressTable(sessions))
            engine.dispose()


def _environment(urls: DatabaseUrls) -> dict[str, str]:
    return os.environ | {"DATABASE_URL": urls.app, "FANAL_MIGRATION_URL": urls.owner}


if __name__ == "__main__":
    main()
