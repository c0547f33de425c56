"""Which server an installation sends through, and that none hears a password in clear."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from bench.post_office import HOST, PostOffice, post_office
from directory.config import Settings
from directory.errors import InvalidInput, Unavailable
from directory.outbox.folder import MailFolder
from directory.outbox.models import OutboxMessage
from directory.outbox.servers import mail_server
from directory.outbox.smtp import SmtpServer
from directory.outbox.vocabulary import Failure, NotSent
from directory.outbox.writing import write_mail
from directory.privacy.keys import new_keyring
from tests.outbox.factories import private


def named(settings: Settings, url: str) -> Settings:
    changes = {"mail_url": SecretStr(url), "mail_from": "a@b.fr", "public_url": "https://b.fr"}
    return settings.model_copy(update=changes)


def send(settings: Settings) -> None:
    message = OutboxMessage(
        id=uuid4(), kind="password_changed", recipient="awa@exemple.fr", language="fr", values={}
    )
    at = datetime(2026, 11, 17, tzinfo=UTC)
    mail = write_mail(message, settings=settings, keyring=new_keyring(), at=at)
    mail_server(settings).send(mail, id=message.id)


@pytest.mark.parametrize(
    ("url", "host", "port", "tls"),
    [
        ("smtps://nom:mot%40@mail.exemple.fr", "mail.exemple.fr", 465, "at_once"),
        ("smtp://nom:mot%40@mail.exemple.fr", "mail.exemple.fr", 587, "asked"),
        ("smtp://nom:mot%40@127.0.0.1:25?tls=none", "127.0.0.1", 25, "none"),
    ],
)
def test_a_server_is_named_by_its_address(
    settings: Settings, url: str, host: str, port: int, tls: str
) -> None:
    server = mail_server(named(settings, url))
    assert isinstance(server, SmtpServer)
    assert (server.host, server.port, server.tls) == (host, port, tls)
    assert (server.name, server.password) == ("nom", "mot@")
    assert "mot@" not in repr(server)


@pytest.mark.parametrize(
    "url",
    [
        "mail.exemple.fr",
        "http://mail.exemple.fr",
        "smtp://",
        "smtp://mail.exemple.fr:nombre",
        "smtp://mail.exemple.fr?tls=perhaps",
        "smtps://mail.exemple.fr?tls=none",
        "smtp://nom:secret@mail.exemple.fr?tls=none",
        "folder:",
    ],
)
def test_an_address_that_names_none_is_refused_and_not_repeated(
    settings: Settings, url: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        mail_server(named(settings, url))
    assert refused.value.field == "FANAL_MAIL_URL"
    assert "secret" not in f"{refused.value.message} {refused.value.remedy}"


@pytest.mark.parametrize("name", ["mail_from", "public_url"])
def test_a_missing_setting_is_named(settings: Settings, name: str) -> None:
    incomplete = named(settings, "smtps://mail.exemple.fr").model_copy(update={name: None})
    with pytest.raises(Unavailable) as missing:
        mail_server(incomplete)
    assert missing.value.field == f"FANAL_{name.upper()}"


def test_only_the_private_server_keeps_mails_without_being_told(
    settings: Settings, tmp_path: Path
) -> None:
    assert mail_server(private(settings)) == MailFolder(tmp_path / "mails")
    with pytest.raises(Unavailable):
        mail_server(settings)
    assert mail_server(named(settings, "folder:/courriels")) == MailFolder(Path("/courriels"))


def test_nothing_is_sent_to_a_server_that_offers_no_encryption(settings: Settings) -> None:
    with post_office() as office:
        url = office.url.removesuffix("?tls=none")
        with pytest.raises(NotSent) as failed:
            send(named(settings, url))
    assert failed.value.failure is Failure.NOT_LET_IN
    assert office.mails == []
    assert office.recipients == []


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody but itself vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture
def context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture(params=["smtps", "smtp"])
def encrypted(
    settings: Settings, context: ssl.SSLContext, request: pytest.FixtureRequest
) -> Iterator[tuple[Settings, PostOffice]]:
    """A server that encrypts, at once or when asked, and settings that name it."""
    with post_office(tls=context, starts_tls=request.param == "smtp") as office:
        yield named(settings, f"{request.param}://{HOST}:{office.port}"), office


def test_a_mail_goes_encrypted_to_a_server_that_shows_who_it_is(
    encrypted: tuple[Settings, PostOffice], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, office = encrypted
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    send(settings)
    assert len(office.mails) == 1
    assert office.recipients == ["rcpt TO:<awa@exemple.fr>"]


def test_a_server_that_nobody_vouches_for_gets_nothing(
    encrypted: tuple[Settings, PostOffice],
) -> None:
    settings, office = encrypted
    with pytest.raises(NotSent) as failed:
        send(settings)
    assert failed.value.failure is Failure.NOT_LET_IN
    assert office.recipients == []


def test_a_server_that_bears_another_name_gets_nothing(
    encrypted: tuple[Settings, PostOffice], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, office = encrypted
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    url = settings.mail_url.get_secret_value() if settings.mail_url else ""
    with pytest.raises(NotSent) as failed:
        send(named(settings, url.replace(HOST, "localhost")))
    assert failed.value.failure is Failure.NOT_LET_IN
    assert office.recipients == []


def test_an_encrypted_address_for_a_server_that_speaks_in_clear_is_a_wrong_setting(
    settings: Settings,
) -> None:
    with post_office() as office, pytest.raises(NotSent) as failed:
        send(named(settings, f"smtps://{HOST}:{office.port}"))
    assert failed.value.failure is Failure.NOT_LET_IN


def test_a_password_that_smtp_cannot_carry_is_a_wrong_setting(settings: Settings) -> None:
    with post_office() as office, pytest.raises(NotSent) as failed:
        send(named(settings, f"smtp://zoe:h%C3%A9@{HOST}:{office.port}?tls=none"))
    assert failed.value.failure is Failure.NOT_LET_IN
