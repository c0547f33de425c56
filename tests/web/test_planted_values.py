"""What is written of a person is found nowhere but where it may be read.

Values that nobody else has are planted through the forms of the two sides; then everything that
leaves the process or stays behind is searched for them: logs, a backup, mails, addresses, pages of
errors, in every coding that a program may give them.
"""

import base64
import email
import email.policy
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, quote_plus
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from directory.app import FanalApp, create_app
from directory.config import Settings
from directory.db import make_engine
from directory.postgres.backup import back_up
from directory.postgres.roles import DatabaseUrls
from directory.privacy.keys import new_keyring
from directory.privacy.scope import scoped_sessions
from directory.web.runtime import EXTENSION
from directory.web.signed_in import COOKIE
from tests.accounts.factories import make_account, make_organization, sign_in
from tests.outbox.factories import deliver, private
from tests.referrals.factories import make_service
from tests.web.conftest import TestRuntime

#: What tells who the person is, in the spellings people use, and what was written of her.
PLANTED = (
    "Zéphyrine",
    "06 39 98 71 23",
    "0639987123",
    "+33639987123",
    "zephyrine.plantee@exemple.invalid",
    "ZPL-7391",
    "phrase plantée du message",
    "phrase plantée de la question",
    "phrase plantée de la note",
)

FROM_HERE = {"Sec-Fetch-Site": "same-origin"}


