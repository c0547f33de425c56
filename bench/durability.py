"""`python -m bench.durability`: web, worker and database are killed while requests are written.

Ends with 1 when a request that was acknowledged is lost, one is there twice, or a mail is lost.
"""

import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.figures import Bar, Timings
from bench.killing import Servers, web_and_worker
from bench.post_office import PostOffice, post_office
from bench.referring import Desk, Sent, writers
from bench.report import bars_table
from directory.accounts.demonstration import PEOPLE, put_accounts
from directory.accounts.logins import begin_login
from directory.accounts.models import Account
from directory.cli.first_run import session_on, store_words_and_communes
from directory.config import Settings
from directory.imports import demonstration
from directory.listings.entries import SearchEntry
from directory.outbox.queries import count_by_state
from directory.postgres.cluster import Cluster, running
from directory.postgres.migrate import upgrade
from directory.postgres.roles import DatabaseUrls, connect
from directory.privacy.keys import new_keyring
from directory.referrals.receivers import receiver_of
from directory.web.signed_in import HOST_COOKIE

console = Console()

#: Longest wait, at the end, for the mails that are still to leave.
_PATIENCE_S = 300.0

_COUNTS = """
SELECT (SELECT count(*) FROM referral),
       (SELECT count(DISTINCT idempotency_key) FROM referral),
       (SELECT count(*) FROM referral_event WHERE step = 'send'),
       (SELECT count(*) FROM outbox_message WHERE kind = 'request_waiting')
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is in the database and in the mail boxes, against what was acknowledged."""

    acknowledged: int
    lost: int
    doubled: int
    half_made: int
    mails: int
    mails_lost: int
    #: The server had them twice, under one Message-ID: the worker died in between.
    mails_doubled: int
    refused: int

    def bars(self, kills: Counter[str]) -> list[Bar]:
        """Return the promises; a mail may be sent twice where its worker or its base was killed."""
        allowed = kills["worker"] + kills["database"]
        return [
            Bar("acknowledged requests lost", self.lost, 0, ""),
            Bar("requests made twice", self.doubled, 0, ""),
            Bar("requests without their event or their mail", self.half_made, 0, ""),
            Bar("mails lost", self.mails_lost, 0, ""),
            Bar("mails sent twice, under one Message-ID", self.mails_doubled, allowed, ""),
            Bar("answers that were no answer", self.refused, 0, ""),
        ]


@click.command()
@click.option("--kills", default=50, show_default=True, help="How many times something is killed.")
@click.option("--clients", default=8, show_default=True, help="How many write at once.")
@click.option("--seed", default=1, show_default=True, help="What decides when.")
def main(kills: int, clients: int, seed: int) -> None:
    """Kill, count, and judge."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        verdict, sent, servers = measure(folder, kills=kills, clients=clients, seed=seed)
    killed = ", ".join(f"the {name} {count} times" for name, count in servers.kills.items())
    console.print(
        f"{verdict.acknowledged:,} requests acknowledged while we killed {killed}; "
        f"{sent.in_doubt:,} tries broke off and were sent again; {verdict.mails:,} mails."
    )
    for name, seconds in servers.back_after_s.items():
        back = Timings(seconds)
        p50, longest = back.p50, back.quantile_ms(1)
        console.print(f"After the {name}: back in {p50:.0f} ms (p50), {longest:.0f} ms (longest).")
    for status, page in sent.refused[:3]:
        console.print(status, page, markup=False)
    bars = verdict.bars(servers.kills)
    console.print(bars_table(bars, judges_speed=True))
    sys.exit(0 if all(bar.holds for bar in bars) else 1)


def measure(folder: Path, *, kills: int, clients: int, seed: int) -> tuple[Verdict, Sent, Servers]:
    """Have requests written while everything is killed; return what is left of them."""
    (folder / "files").mkdir(mode=0o700)
    with running(Cluster.prepare(folder / "data")) as cluster, post_office() as office:
        urls = cluster.urls()
        upgrade(urls.owner, engine=cluster.engine)
        environment = _environment(urls, folder, office)
        with web_and_worker(environment, folder, cluster) as servers:
            desk = _desk(urls, folder, servers.port)
            with writers(desk, clients) as sent:
                servers.kill_in_turn(
                    kills, random.Random(seed), written=lambda: len(sent.acknowledged)
                )
            _wait_for_mails(urls)
            verdict = _verdict(urls, sent, office)
    return verdict, sent, servers


def _environment(urls: DatabaseUrls, folder: Path, office: PostOffice) -> dict[str, str]:
    return {
        "DATABASE_URL": urls.app,
        "FANAL_WORKER_URL": urls.worker,
        "FANAL_DATA_DIR": str(folder / "files"),
        "FANAL_MASTER_KEYS": new_keyring().as_text(),
        "FANAL_MAIL_URL": office.url,
        "FANAL_MAIL_FROM": "ne-pas-repondre@fanal.example.org",
        "FANAL_PUBLIC_URL": "https://fanal.example.org",
        "FANAL_GEOCODER_URL": "",
    }


def _desk(urls: DatabaseUrls, folder: Path, port: int) -> Desk:
    """Return an invented caseworker, signed in, and a service that is reached by mail."""
    at = datetime.now(UTC)
    store_words_and_communes(urls.app)
    with session_on(urls.app) as session:
        demonstration.load_if_empty(session, at=at)
        put_accounts(session, settings=Settings(data_dir=folder / "files"), at=at)
    with session_on(urls.app) as session:
        query = select(Account.id).where(Account.email == PEOPLE[0].email)
        account_id = session.scalars(query).one()
        token = begin_login(session, account_id=account_id, awaits_second_factor=False, at=at)
        places = session.scalars(
            select(SearchEntry.service_at_location_id)
            .distinct()
            .order_by(SearchEntry.service_at_location_id)
        )
        service_id = next(id for id in places if _is_reached_by_mail(session, id))
    return Desk(port, f"{HOST_COOKIE}={token}", service_id)


def _is_reached_by_mail(session: Session, service_id: int) -> bool:
    receiver = receiver_of(session, service_at_location_id=service_id)
    return receiver is not None and receiver.is_verified and receiver.email is not None


def _wait_for_mails(urls: DatabaseUrls) -> None:
    """Wait until nothing is left to send."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        with session_on(urls.app) as session:
            if "waiting" not in count_by_state(session):
                return
        time.sleep(0.5)


def _verdict(urls: DatabaseUrls, sent: Sent, office: PostOffice) -> Verdict:
    with connect(urls.superuser) as connection:
        counts = connection.execute(_COUNTS).fetchone() or (0, 0, 0, 0)
        referrals, keys, events, mails = counts
        stored = {row[0] for row in connection.execute("SELECT idempotency_key FROM referral")}
        ids = [str(row[0]) for row in connection.execute("SELECT id FROM outbox_message")]
    times = office.times()
    names = {name.strip("<>").partition("@")[0]: count for name, count in times.items()}
    return Verdict(
        acknowledged=len(sent.acknowledged),
        lost=len(sent.acknowledged.keys() - stored),
        doubled=referrals - keys + len(stored - sent.acknowledged.keys()),
        half_made=abs(referrals - events) + abs(referrals - mails),
        mails=len(ids),
        mails_lost=sum(names.get(id, 0) == 0 for id in ids),
        mails_doubled=sum(names.values()) - len(names),
        refused=len(sent.refused),
    )


if __name__ == "__main__":
    main()
