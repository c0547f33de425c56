"""Fetching the official table: one host, a size, a time, and clear words without a network."""

import socket

import pytest

from directory.errors import InvalidInput, Unavailable
from directory.territories.download import OFFICIAL_URL, download
from tests.geocoding.server import serving

HERE = frozenset({"127.0.0.1"})


def test_the_content_is_returned_as_it_is() -> None:
    with serving(lambda path, asked: (200, {}, b"[1]")) as server:
        assert download(f"{server.url}/communes?fields=nom", allowed_hosts=HERE) == b"[1]"
    assert server.asked == [{"fields": "nom"}]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/communes",
        "https://geo.api.gouv.fr.example.org/communes",
        "https://geo.api.gouv.fr@example.org/communes",
        "file:///etc/passwd",
        "",
    ],
)
def test_another_host_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="source connue"):
        download(url)


def test_a_redirect_is_not_followed() -> None:
    with serving(lambda path, asked: (200, {}, b"ailleurs")) as elsewhere:
        away = (302, {"Location": elsewhere.url}, b"")
        with serving(lambda path, asked: away) as server, pytest.raises(Unavailable):
            download(server.url, allowed_hosts=HERE)
    assert elsewhere.asked == []


@pytest.mark.parametrize("status", [204, 404, 500])
def test_an_error_of_the_service_is_told(status: int) -> None:
    with serving(lambda path, asked: (status, {}, b"")) as server, pytest.raises(Unavailable):
        download(server.url, allowed_hosts=HERE)


def test_an_endless_answer_is_cut() -> None:
    with serving(lambda path, asked: (200, {}, b"x" * 100_000)) as server:
        with pytest.raises(Unavailable):
            download(server.url, allowed_hosts=HERE, largest=10_000)
        with pytest.raises(Unavailable):
            download(server.url, allowed_hosts=HERE, longest_s=0.0)


def test_without_a_network_the_other_way_is_told() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/communes"
        with pytest.raises(Unavailable) as refusal:
            download(url, allowed_hosts=HERE)
    assert "fanal territories import" in str(refusal.value.remedy)


def test_the_official_address_asks_for_every_kind_of_territory() -> None:
    assert OFFICIAL_URL.startswith("https://geo.api.gouv.fr/communes?")
    assert "zone=metro,drom,com" in OFFICIAL_URL
    assert "arrondissement-municipal" in OFFICIAL_URL
    assert "codesPostaux" in OFFICIAL_URL