def codings(text: str) -> Iterator[bytes]:
    """Yield the bytes by which a text may be written down."""
    for spelling in {text, text.lower(), text.upper(), quote(text), quote_plus(text)}:
        yield spelling.encode()
        yield spelling.encode().hex().encode()
    yield json.dumps(text)[1:-1].encode()
    yield text.encode("utf-16-le")
    yield text.encode("utf-16-be")
    yield text.encode("latin-1")
    for before in range(3):
        whole = base64.b64encode(b" " * before + text.encode())
        # Only the letters that depend on the text alone, not on what stands beside it.
        yield whole[-(-8 * before // 6) : 8 * (before + len(text.encode())) // 6]


def found_in(held: bytes) -> list[str]:
    """Return which planted values something holds, in any coding."""
    return [
        text for text in PLANTED if any(code in held for code in codings(text) if len(code) > 7)
    ]


@dataclass
class Site:
    """An application on a database of its own, and all that it said."""

    app: FanalApp
    session: Session
    settings: Settings
    urls: DatabaseUrls
    service_id: int
    team: int
    addresses: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def worker(self) -> FlaskClient:
        """Return the client of a caseworker of the team."""
        client = self.app.test_client()
        account = make_account(self.session, organization_id=self.team)
        client.set_cookie(COOKIE, sign_in(self.session, account)[0])
        self.session.commit()
        return client

    def post(self, client: FlaskClient, address: str, **values: str) -> TestResponse:
        """Send a form, and keep where it led."""
        response = client.post(address, data=values, headers=FROM_HERE)
        self.addresses += [address, response.headers.get("Location", "")]
        return response


@pytest.fixture
def site(fresh_database: DatabaseUrls, tmp_path: Path) -> Iterator[Site]:
    """A team and a verified service, committed."""
    settings = private(
        Settings(
            database_url=fresh_database.app,
            worker_url=fresh_database.worker,
            data_dir=tmp_path,
            geocoder_url="",
            master_keys=SecretStr(new_keyring().as_text()),
        )
    )
    engine = make_engine(fresh_database.app)
    app = create_app(settings)
    real = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = TestRuntime(settings, real.engine, real.sessions, real.readers)
    with scoped_sessions(engine)() as session:
        service_id = make_service(session, datetime.now(UTC))
        team = make_organization(session, "Équipe")
        session.commit()
        yield Site(app, session, settings, fresh_database, service_id, team)
    engine.dispose()
    real.dispose()


def send_request(site: Site, client: FlaskClient) -> str:
    """Fill everything in that the form takes, once wrongly and once right."""
    values = {
        "service": str(site.service_id),
        "key": str(uuid4()),
        "code": "ZPL-7391",
        "first_name": "Zéphyrine",
        "phone": "06 39 98 71 23",
        "email": "zephyrine.plantee@exemple.invalid",
        "message": "phrase plantée du message",
        "commune": "",
        "consent_language": "fr",
        "consent_form": "oral",
        "consented_on": datetime.now(UTC).date().isoformat(),
        "action": "envoyer",
    }
    wrong = site.post(client, "/orientations", **values | {"birth_year": "12"})
    assert wrong.status_code == 400
    right = site.post(client, "/orientations", **values)
    assert right.status_code == 303, right.text[:3000]
    return right.headers["Location"]


def answer_by_link(site: Site, request: str) -> None:
    """Open the link of the mail, ask, and accept."""
    mails = sorted((site.settings.data_dir / "mails").glob("*"))
    text = "".join(_text_of(mail) for mail in mails)
    address = "/reponse/" + text.split("/reponse/", 1)[1].split()[0]
    service = site.app.test_client()
    opened = site.post(service, address, etape="ouvrir")
    page = service.get(opened.headers["Location"])
    assert "ZPL-7391" in page.text
    assert "Zéphyrine" not in page.text
    question = {"ask_information-text": "phrase plantée de la question"}
    asked = site.post(service, address, etape="ask_information", version=_version(page), **question)
    assert asked.status_code == 303, asked.text[:2000]
    page = service.get(asked.headers["Location"])
    accepted = site.post(service, address, etape="accept", version=_version(page))
    assert "Zéphyrine" in service.get(accepted.headers["Location"]).text
    # Of no use to somebody who guesses: a stale form, a wrong link, a wrong address.
    for response in (
        site.post(service, address, etape="accept", version="1"),
        service.get("/reponse/" + "x" * 43),
        service.get(request + "/nulle-part"),
    ):
        site.errors.append(response.text if response.status_code == 404 else "")


def test_what_is_planted_is_found_nowhere(site: Site, tmp_path: Path) -> None:
    said = io.StringIO()
    with redirect_stdout(said):
        worker = site.worker()
        request = send_request(site, worker)
        deliver_all(site)
        answer_by_link(site, request)
        note = {"text": "phrase plantée de la note", "key": str(uuid4())}
        assert site.post(worker, request + "/notes", **note).status_code == 303
        assert "phrase plantée de la note" in worker.get(request).text
        deliver_all(site)
    backup = tmp_path / "fanal.zip"
    back_up(site.urls.backup, backup, at=datetime.now(UTC))

    assert found_in(said.getvalue().encode()) == []
    assert found_in(_members_of(backup)) == []
    assert found_in("\n".join(site.addresses).encode()) == []
    assert found_in("\n".join(site.errors).encode()) == []
    mails = list((site.settings.data_dir / "mails").glob("*"))
    assert len(mails) >= 2
    for mail in mails:
        assert found_in(mail.read_bytes() + _text_of(mail).encode()) == []


def deliver_all(site: Site) -> None:
    """Send what the outbox holds, as the worker's own role."""
    engine = make_engine(site.urls.worker)
    with scoped_sessions(engine)() as session:
        deliver(session, site.settings, datetime.now(UTC) + timedelta(minutes=1))
    engine.dispose()


@pytest.mark.parametrize("text", PLANTED)
def test_the_search_for_planted_values_finds_them(text: str) -> None:
    for held in (
        text.encode(),
        quote(text).encode(),
        text.encode("utf-16-le"),
        b"xx" + base64.b64encode(b"before " + text.encode() + b" after"),
        text.encode().hex().encode(),
        json.dumps({"x": text}).encode(),
    ):
        assert text in found_in(held)


def _version(page: TestResponse) -> str:
    return page.text.split('name="version" value="', 1)[1].split('"', 1)[0]


def _text_of(mail: Path) -> str:
    message = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
    parts = [part for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join(str(part.get_content()) for part in parts)


def _members_of(archive: Path) -> bytes:
    with zipfile.ZipFile(archive) as opened:
        return b"\n".join(opened.read(name) for name in opened.namelist())
