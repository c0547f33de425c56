"""The way from a listing to a request: for those who may send one, and for nobody else."""

from tests.web.conftest import Member, Visitor
from tests.web.page import Element


def ways(page: Element) -> list[str]:
    """Return the addresses of the form that a page leads to."""
    links = [link.get("href") for link in page.all("a")]
    return [link for link in links if link.startswith("/orientations/nouvelle")]


def test_a_worker_goes_from_a_place_and_from_a_result_to_the_form(
    worker: Member, parcels: int
) -> None:
    assert ways(worker.get(f"/p/{parcels}")) == [f"/orientations/nouvelle?service={parcels}"]
    assert ways(worker.get("/recherche?insee=93010&category=colis")) == [
        f"/orientations/nouvelle?service={parcels}&commune=93010"
    ]


def test_a_visitor_and_who_only_reads_have_no_such_way(
    visitor: Visitor, reader: Member, parcels: int
) -> None:
    for address in (f"/p/{parcels}", "/recherche?insee=93010"):
        assert ways(visitor.get(address)) == []
        assert ways(reader.get(address)) == []


def test_what_a_worker_reads_is_kept_by_nobody_and_what_a_visitor_reads_by_anyone(
    worker: Member, visitor: Visitor, parcels: int
) -> None:
    for address in (f"/p/{parcels}", "/recherche?insee=93010"):
        assert worker.response(address).headers["Cache-Control"] == "private, no-store"
        told = visitor.response(address)
        assert told.headers["Cache-Control"] == "public, max-age=60"
        assert "Cookie" in told.headers["Vary"]
        assert "Orienter" not in told.text
