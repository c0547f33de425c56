"""One browser and one site for all journeys; a window of its own for each."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser

from directory.config import Settings
from tests.fixtures.catalogues import compile_stale_catalogues
from tests.fixtures.cluster import ThrowawayCluster
from tests.fixtures.presence import skip_or_fail
from tests.journeys import browser as driving
from tests.journeys.browser import Visit
from tests.journeys.site import fill, served

Open = Callable[..., Visit]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser, or a skip that says what is missing."""
    if not driving.CHROMIUM.exists():
        skip_or_fail(f"{driving.CHROMIUM} is not on this machine")
    with driving.chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def site(cluster: ThrowawayCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with the invented town."""
    urls = cluster.copy_of_template("journeys")
    settings = Settings(
        database_url=urls.app,
        data_dir=tmp_path_factory.mktemp("journeys"),
        geocoder_url="",
        pseudo_language=True,
        components_page=True,
    )
    compile_stale_catalogues()
    fill(settings)
    with served(settings) as address:
        yield address


@pytest.fixture
def visit(chromium: Browser, site: str) -> Iterator[Open]:
    """Open windows with the options of playwright's `new_context`.

    When the test ends, each visit is held to our promises: nothing fetched from anybody else, no
    cookie, nothing stored, no error in the console.
    """
    opened: list[Visit] = []
    with ExitStack() as windows:

        def open_window(**options: Any) -> Visit:
            window: AbstractContextManager[Visit] = driving.visiting(chromium, site, **options)
            opened.append(windows.enter_context(window))
            return opened[-1]

        yield open_window
        for each in opened:
            assert each.foreign_requests() == []
            assert each.context.cookies() == []
            assert each.complaints == []
