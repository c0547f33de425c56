"""A short run of `python -m bench.durability`: nothing acknowledged is lost when processes die."""

from bench.durability import measure
from tests.fixtures.cluster import open_folder

KILLS = 3


def test_requests_and_mails_outlive_the_web_and_the_worker() -> None:
    with open_folder() as folder:
        verdict, sent, pair = measure(folder, kills=KILLS, clients=4, seed=4)

    assert sum(pair.kills.values()) == 4, "the web, the worker, then both"
    assert sent.refused == []
    assert verdict.acknowledged > 0
    assert verdict.mails == verdict.acknowledged
    assert [bar for bar in verdict.bars(pair.kills["worker"]) if not bar.holds] == []
