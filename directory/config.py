"""Settings: read once from the environment, passed on as one object. `docs/settings.md` is made
from this class by `fanal settings`."""

import hashlib
import os
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from directory.paths import PACKAGE

EngineName = Literal["auto", "postgis", "portable"]

#: Where a site answers to its own machine only.
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

#: Whole numbers above nought, separated by commas.
_NUMBERS = r"^[1-9][0-9]{0,2}(,[1-9][0-9]{0,2})*$"

#: The address of a PostgreSQL database.
_DATABASE = r"^postgresql(\+psycopg)?://\S+$"

#: The address of a site, as a link begins.
_SITE = r"^(https?://\S+)?$"


def default_data_dir() -> Path:
    """Return the data folder of this checkout: one per checkout, outside of it."""
    checkout = hashlib.sha256(str(PACKAGE.parent).encode()).hexdigest()[:12]
    if os.geteuid() == 0:
        return Path("/var/lib/fanal") / checkout
    return Path.home() / ".local" / "share" / "fanal" / checkout


class Settings(BaseSettings):
    """Everything that can be set, with its default."""

    model_config = SettingsConfigDict(env_prefix="FANAL_", populate_by_name=True, extra="ignore")

    database_url: str | None = Field(
        None,
        pattern=_DATABASE,
        validation_alias="DATABASE_URL",
        description="Database of production, as the application role "
        "(`postgresql+psycopg://…`). When absent, a private PostgreSQL is started.",
    )
    migration_url: str | None = Field(
        None,
        pattern=_DATABASE,
        description="The same database as its owner, for migrations only.",
    )
    worker_url: str | None = Field(
        None,
        pattern=_DATABASE,
        description="The same database as the role of the periodic work.",
    )
    backup_url: str | None = Field(
        None,
        pattern=_DATABASE,
        description="The same database as the role that takes backups.",
    )
    admin_url: str | None = Field(
        None,
        pattern=_DATABASE,
        description="The same server as a superuser, who makes databases and reads all of them; "
        "`fanal db restore` needs it.",
    )
    backup_keep_days: int = Field(
        30,
        validation_alias="BACKUP_KEEP_DAYS",
        ge=1,
        description="Age, in days, at which the worker deletes the backups of the data folder; "
        "what was erased is in them until then. Copies taken elsewhere are yours to delete.",
    )
    data_dir: Path = Field(
        default_factory=default_data_dir,
        description="Where the private database, keys and backups lie. By default "
        "`~/.local/share/fanal/<checkout>`, or `/var/lib/fanal/<checkout>` for root.",
    )
    engine: EngineName = Field(
        "auto",
        description="Engine of the private database: `postgis`, `portable`, or `auto` "
        "(PostGIS when the machine has it). Recorded at the first start.",
    )
    host: str = Field("127.0.0.1", description="Address on which the web server listens.")
    port: int = Field(
        8000, validation_alias="PORT", ge=1, le=65535, description="Port of the web server."
    )
    web_workers: int = Field(2, ge=1, le=64, description="Processes of the web server.")
    trusted_hosts: str = Field(
        "",
        description="Names under which the site may be called, separated by commas; "
        "empty means any (private use).",
    )
    proxies: int = Field(
        0,
        ge=0,
        le=9,
        description="Reverse proxies in front of the web server, each of which adds to "
        "`X-Forwarded-For` who asked it; tries to sign in are counted by that address. With fewer "
        "in truth, anybody could name an address of their own.",
    )
    geocoder_url: str = Field(
        "https://data.geopf.fr/geocodage",
        description="Outside geocoder (Géoplateforme or any Addok); empty turns it off.",
    )
    geocoder_timeout_s: float = Field(
        3.0, gt=0, le=30, description="Longest wait for the outside geocoder, in seconds."
    )
    geocoder_patience_s: float = Field(
        0.2,
        gt=0,
        le=30,
        description="Longest wait of whoever searches for the outside geocoder, in seconds; an "
        "answer that comes later serves the next search.",
    )
    addresses_url: str = Field(
        "https://adresse.data.gouv.fr/data/ban/adresses/latest/csv",
        description="Where `fanal addresses update` fetches `adresses-XX.csv.gz`: the national "
        "address base, or a mirror of it.",
    )
    typed_address_cache_s: int = Field(
        600, ge=0, description="Life, in memory only, of the answers to typed addresses, seconds."
    )
    search_radius_m: int = Field(
        10_000, ge=100, le=50_000, description="Radius of a search that names none, in metres."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least serious level that is logged."
    )
    log_format: Literal["json", "text"] = Field(
        "json", description="`json` (one object a line) or `text` (for people)."
    )
    demonstration: bool = Field(
        True, description="Load demonstration listings at the first start of the private database."
    )
    pseudo_language: bool = Field(
        False, description="Offer the mirrored test language at `?lang=ar-XB` (development)."
    )
    components_page: bool = Field(
        False, description="Show the page of components at `/_composants` (development)."
    )
    master_keys: SecretStr | None = Field(
        None,
        description="Keys that seal what is personal (`fanal keys create` makes them). By default "
        "the file `keys/master` of the data folder, made by `fanal up`. Keep a copy elsewhere: "
        "no backup holds them.",
    )
    contact_kept_days: int = Field(
        90,
        ge=1,
        le=365,
        description="Days after the end of a request after which name, telephone, mail, message "
        "and notes are deleted; the code alone stays.",
    )
    referral_kept_days: int = Field(
        365,
        ge=1,
        le=730,
        description="Days after the end of a request after which all of it is deleted; figures "
        "without a link to it stay.",
    )
    referral_ceiling_days: int = Field(
        730,
        ge=1,
        le=730,
        description="Days after which a request is deleted whatever became of it.",
    )
    slip_kept_days: int = Field(
        90, ge=1, le=365, description="Days after which the sheets handed over are deleted."
    )
    readings_kept_days: int = Field(
        365, ge=180, le=1095, description="Days during which it is known who read which request."
    )
    audit_kept_days: int = Field(
        365, ge=180, le=1095, description="Days during which it is known who changed which row."
    )
    traces_kept_days: int = Field(
        30,
        ge=1,
        le=365,
        description="Days after which ended sign-ins and spent or expired links are deleted.",
    )
    account_kept_days: int = Field(
        365,
        ge=1,
        le=1095,
        description="Days after which an account is deleted that was closed, that left its last "
        "organisation or territory, or that nobody ever came to.",
    )
    public_url: str | None = Field(
        None,
        pattern=_SITE,
        description="Address of the site as people type it (`https://…`), for the links in mails; "
        "by default the address on which the private server listens.",
    )
    mail_url: SecretStr | None = Field(
        None,
        description="Mail server: `smtps://name:password@host:465` (TLS), `smtp://host:587` "
        "(STARTTLS, required), `smtp://host:25?tls=none` (a relay of one's own network only), or "
        "`folder:/path` (mails become files). By default, on the private server, the folder "
        "`mails` of the data folder.",
    )
    mail_from: str | None = Field(
        None, description="Address in whose name mails are sent, such as `ne-pas-repondre@…`."
    )
    mail_timeout_s: float = Field(
        10.0, gt=0, le=120, description="Longest wait for each answer of the mail server, seconds."
    )
    mail_kept_days: int = Field(
        30, ge=1, le=365, description="Days after which what is left of a mail is deleted."
    )
    login_idle_min: int = Field(
        30, ge=1, le=720, description="Minutes without a request after which a sign-in ends."
    )
    login_absolute_h: int = Field(
        12, ge=1, le=72, description="Hours after which a sign-in ends in any case."
    )
    admin_second_factor: bool = Field(
        True,
        description="Whether an admin adds a code of the telephone before anything of the "
        "administration opens; the invented accounts of the private server do without.",
    )
    referral_draft_kept_days: int = Field(
        7, ge=1, le=90, description="Days after which a request that was never sent is deleted."
    )
    referral_reminder_days: str = Field(
        "3,10",
        pattern=_NUMBERS,
        description="Days after which a service that did not answer is reminded, separated by "
        "commas.",
    )
    referral_expires_days: int = Field(
        30, ge=1, le=365, description="Days after which a request without an answer expires."
    )
    referral_urgent_reminder_h: str = Field(
        "24",
        pattern=_NUMBERS,
        description="Hours after which a service is reminded of an urgent request, separated by "
        "commas.",
    )
    referral_urgent_expires_h: int = Field(
        72, ge=1, le=720, description="Hours after which an urgent request expires."
    )
    referral_review_reminder_days: int = Field(
        10, ge=1, le=365, description="A service that looks into a request is reminded this often."
    )
    referral_review_expires_days: int = Field(
        60, ge=1, le=365, description="Days of looking into a request after which it expires."
    )
    referral_information_reminder_days: int = Field(
        2, ge=1, le=365, description="Days after which the sender is reminded of a question."
    )
    referral_information_cancels_days: int = Field(
        15, ge=1, le=365, description="Days without an answer that take the request back."
    )
    referral_waitlist_review_days: int = Field(
        30, ge=1, le=365, description="Days until a waiting list is reviewed, when none is given."
    )
    referral_waitlist_expires_days: int = Field(
        60, ge=1, le=365, description="Days after an unmet review until the request expires."
    )
    referral_outcome_after_appointment_days: int = Field(
        2, ge=0, le=365, description="Days after an appointment until its outcome is asked."
    )
    referral_outcome_asked_days: int = Field(
        15,
        ge=1,
        le=365,
        description="Days until the outcome is asked of the service when there is no appointment, "
        "and from there until it is asked of the sender.",
    )
    referral_outcome_unknown_days: int = Field(
        90,
        ge=1,
        le=365,
        description="Days after acceptance, or after the appointment, until a request closes with "
        "an unknown outcome.",
    )
    identity_for_health_kinds: bool = Field(
        False,
        description="Let names, contacts and messages be written for kinds of help that tell of "
        "health (`sante`, `pass`, `sante-mentale`, `infirmerie`). Only where the host is certified "
        "for data of health (HDS), or is the organisation itself.",
    )
    secrets_dir: Path | None = Field(
        None,
        description="Folder of secrets, one file for each setting, named as its variable in "
        "small letters (`database_url`, `fanal_master_keys`); the environment wins over it.",
    )

    @cached_property
    def is_private(self) -> bool:
        """True when the database is our own private cluster."""
        return self.database_url is None

    @property
    def may_demonstrate(self) -> bool:
        """True when invented data is wanted and misleads nobody: private database, own machine."""
        return self.demonstration and self.is_private and self.host in _LOOPBACK

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments, then the environment, then the folder of secrets if one is named.

        The folder is looked up when settings are made, not when this module is imported.
        """
        folder = os.environ.get("FANAL_SECRETS_DIR")
        if not folder:
            return init_settings, env_settings
        return init_settings, env_settings, SecretsSettingsSource(settings_cls, secrets_dir=folder)
