"""After signing in one comes back to a page of ours, never to somebody else's."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.web.accounts.coming_back import own_path

HERE = "https://fanal.exemple"


@pytest.mark.parametrize(
    "path", ["/", "/orientations", "/recherche?q=Bondy&lang=ar-XB", "/p/3#haut"]
)
def test_a_path_of_ours_is_come_back_to(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "elsewhere",
    [
        "",
        "//mal.exemple",
        "///mal.exemple",
        "/\\mal.exemple",
        "\\\\mal.exemple",
        "/\t/mal.exemple",
        "/\n/mal.exemple",
        " //mal.exemple",
        "https://mal.exemple",
        "https:mal.exemple",
        "javascript:alert(1)",
        "mal.exemple",
        "//[mal",
        "/" + "a" * 3000,
    ],
)
def test_nobody_is_led_elsewhere(elsewhere: str) -> None:
    assert own_path(elsewhere) is None


@settings(deadline=None)
@given(st.text(alphabet="/\\:@?#.\t\n\r mal[]%", max_size=12))
def test_whatever_is_asked_one_stays_here(asked: str) -> None:
    path = own_path(asked)
    if path is not None:
        # What a browser makes of it (WHATWG): line ends and tabs dropped, `\` taken for `/`.
        read = path.replace("\t", "").replace("\n", "").replace("\r", "").replace("\\", "/")
        assert urlsplit(urljoin(HERE, read)).netloc == "fanal.exemple"
