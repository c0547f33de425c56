"""No address vanishes, and none appears unnoticed: people keep links, programs keep them longer.

`routes.txt` lists what is served. A route that moves keeps its old line, and answers there with a
redirect.
"""

from pathlib import Path

import pytest

from directory.app import create_app
from directory.config import Settings

LIST = Path(__file__).with_name("routes.txt")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return each route as `GET /address`; nothing is asked of the database for that."""
    settings = Settings(
        database_url="postgresql+psycopg://fanal_app@/none",
        data_dir=tmp_path_factory.mktemp("data"),
    )
    return {
        f"{method} {rule.rule}"
        for rule in create_app(settings).url_map.iter_rules()
        for method in rule.methods or ()
        if method not in {"HEAD", "OPTIONS"}
    }


def listed() -> set[str]:
    return set(LIST.read_text(encoding="utf-8").split("\n")) - {""}


def test_no_route_has_vanished(served: set[str]) -> None:
    assert sorted(listed() - served) == [], "keep the address, if only to redirect from it"


def test_every_route_is_listed(served: set[str]) -> None:
    assert sorted(served - listed()) == [], "add it to tests/consistency/routes.txt"
