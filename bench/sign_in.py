"""`python -m bench.sign_in`: what a refused sign-in tells of whether a name is known.

Ends with 1 when a known and an unknown name get other answers, or answers in another time.
"""

import random
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click
from flask.testing import FlaskClient
from pydantic import SecretStr
from rich.table import Table

from bench.figures import Bar, Timings
from bench.report import bars_table, console
from directory import logs
from directory.accounts.models import Account, Membership, OrganizationAccount
from directory.accounts.passwords import hash_password
from directory.app import create_app
from directory.cli.first_run import session_on
from directory.config import Settings
from directory.listings.models import Organization
from directory.postgres.cluster import Cluster, running
from directory.postgres.migrate import upgrade
from directory.privacy.keys import new_keyring

#: The longest that the median of one kind may differ from that of the other.
AT_MOST_MS = 20.0

ASKED = {"sign-in": "/connexion", "forgotten password": "/mot-de-passe/oublie"}


@click.command()
@click.option("--tries", default=100, show_default=True, help="Of each kind of name.")
@click.option("--seed", default=1, show_default=True, help="What decides their order.")
def main(tries: int, seed: int) -> None:
    """Ask for known and unknown names in turns, and compare."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        with running(Cluster.prepare(folder / "data")) as cluster:
            urls = cluster.urls()
            upgrade(urls.owner, engine=cluster.engine)
            names = _names(tries)
            _store(urls.app, names["known"])
            settings = Settings(
                database_url=urls.app,
                master_keys=SecretStr(new_keyring().as_text()),
                data_dir=folder / "files",
                log_level="error",
            )
            logs.configure(settings)
            app = create_app(settings)
            bars = [
                bar
                for what, path in ASKED.items()
                for bar in _compared(app.test_client(), what, path, names, random.Random(seed))
            ]
            app.extensions["fanal"].dispose()
    console().print(bars_table(bars, judges_speed=True))
    sys.exit(0 if all(bar.holds for bar in bars) else 1)


def _names(tries: int) -> dict[str, list[str]]:
    """Return as many names of each kind, all of one length: a longer one is another body."""
    return {
        kind: [f"{letter}{number:05}@exemple.invalid" for number in range(tries)]
        for kind, letter in (("known", "k"), ("unknown", "u"))
    }


def _store(url: str, emails: list[str]) -> None:
    """Store a team with an account for each name; one password serves all."""
    at = datetime.now(UTC)
    kept = hash_password("velours tasse orage pivert")
    with session_on(url) as session:
        team = Organization(source="bench", source_key="team", name="Team", sort_key="team")
        session.add(team)
        session.flush()
        session.add(OrganizationAccount(organization_id=team.id, departement="93", created_at=at))
        accounts = [
            Account(email=email, name="Name", password_hash=kept, created_at=at) for email in emails
        ]
        session.add_all(accounts)
        session.flush()
        session.add_all(
            Membership(
                account_id=account.id, organization_id=team.id, role="caseworker", created_at=at
            )
            for account in accounts
        )


def _compared(
    client: FlaskClient, what: str, path: str, names: dict[str, list[str]], chance: random.Random
) -> list[Bar]:
    """Return the promises of one page, and print how long each kind took."""
    asked = [(kind, email) for kind, emails in names.items() for email in emails]
    chance.shuffle(asked)
    took = {kind: Timings() for kind in names}
    answers: dict[str, set[tuple[object, ...]]] = {kind: set() for kind in names}
    # The first answers of a process read templates and hash for nobody.
    for number in range(10):
        _ask(client, path, f"w{number:05}@exemple.invalid", number)
    for number, (kind, email) in enumerate(asked):
        answers[kind].add(took[kind].time(lambda e=email, n=number: _ask(client, path, e, n)))
    table = Table(title=what, title_justify="left", box=None)
    for heading in ("", "p50 ms", "p95 ms", "tries"):
        table.add_column(heading)
    for kind, timings in took.items():
        tries = str(len(timings.seconds))
        table.add_row(kind, f"{timings.p50:.1f}", f"{timings.p95:.1f}", tries)
    console().print(table)
    known, unknown = took["known"].p50, took["unknown"].p50
    return [
        Bar(f"{what}: difference of the medians", abs(known - unknown), AT_MOST_MS, "ms"),
        Bar(f"{what}: other answers", len(answers["known"] ^ answers["unknown"]), 0, ""),
        Bar(f"{what}: kinds of answer", len(answers["known"]), 1, ""),
    ]


def _ask(client: FlaskClient, path: str, email: str, number: int) -> tuple[object, ...]:
    """Ask once, each time from another network; return what the answer tells."""
    response = client.post(
        path,
        data={"email": email, "password": "not the right one"},
        headers={"Sec-Fetch-Site": "same-origin"},
        environ_base={"REMOTE_ADDR": f"10.{number // 250}.{number % 250}.1"},
    )
    headers = sorted(f"{name}: {value}" for name, value in response.headers if name != "Date")
    return response.status_code, response.text.replace(email, "NAME"), "\n".join(headers)


if __name__ == "__main__":
    main()
