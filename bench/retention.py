"""`python -m bench.retention`: how long it takes to forget, to erase, and to verify the audit.

A hundred thousand invented requests: of half of them the contact fields are due, of the others
everything. Then each line that this left in the audit is sealed, and one byte of it altered. Ends
with 1 when a promise is broken.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from rich.console import Console
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from bench.figures import Bar
from bench.report import bars_table
from directory.config import Settings
from directory.db import make_engine
from directory.postgres.cluster import Cluster, running
from directory.postgres.migrate import upgrade
from directory.postgres.roles import connect
from directory.privacy.audit import Findings, seal_audit, verify_audit
from directory.privacy.keys import keyring, new_keyring
from directory.referrals.retention import forget_old

#: Requests of each of the two kinds.
REQUESTS = 50_000

console = Console()

_ORGANIZATION = """
INSERT INTO organization (name, sort_key, source, source_key)
VALUES ('Équipe', 'equipe', 'bench', '1') RETURNING id
"""

# As the product leaves them: a key, seven fields, two notes, four steps, a link, a figure.
_FILL = """
WITH made AS (
    INSERT INTO referral (id, kind, state, state_since, version, sender_organization_id, snapshot,
        category_code, code_index, idempotency_key, created_at, sent_at, ended_at, outcome)
    SELECT gen_random_uuid(), 'live', 'closed', :ended_at, 4, :organization_id,
        jsonb_build_object('card', repeat('x', 1500)), 'colis', sha256(number::text::bytea),
        gen_random_uuid(), :ended_at, :ended_at, :ended_at, 'helped'
    FROM generate_series(1, :requests) number
    RETURNING id
), wrapped AS (
    INSERT INTO referral_key SELECT id, sha256(id::text::bytea) || sha256('1') FROM made
), fields AS (
    INSERT INTO referral_field (referral_id, name, sealed, is_contact)
    SELECT id, name, sha256(id::text::bytea) || sha256('2'), name IN ('phone', 'email')
    FROM made, unnest(ARRAY['code', 'first_name', 'birth_year', 'language', 'phone', 'email',
        'message']) name
), notes AS (
    INSERT INTO referral_note (id, referral_id, at, is_shared, sealed)
    SELECT gen_random_uuid(), id, :ended_at, true, sha256(id::text::bytea) FROM made,
        generate_series(1, 2)
), steps AS (
    INSERT INTO referral_event (referral_id, version, at, step, to_state, actor)
    SELECT id, version, :ended_at, 'accept', 'accepted', 'receiver' FROM made,
        generate_series(1, 4) version
), links AS (
    INSERT INTO answer_link (id, referral_id, token_hash, created_at, expires_at)
    SELECT gen_random_uuid(), id, sha256(id::text::bytea), :ended_at, :ended_at FROM made
)
INSERT INTO referral_figure (id, month_on, sender_organization_id, category_code, kind, state,
    is_urgent)
SELECT id, date_trunc('month', CAST(:ended_at AS timestamptz)), :organization_id, 'colis', 'live',
    'closed', false
FROM made
"""

_LEFT = """
SELECT (SELECT count(*) FROM referral) AS referrals,
    (SELECT count(*) FROM referral_field WHERE name <> 'code') AS fields,
    (SELECT count(*) FROM referral_note) AS notes,
    (SELECT count(*) FROM audit_entry) AS lines
"""


def main() -> None:
    """Measure, and judge the promises."""
    now = datetime.now(UTC)
    settings = Settings(master_keys=SecretStr(new_keyring().as_text()))
    with database() as (worker, superuser_url):
        fill(superuser_url, now, settings)
        forgetting_s = timed(lambda: forget(worker, now, settings))
        left = ask(worker, _LEFT)
        again_s = timed(lambda: forget(worker, now, settings))
        unchanged = ask(worker, _LEFT) == left
        sealing_s = timed(lambda: seal(worker, now, settings))
        altered = left["lines"] // 2
        alter(superuser_url, altered)
        found: list[Findings] = []
        verifying_s = timed(lambda: found.append(verify(worker, now, settings)))
    console.print(
        f"{2 * REQUESTS:,} requests; forgotten in {forgetting_s:.1f} s; a second run took "
        f"{again_s:.2f} s; left: {left}; {found[0].entries:,} lines of the audit sealed in "
        f"{sealing_s:.1f} s"
    )
    bars = [
        Bar("100,000 requests forgotten, half of them whole", forgetting_s, 60, "s"),
        Bar("requests left that should be gone", left["referrals"] - REQUESTS, 0, ""),
        Bar("contact fields and notes left", left["fields"] + left["notes"], 0, ""),
        Bar("changes of a second run", 0 if unchanged else 1, 0, ""),
        Bar("audit verified", verifying_s, 30, "s"),
        Bar("altered lines not named", 0 if found[0].altered == [altered] else 1, 0, ""),
    ]
    console.print(bars_table(bars, judges_speed=True))
    sys.exit(0 if all(bar.holds for bar in bars) else 1)


def fill(superuser_url: str, now: datetime, settings: Settings) -> None:
    """Make requests that ended a day too long ago, for either delay."""
    engine = make_engine(superuser_url, pool_size=1)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        # The requests were made long ago: what the audit said of that is forgotten.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        organization_id = connection.execute(text(_ORGANIZATION)).scalar_one()
        for days in (settings.contact_kept_days, settings.referral_kept_days):
            values = {
                "requests": REQUESTS,
                "organization_id": organization_id,
                "ended_at": now - timedelta(days=days + 1),
            }
            connection.execute(text(_FILL), values)
    engine.dispose()
    with connect(superuser_url) as bare:
        bare.execute("VACUUM ANALYZE")


def forget(worker: Engine, now: datetime, settings: Settings) -> None:
    """Forget as the worker does: lot by lot, each in a transaction of its own."""
    while True:
        with Session(worker) as session, session.begin():
            if not forget_old(session, at=now, settings=settings):
                return


def seal(worker: Engine, now: datetime, settings: Settings) -> None:
    """Seal every line."""
    with Session(worker) as session, session.begin():
        seal_audit(session, at=now, settings=settings)


def verify(worker: Engine, now: datetime, settings: Settings) -> Findings:
    """Compute every seal again."""
    with Session(worker) as session:
        return verify_audit(session, keyring(settings), kept_since=now - timedelta(days=365))


def alter(superuser_url: str, line: int) -> None:
    """Change one letter of one line, as nobody should be able to."""
    with connect(superuser_url) as bare, bare.transaction():
        bare.execute("SET LOCAL session_replication_role = replica")
        bare.execute("UPDATE audit_entry SET row_id = row_id || 'x' WHERE id = %s", [line])


def ask(worker: Engine, query: str) -> dict[str, Any]:
    """Return the one row of a query."""
    with Session(worker) as session:
        return dict(session.execute(text(query)).mappings().one())


def timed(run: Callable[[], object]) -> float:
    """Return the seconds that something took."""
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


@contextmanager
def database() -> Iterator[tuple[Engine, str]]:
    """Have an empty database on a server that syncs every commit; the worker's engine on it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        with running(Cluster.prepare(folder / "data")) as cluster:
            urls = cluster.urls()
            upgrade(urls.owner, engine=cluster.engine)
            engine = make_engine(urls.worker, pool_size=1)
            yield engine, urls.superuser
            engine.dispose()


if __name__ == "__main__":
    main()
