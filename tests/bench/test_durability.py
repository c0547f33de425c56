"""A short run of `python -m bench.durability`: nothing acknowledged is lost when processes die."""

from bench.durability import measure
from tests.fixtures.cluster import open_folder

KILLS = 4


def test_requests_and_mails_outlive_the_web_the_worker_and_the_database() -> None:
    with open_folder() as folder:
        verdict, sent, servers = measure(folder, kills=KILLS, clients=4, seed=4)

    assert servers.kills == {"web": 2, "worker": 2, "database": 1}
    assert sent.refused == []
    assert verdict.acknowledged > 0
    assert verdict.mails == verdict.acknowledged
    assert [bar for bar in verdict.bars(servers.kills) if not bar.holds] == []
