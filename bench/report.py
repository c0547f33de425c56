"""The figures as tables, the promises as a list."""

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from bench.figures import Bar, Timings, ratio
from bench.levels import Levels, Load
from bench.neighbours import Verdict
from bench.worst_cases import Slowness

_MS = "{:.2f}"


def levels_table(title: str, levels: Levels) -> Table:
    """Show what each level took, and how many times the one it stands on."""
    table = _table(title, "p50 ms", "p95 ms", "p99 ms", "ratio of p50")
    floor = levels.empty.p50 + levels.bare.p50
    rows = (
        ("same SQL by bare psycopg", levels.bare, ""),
        ("search.queries.nearest", levels.nearest, ratio(levels.nearest.p50, levels.bare.p50)),
        ("GET /api/v1/search", levels.http, ratio(levels.http.p50, floor)),
        ("empty view", levels.empty, ""),
    )
    for name, timings, times in rows:
        told = f"{times:.2f} ×" if times != "" else ""
        table.add_row(name, *_three(timings), told)
    return table


def load_table(loads: Iterable[Load]) -> Table:
    """Show what several clients got together."""
    table = _table("Clients at once", "p50 ms", "p95 ms", "p99 ms", "p99/p50", "requests/s")
    for load in loads:
        spread = ratio(load.timings.p99, load.timings.p50)
        table.add_row(
            str(load.clients), *_three(load.timings), f"{spread:.2f}", f"{load.requests_per_s:.0f}"
        )
    return table


def growth_table(growth: Sequence[tuple[int, Timings]]) -> Table:
    """Show how HTTP grows with the base; the same searches, each with a full page."""
    table = _table("Growth over HTTP, 20 results", "p50 ms", "p95 ms", "p99 ms", "searches")
    for size, timings in growth:
        table.add_row(f"{size:,} services", *_three(timings), str(len(timings.seconds)))
    return table


def worst_table(measured: Iterable[Slowness]) -> Table:
    """Show the worst cases."""
    table = _table("Worst cases", "found", "here p50", "here p95", "HTTP p50 ms", "HTTP p95 ms")
    for slow in measured:
        figures = (slow.in_process.p50, slow.in_process.p95, slow.http.p50, slow.http.p95)
        table.add_row(slow.case.name, str(slow.found), *map(_MS.format, figures))
    return table


def engines_table(measured: Mapping[str, Timings]) -> Table:
    """Show the same searches on both engines."""
    table = _table("HTTP on both engines", "p50 ms", "p95 ms", "p99 ms")
    for name, timings in measured.items():
        table.add_row(name, *_three(timings))
    return table


def verdict_lines(verdict: Verdict) -> list[str]:
    """Say how many searches were compared with the brute force, and name those that differ."""
    first = (
        f"{verdict.compared} searches compared with a brute force over all rows: "
        f"{len(verdict.wrong)} wrong ({verdict.ties} pages with ties at one address, "
        f"{verdict.many_kinds} searches for ten kinds)"
    )
    return [first, *(f"  differs: {path}" for path in verdict.wrong[:10])]


def bars_table(bars: Iterable[Bar], *, judges_speed: bool) -> Table:
    """Show every promise beside what was measured."""
    table = _table("Promises", "measured", "at most", "")
    for bar in bars:
        is_judged = judges_speed or not bar.is_about_speed
        verdict = ("pass" if bar.holds else "FAIL") if is_judged else "not judged"
        table.add_row(
            bar.promise, f"{bar.measured:.2f} {bar.unit}", f"{bar.at_most:g} {bar.unit}", verdict
        )
    return table


def console() -> Console:
    """Return where the tables go: as wide as they need when nobody's terminal bounds them."""
    found = Console()
    return found if found.is_terminal else Console(width=120)


def _table(title: str, *columns: str) -> Table:
    table = Table(
        title=title, title_justify="left", box=None, header_style="", padding=(0, 2, 0, 0)
    )
    table.add_column("")
    for column in columns:
        table.add_column(column, justify="right")
    return table


def _three(timings: Timings) -> list[str]:
    return [_MS.format(figure) for figure in (timings.p50, timings.p95, timings.p99)]
