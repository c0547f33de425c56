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
        validation_alias="DATABASE_URL",
        description="Database of production, as the application role "
        "(`postgresql+psycopg://…`). When absent, a private PostgreSQL is started.",
    )
    migration_url: str | None = Field(
        None, description="The same database as its owner, for migrations only."
    )
    worker_url: str | None = Field(
        None, description="The same database as the role of the periodic work."
    )
    backup_url: str | None = Field(
        None, description="The same database as the role that takes backups."
    )
    admin_url: str | None = Field(
        None,
        description="The same server as a role that may create databases and extensions; "
        "`fanal db restore` needs it.",
    )
    backup_keep_days: int = Field(
        30,
        validation_alias="BACKUP_KEEP_DAYS",
        ge=1,
        description="Age, in days, at which `fanal db backup` deletes the backups of the data "
        "folder; what was erased is readable in them until then.",
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
    public_url: str | None = Field(
        None,
        description="Address of the site as people type it (`https://…`), for the links in mails; "
        "by default the address on which the private server listens.",
    )
    login_idle_min: int = Field(
        30, ge=1, le=720, description="Minutes without a request after which a sign-in ends."
    )
    login_absolute_h: int = Field(
        12, ge=1, le=72, description="Hours after which a sign-in ends in any case."
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
