"""Our own files: their addresses, their compression, their weight, where they come from."""

import gzip
import hashlib
import re

from directory.app import FanalApp
from directory.web import assets
from tests.web.conftest import Visitor

#: The budgets of a first visit, in gzipped bytes.
BUDGETS = {"fanal.css": 6_000, "fanal.js": 4_000, "icons.svg": 4_000}


def addresses(app: FanalApp, *names: str) -> list[str]:
    with app.test_request_context():
        return [assets.asset_url(name) for name in names]


def test_the_address_of_a_file_follows_its_content(app: FanalApp, visitor: Visitor) -> None:
    (address,) = addresses(app, "fanal.css")
    assert assets.asset("fanal.css").digest in address
    assert "immutable" in visitor.response(address).headers["Cache-Control"]


def test_a_former_address_still_answers_but_is_not_kept(visitor: Visitor) -> None:
    response = visitor.response("/static/0123456789ab/fanal.css")
    assert response.headers["Cache-Control"] == "no-cache"


def test_a_file_is_sent_compressed_to_who_takes_it(app: FanalApp, visitor: Visitor) -> None:
    (address,) = addresses(app, "fanal.css")
    packed = visitor.response(address, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == visitor.response(address).data


def test_nothing_outside_the_folder_is_served(visitor: Visitor) -> None:
    for name in ("../app.py", "%2e%2e/app.py", "nothing.css", "vendor", "a%00b"):
        visitor.response(f"/static/0123456789ab/{name}", status=404)


def test_each_file_keeps_to_its_budget() -> None:
    weights = {name: len(assets.asset(name).gzipped or b"") for name in BUDGETS}
    assert {name: w for name, w in weights.items() if w > BUDGETS[name]} == {}


def test_the_style_sheet_mirrors_itself() -> None:
    """Only logical properties: a physical one would not turn over with the page."""
    css = assets.asset("fanal.css").content.decode()
    physical = re.findall(
        r"(?:margin|padding|border|inset)-(?:left|right|top|bottom)"
        r"|text-align:\s*(?:left|right)|float:\s*(?:left|right)"
        r"|[\s{;](?:left|right|width|height|min-width|max-width):",
        re.sub(r"@media[^{]*", "", css),
    )
    assert physical == []


def test_the_dark_colours_of_the_page_of_components_are_those_of_the_pages() -> None:
    css = assets.asset("fanal.css").content.decode()
    dark = css[css.index("prefers-color-scheme: dark") : css.index("The Arabic")]
    components = assets.asset("components.css").content.decode()
    assert _colours(components) == _colours(dark)


def _colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"(--\w+): (#\w+)", css))


def test_vendored_files_are_the_published_ones() -> None:
    readme = (assets.FOLDER / "vendor" / "README.md").read_text(encoding="utf-8")
    stated = dict(re.findall(r"^\| `([\w.]+)` .*`([0-9a-f]{64})` \|$", readme, re.MULTILINE))
    assert stated
    for name, digest in stated.items():
        content = (assets.FOLDER / "vendor" / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest
