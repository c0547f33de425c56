"""The private server: made, found again, started after every kind of crash, on both engines."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from directory.errors import Conflict, InvalidInput, Unavailable
from directory.paths import PACKAGE
from directory.postgres import roles
from directory.postgres.cluster import Cluster
from directory.postgres.engines import Programs, find_programs
from directory.postgres.geo_schema import Engine
from directory.postgres.programs import usable_by
from directory.postgres.server_user import ServerUser
from tests.fixtures.cluster import open_folder
from tests.fixtures.presence import require_engine

IS_ROOT = os.geteuid() == 0
only_root = pytest.mark.skipif(not IS_ROOT, reason="only root can act for another user")


@pytest.fixture(scope="module", params=["postgis", "portable"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine that this machine has."""
    return require_engine(request.param)


@pytest.fixture(scope="module")
def folder(engine: Engine) -> Iterator[Path]:
    """A folder for the clusters of these tests."""
    with open_folder() as made:
        yield made


@pytest.fixture
def cluster(engine: Engine, folder: Path) -> Iterator[Cluster]:
    """A running cluster, made once for each engine."""
    prepared = Cluster.prepare(folder / "data", engine, durable=False)
    prepared.start()
    yield prepared
    prepared.stop()


def ask(url: str, query: str) -> tuple[object, ...]:
    with roles.connect(url) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return tuple(row)


def server_pid(cluster: Cluster) -> int:
    return int((cluster.pgdata / "postmaster.pid").read_text().split("\n")[0])


def test_a_started_server_takes_the_application(cluster: Cluster) -> None:
    assert ask(cluster.url(roles.APP), "SELECT current_user::text") == ("fanal_app",)


def test_a_running_server_is_found_again(cluster: Cluster, engine: Engine, folder: Path) -> None:
    before = server_pid(cluster)
    again = Cluster.prepare(folder / "data", "auto", durable=False)
    again.start()
    assert again.engine == engine
    assert server_pid(again) == before


def test_a_killed_server_starts_again_with_its_rows(cluster: Cluster) -> None:
    with roles.connect(cluster.url(roles.OWNER)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS id")
    os.kill(server_pid(cluster), signal.SIGKILL)
    cluster.start()
    assert ask(cluster.url(roles.OWNER), "SELECT id FROM kept") == (1,)


def test_a_lock_with_the_number_of_another_program_is_forgotten(cluster: Cluster) -> None:
    cluster.stop()
    for lock in (cluster.pgdata / "postmaster.pid", cluster.socket_dir / ".s.PGSQL.5432.lock"):
        lock.write_text(
            f"{os.getpid()}\n{cluster.pgdata}\n1\n5432\n{cluster.socket_dir}\n\n  1 1\n"
        )
        os.chown(lock, cluster.user.uid, cluster.user.gid)
        lock.chmod(0o600)
    cluster.start()
    assert server_pid(cluster) != os.getpid()


def test_stopping_twice_is_harmless(cluster: Cluster) -> None:
    cluster.stop()
    cluster.stop()
    assert not cluster.answers()


def test_the_other_engine_is_refused_once_data_exists(cluster: Cluster, folder: Path) -> None:
    other: Engine = "portable" if cluster.engine == "postgis" else "postgis"
    with pytest.raises(Conflict, match=cluster.engine):
        Cluster.prepare(folder / "data", other)


def test_the_server_is_set_as_designed(cluster: Cluster) -> None:
    names = "synchronous_commit listen_addresses log_error_verbosity data_checksums jit TimeZone"
    with roles.connect(cluster.url(roles.APP)) as connection:
        found = [connection.execute(f"SHOW {name}").fetchone() for name in names.split()]
    assert found == [("on",), ("",), ("terse",), ("on",), ("off",), ("UTC",)]


def test_small_letters_are_found_for_capitals_with_accents(cluster: Cluster) -> None:
    assert ask(cluster.url(roles.APP), "SELECT lower('ÉÀÇŒ')") == ("éàçœ",)


def test_the_log_of_the_server_never_quotes_a_row(cluster: Cluster) -> None:
    with roles.connect(cluster.url(roles.OWNER)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS person (name text UNIQUE)")
        connection.execute("INSERT INTO person VALUES ('Zénobie') ON CONFLICT DO NOTHING")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO person VALUES ('Zénobie')")
    log = cluster.log_file.read_text()
    assert "person_name_key" in log
    assert "Zénobie" not in log


def test_only_its_owner_enters_the_socket(cluster: Cluster) -> None:
    status = cluster.socket_dir.stat()
    assert status.st_mode & 0o777 == 0o700
    assert status.st_uid == cluster.user.uid != 0


def test_a_long_path_moves_the_socket_and_works(engine: Engine, folder: Path) -> None:
    long = Cluster.prepare(folder / ("long" * 15) / ("path" * 15), engine, durable=False)
    try:
        long.start()
        assert len(os.fsencode(long.socket_dir / ".s.PGSQL.5432")) <= 107
        assert ask(long.url(roles.APP), "SELECT 1") == (1,)
        long.stop()
        if IS_ROOT:
            os.chown(long.socket_dir, 12345, 12345)
            with pytest.raises(InvalidInput, match="n'est pas à nous"):
                long.start()
    finally:
        long.stop()
        shutil.rmtree(long.socket_dir)


def test_an_interrupted_creation_is_begun_again(engine: Engine, folder: Path) -> None:
    half = folder / "interrupted" / "postgres.new"
    half.mkdir(parents=True)
    half.parent.chmod(0o711)
    (half / "PG_VERSION").write_text("15")
    made = Cluster.prepare(folder / "interrupted", engine, durable=False)
    assert (made.pgdata / "global").is_dir()
    assert not half.exists()


@only_root
def test_a_closed_folder_on_the_way_is_named(engine: Engine, folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(InvalidInput, match="closed") as refused:
        Cluster.prepare(closed / "data", engine)
    assert refused.value.field == "FANAL_DATA_DIR"
    assert "chmod" in str(refused.value.remedy)


def test_a_folder_that_cannot_be_made_is_named(engine: Engine, folder: Path) -> None:
    (folder / "file").touch()
    with pytest.raises(InvalidInput, match="file/data"):
        Cluster.prepare(folder / "file" / "data", engine)


def test_data_of_a_missing_version_says_what_to_install(engine: Engine, folder: Path) -> None:
    with pytest.raises(Unavailable, match="absent"):
        find_programs(engine, major=99)


@only_root
def test_programs_under_a_closed_home_are_copied_once(folder: Path) -> None:
    wheel = find_programs(require_engine("portable"))
    home = folder / "home"
    package = wheel.bin_dir.parent.parent
    shutil.copytree(package, home / package.name)
    for libraries in package.parent.glob(f"{package.name}.*libs"):
        shutil.copytree(libraries, home / libraries.name)
    home.chmod(0o700)
    closed = Programs(engine="portable", bin_dir=home / package.name / "pginstall/bin", major=18)
    account = pwd.getpwnam("nobody")
    user = ServerUser(name="nobody", uid=account.pw_uid, gid=account.pw_gid)
    (folder / "data").mkdir(exist_ok=True)
    first = usable_by(user, closed, folder / "data")
    made_at = first.bin_dir.stat().st_ctime_ns
    assert "PostgreSQL" in user.run(first.path("postgres"), "--version").stdout
    assert usable_by(user, closed, folder / "data") == first
    assert first.bin_dir.stat().st_ctime_ns == made_at


ORDINARY = """
import os, sys
from pathlib import Path
from directory.postgres import roles
from directory.postgres.cluster import Cluster
cluster = Cluster.prepare(Path(sys.argv[1]), sys.argv[2], durable=False)
cluster.start()
with roles.connect(cluster.url(roles.APP)) as connection:
    print(connection.execute("SELECT current_user::text").fetchone()[0], os.geteuid())
cluster.stop()
"""


def python_of_everyone(user: pwd.struct_passwd, environment: dict[str, str]) -> str | None:
    """Return a Python that this user may run with our packages, None when all are closed."""
    for python in (sys.executable, shutil.which("python3", path="/usr/bin")):
        command = [python or "", "-c", "import directory.postgres.cluster"]
        try:
            tried = subprocess.run(
                command, user=user.pw_uid, group=user.pw_gid, extra_groups=[], cwd="/",
                env=environment, capture_output=True, check=False,
            )  # fmt: skip
        except OSError:
            continue
        if tried.returncode == 0:
            return python
    return None


@only_root
def test_an_ordinary_user_has_a_server_of_their_own(engine: Engine, folder: Path) -> None:
    user = pwd.getpwnam("nobody")
    environment = {"PYTHONPATH": os.pathsep.join([str(PACKAGE.parent), *sys.path])}
    python = python_of_everyone(user, environment | {"PYTHONDONTWRITEBYTECODE": "1"})
    if python is None:
        pytest.skip("this checkout or its Python is closed to other users")
    mine = folder / "mine"
    mine.mkdir()
    os.chown(mine, user.pw_uid, user.pw_gid)
    done = subprocess.run(
        [python, "-c", ORDINARY, str(mine / "data"), engine],
        user=user.pw_uid, group=user.pw_gid, extra_groups=[], cwd="/", env=environment,
        capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert done.stdout.split() == ["fanal_app", str(user.pw_uid)], done.stderr
    assert (mine / "data").stat().st_mode & 0o777 == 0o700
