"""The checks of a page bite: each fault below must be found."""

import pytest

from tests.web.page import read_fragment, read_page

GOOD = (
    '<!doctype html><html lang="fr" dir="ltr"><head><title>Ici · Fanal</title></head>'
    "<body><main><h1>Ici</h1>{}</main></body></html>"
)


def test_a_good_page_passes() -> None:
    read_page(GOOD.format("<p>Bonjour</p>"))


@pytest.mark.parametrize(
    "fault",
    [
        "<p>never closed",
        "<b><i></b></i>",
        "<p><div></div></p>",
        "<h1>again</h1>",
        "<h3>jump</h3>",
        '<p style="color:red"></p>',
        "<style>p{}</style>",
        "<script>1</script>",
        '<script src="https://elsewhere.example/a.js"></script>',
        '<p onclick="x()"></p>',
        "<form method=get></form>",
        '<input id="a">',
        '<img src="/a.png">',
        '<a href="/"></a>',
        '<a href="/">x<button>y</button></a>',
        '<p id="a"></p><p id="a"></p>',
        '<p class="a" class="b"></p>',
        '<p aria-describedby="gone"></p>',
        "<div/>",
    ],
)
def test_a_fault_is_found(fault: str) -> None:
    with pytest.raises(AssertionError):
        read_page(GOOD.format(fault))


@pytest.mark.parametrize(
    "page",
    [
        GOOD.format("").replace('lang="fr"', ""),
        GOOD.format("").replace('dir="ltr"', ""),
        GOOD.format("").replace("<title>Ici", "<title>Là"),
        GOOD.format("").replace("<!doctype html>", ""),
    ],
)
def test_a_page_without_language_direction_or_title_is_found(page: str) -> None:
    with pytest.raises(AssertionError):
        read_page(page)


def test_a_fragment_needs_no_heading() -> None:
    assert [e.name for e in read_fragment("<li>a</li><li>b</li>").all()] == ["li", "li"]
