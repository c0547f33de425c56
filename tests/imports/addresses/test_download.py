"""Fetching a département: known hosts, a size, the rest of a broken transfer, a checksum."""

import base64
import fcntl
import hashlib
import socket
from datetime import date
from pathlib import Path

import pytest

from directory.errors import Conflict, InvalidInput, Unavailable
from directory.imports.addresses.checksums import announced_sha256, read_sha256
from directory.imports.addresses.download import Download, Limits, department_url, download
from tests.imports.addresses.server import FileServer, publishing

HERE = frozenset({"127.0.0.1"})
CONTENT = bytes(range(256)) * 4_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
NAME = "adresses-93.csv.gz"


def fetch(files: FileServer, folder: Path, **more: object) -> Download:
    options = {"allowed_hosts": HERE} | more
    return download(f"{files.url}/latest/csv/{NAME}", folder, **options)  # type: ignore[arg-type]


def test_a_file_is_fetched_as_it_is_with_its_day(tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    headers = {"Last-Modified": "Sun, 01 Nov 2026 04:00:00 GMT", "Content-Encoding": "gzip"}
    with publishing(FileServer(CONTENT, headers)) as files:
        done = fetch(files, tmp_path / "new", progress=lambda *sizes: told.append(sizes))
    assert done == Download(tmp_path / "new" / NAME, date(2026, 11, 1))
    assert done.path.read_bytes() == CONTENT
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert [path.name for path in done.path.parent.iterdir()] == [NAME]


def test_a_broken_transfer_goes_on_where_it_stopped(tmp_path: Path) -> None:
    with publishing(FileServer(CONTENT, breaks_after=400_000)) as files:
        done = fetch(files, tmp_path)
    assert done.path.read_bytes() == CONTENT
    assert files.ranges == ["", "bytes=400000-", "bytes=800000-"]


def test_another_attempt_goes_on_with_the_part_of_the_first(tmp_path: Path) -> None:
    with publishing(FileServer(CONTENT, breaks_after=200_000)) as files:
        with pytest.raises(Unavailable) as refusal:
            fetch(files, tmp_path)
        assert "reprendra" in str(refusal.value.remedy)
        assert not (tmp_path / NAME).exists()
        files.breaks_after = None
        assert fetch(files, tmp_path).path.read_bytes() == CONTENT
    assert files.ranges[-1] == "bytes=600000-"


@pytest.mark.parametrize("headers", [{"ETag": '"second"'}, {"ETag": 'W/"first"'}, {}])
def test_the_part_of_another_version_is_thrown_away(
    tmp_path: Path, headers: dict[str, str]
) -> None:
    with publishing(FileServer(b"old" * 100_000, breaks_after=90_000)) as files:
        with pytest.raises(Unavailable):
            fetch(files, tmp_path)
        files.content, files.headers, files.breaks_after = CONTENT, headers, None
        assert fetch(files, tmp_path).path.read_bytes() == CONTENT


def test_a_part_longer_than_the_file_is_thrown_away(tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.part").write_bytes(CONTENT + b"more")
    (tmp_path / f"{NAME}.part.version").write_text('"first"')
    with publishing(FileServer(CONTENT)) as files:
        assert fetch(files, tmp_path).path.read_bytes() == CONTENT


def test_a_part_nobody_knows_the_version_of_is_thrown_away(tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.part").write_bytes(b"whatever")
    with publishing(FileServer(CONTENT)) as files:
        assert fetch(files, tmp_path).path.read_bytes() == CONTENT
    assert files.ranges == [""]


def test_two_do_not_fetch_the_same_file_at_once(tmp_path: Path) -> None:
    with (tmp_path / f"{NAME}.part").open("ab") as other, publishing(FileServer(CONTENT)) as files:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(Conflict, match="déjà"):
            fetch(files, tmp_path)


def test_the_checksum_is_compared_when_one_is_known(tmp_path: Path) -> None:
    digest = base64.b64encode(hashlib.sha256(CONTENT).digest()).decode()
    with publishing(FileServer(CONTENT, {"Repr-Digest": f"sha-256=:{digest}:"})) as files:
        fetch(files, tmp_path)
        fetch(files, tmp_path, sha256=SHA256)
        with pytest.raises(InvalidInput, match="somme de contrôle"):
            fetch(files, tmp_path, sha256="0" * 64)
        files.content += b"one byte more"
        with pytest.raises(InvalidInput, match="somme de contrôle"):
            fetch(files, tmp_path / "other")
    assert list((tmp_path / "other").glob("*.gz*.part")) == []


@pytest.mark.parametrize(
    ("header", "value", "sha256"),
    [
        ("repr-digest", "md5=:x:, sha-256=:{}:", SHA256),
        ("digest", "SHA-256={}", SHA256),
        ("digest", "sha-256=not base 64", None),
        ("repr-digest", "sha-256=:AAAA:", None),
        ("content-digest", "sha-256=:{}:", None),
    ],
)
def test_the_server_may_announce_a_checksum(header: str, value: str, sha256: str | None) -> None:
    digest = base64.b64encode(hashlib.sha256(CONTENT).digest()).decode()
    assert announced_sha256({header: value.format(digest)}) == sha256


def test_a_checksum_is_read_as_it_is_copied() -> None:
    assert read_sha256(f" {SHA256.upper()}\n") == SHA256
    with pytest.raises(InvalidInput):
        read_sha256(SHA256[1:])


@pytest.mark.parametrize("status", [204, 404, 403, 500])
def test_an_error_of_the_server_is_told(tmp_path: Path, status: int) -> None:
    with publishing(FileServer(b"", status=status)) as files, pytest.raises(Unavailable) as refusal:
        fetch(files, tmp_path)
    assert "fanal addresses import" in str(refusal.value.remedy)
    assert len(files.ranges) == 1


def test_a_file_that_is_too_large_or_too_slow_is_cut(tmp_path: Path) -> None:
    with publishing(FileServer(CONTENT)) as files:
        with pytest.raises(Unavailable, match="trop gros"):
            fetch(files, tmp_path, limits=Limits(largest=10_000))
        assert (tmp_path / f"{NAME}.part").stat().st_size == 0
        with pytest.raises(Unavailable):
            fetch(files, tmp_path, limits=Limits(longest_s=0.0))


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/adresses-93.csv.gz",
        "https://adresse.data.gouv.fr.example.org/adresses-93.csv.gz",
        "https://adresse.data.gouv.fr@example.org/adresses-93.csv.gz",
        "ftp://adresse.data.gouv.fr/adresses-93.csv.gz",
        "file:///etc/passwd",
    ],
)
def test_another_host_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(InvalidInput, match="source connue"):
        download(url, tmp_path)


def test_a_redirect_is_followed_to_known_hosts_only(tmp_path: Path) -> None:
    with (
        publishing(FileServer(CONTENT)) as target,
        publishing(FileServer(b"", status=302)) as files,
    ):
        files.location = f"{target.url}/2026-11-01/{NAME}"
        assert fetch(files, tmp_path).path.read_bytes() == CONTENT
        files.location = f"http://localhost:1/{NAME}"
        with pytest.raises(InvalidInput, match="source connue"):
            fetch(files, tmp_path)
        files.location = f"{files.url}/again"
        with pytest.raises(Unavailable):
            fetch(files, tmp_path)


def test_without_a_network_the_other_way_is_told(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/{NAME}"
        with pytest.raises(Unavailable) as refusal:
            download(url, tmp_path, allowed_hosts=HERE)
    assert "fanal addresses import" in str(refusal.value.remedy)


def test_the_address_of_a_departement_is_known_from_its_code() -> None:
    base = "https://adresse.data.gouv.fr/data/ban/adresses/latest/csv"
    assert department_url(base, "2A") == f"{base}/adresses-2A.csv.gz"
    for code in ("20", "../../etc/passwd", "", "93010", "france"):
        with pytest.raises(InvalidInput, match="département"):
            department_url(base, code)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with publishing(FileServer(CONTENT)) as files, pytest.raises(Unavailable, match="écrit dans"):
        fetch(files, tmp_path / "taken" / "downloads")
