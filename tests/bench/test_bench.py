"""The bench itself keeps running, and its small base has no wrong neighbour."""

import os
import subprocess
import sys
from pathlib import Path

from bench.figures import Timings
from tests.fixtures.cluster import open_folder

ROOT = Path(__file__).parents[2]


def test_the_quick_bench_measures_everything_and_finds_no_wrong_neighbour() -> None:
    with open_folder() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "bench", "--quick"],
            cwd=ROOT,
            env=os.environ | {"FANAL_BENCH_DIR": str(folder)},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    assert done.returncode == 0, done.stdout + done.stderr
    for title in ("One client", "Clients at once", "Growth", "Worst cases", "Promises"):
        assert title in done.stdout
    assert "0 wrong" in done.stdout


def test_quantiles_are_of_the_nearest_rank() -> None:
    timings = Timings([n / 1000 for n in range(100, 0, -1)])

    assert (timings.p50, timings.p95, timings.p99) == (51.0, 96.0, 100.0)
