"""`fanal keys`: the keys that seal what is personal: make them, copy them, change them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import func, select
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session, sessionmaker

from directory.config import Settings
from directory.db import make_engine, make_sessions, unit_of_work
from directory.errors import Conflict, Unavailable
from directory.i18n import gettext, ngettext
from directory.postgres.addresses import available_database
from directory.privacy.key_copies import copy_keys
from directory.privacy.keys import (
    Keyring,
    key_file,
    keyring,
    new_keyring,
    put_back,
    store_keyring,
)
from directory.privacy.rotation import SEALED, Survey, anything_sealed, seal_lot_again, survey
from directory.privacy.scope import require_every_row

#: A page under way when the new key is stored still has the former ring; none takes longer.
PAUSE_S = 5.0


@click.group()
def keys() -> None:
    """Les clés qui chiffrent ce qui est personnel : créer, copier, changer, vérifier."""


@keys.command()
@click.option("--print", "shown", is_flag=True, help="Les écrire ici, pour FANAL_MASTER_KEYS.")
@click.option("--yes", is_flag=True, help="Renoncer à ce que des clés perdues chiffrent.")
def create(shown: bool, yes: bool) -> None:
    """Créer des clés, là où il n'y en a pas encore."""
    settings = Settings()
    if shown:
        click.echo(new_keyring().as_text())
        return
    if settings.master_keys is not None or key_file(settings).exists():
        raise Conflict(
            gettext("Fanal a déjà des clés : d'autres ne liraient plus ce qui est écrit."),
            remedy=gettext("Pour en changer sans rien perdre : « fanal keys rotate »."),
        )
    if not yes and _anything_sealed(settings):
        raise Conflict(
            gettext(
                "D'autres clés chiffrent déjà des données : de nouvelles ne les ouvriraient pas."
            ),
            remedy=put_back(gettext("Pour y renoncer pour toujours, ajoutez --yes.")),
        )
    store_keyring(settings, new_keyring())
    click.echo(gettext("Les clés sont dans %(file)s.", file=key_file(settings)))
    click.echo(_copy_them())


@keys.command()
@click.argument("folder", type=click.Path(path_type=Path))
def copy(folder: Path) -> None:
    """Copier les clés dans FOLDER, hors de cette machine : aucune sauvegarde ne les contient."""
    target = copy_keys(Settings(), folder, at=datetime.now(UTC))
    click.echo(gettext("Les clés sont copiées : %(file)s", file=target))
    click.echo(gettext("Gardez-les loin des sauvegardes : ensemble, elles ouvrent tout."))


@keys.command()
@click.option("--resume", is_flag=True, help="Sans nouvelle clé : finir un changement interrompu.")
@click.option(
    "--print", "shown", is_flag=True, help="Écrire ici les clés à mettre dans FANAL_MASTER_KEYS."
)
def rotate(resume: bool, shown: bool) -> None:
    """Changer de clé, pendant que le site fonctionne ; arrêté au milieu, --resume continue."""
    settings = Settings()
    if shown:
        click.echo(keyring(settings).with_new_key().as_text())
        return
    with _alone(settings) as sessions:
        ring = keyring(settings) if resume else _put_new_key_in_force(settings)
        sealed_again, unreadable = _seal_again(sessions, settings, ring)
    click.echo(
        ngettext(
            "%(num)s valeur est chiffrée avec la nouvelle clé.",
            "%(num)s valeurs sont chiffrées avec la nouvelle clé.",
            sealed_again,
        )
    )
    _tell_unreadable(unreadable)
    click.echo(gettext("Les sauvegardes d'avant demandent encore l'ancienne clé, qui est gardée."))
    click.echo(_copy_them())


@keys.command()
def check() -> None:
    """Ouvrir tout ce que les clés chiffrent, et dire sous quelle clé."""
    settings = Settings()
    ring = keyring(settings)
    with _worker_sessions(settings) as sessions, sessions() as session:
        found = survey(session, ring)
    for key in ring.keys:
        click.echo(
            ngettext(
                "Clé %(number)s : %(num)s valeur.",
                "Clé %(number)s : %(num)s valeurs.",
                found.by_number[key.number],
                number=key.number,
            )
        )
    _tell_unreadable(found.unreadable)
    if found.unreadable:
        click.echo(put_back(), err=True)
        raise SystemExit(1)


@keys.command()
@click.option("--yes", is_flag=True, help="Confirmer.")
def prune(yes: bool) -> None:
    """Retirer les anciennes clés : les sauvegardes d'avant leur changement ne s'ouvriront plus."""
    settings = Settings()
    _require_own_file(settings)
    with _alone(settings) as sessions:
        ring = keyring(settings)
        with sessions() as session:
            _require_unused(ring, survey(session, ring))
        if not yes:
            raise Conflict(
                gettext(
                    "Ce que les sauvegardes d'avant le dernier changement de clé ont de personnel "
                    "ne se lira plus."
                ),
                remedy=gettext("Pour le vouloir vraiment, ajoutez --yes."),
            )
        _require_in_force(settings, ring)
        store_keyring(settings, ring.without_former_keys())
    click.echo(gettext("Seule la clé %(number)s reste.", number=ring.current.number))
    click.echo(_copy_them())


def _put_new_key_in_force(settings: Settings) -> Keyring:
    """Store the ring with one more key, and wait until no page has the former ring in hand."""
    _require_own_file(settings)
    ring = keyring(settings).with_new_key()
    store_keyring(settings, ring)
    time.sleep(PAUSE_S)
    return ring


def _seal_again(
    sessions: sessionmaker[Session], settings: Settings, ring: Keyring
) -> tuple[int, int]:
    """Seal everything again, lot by lot; return how many values, and how many do not open."""
    sealed_again = unreadable = 0
    for column in SEALED:
        after = None
        while True:
            _require_in_force(settings, ring)
            with unit_of_work(sessions) as session:
                lot = seal_lot_again(session, ring, column, after=after)
            if lot.last_id is None:
                break
            after = lot.last_id
            sealed_again += lot.sealed_again
            unreadable += lot.unreadable
    return sealed_again, unreadable


def _anything_sealed(settings: Settings) -> bool:
    """Tell whether a database that is there already holds what keys seal."""
    try:
        with _worker_sessions(settings) as sessions, sessions() as session:
            return anything_sealed(session)
    except (Unavailable, ProgrammingError):
        return False  # None yet, or without the tables.


def _require_own_file(settings: Settings) -> None:
    if settings.master_keys is None:
        return
    raise Conflict(
        gettext("Les clés viennent de FANAL_MASTER_KEYS : Fanal ne peut pas y écrire."),
        remedy=gettext(
            "Mettez-y ce que dit « fanal keys rotate --print », redémarrez le site et les travaux, "
            "puis lancez « fanal keys rotate --resume »."
        ),
    )


def _require_in_force(settings: Settings, ring: Keyring) -> None:
    """Stop before anything is sealed under a key that is kept nowhere any more.

    :raise Conflict: another ring was put in the place of this one.
    """
    if keyring(settings) == ring:
        return
    raise Conflict(
        gettext("Les clés ont été remplacées entre-temps : rien de plus n'est chiffré."),
        remedy=gettext("Voyez ce qui s'ouvre, « fanal keys check », puis recommencez."),
    )


def _require_unused(ring: Keyring, found: Survey) -> None:
    if set(found.by_number) <= {ring.current.number} and not found.unreadable:
        return
    raise Conflict(
        gettext("Une ancienne clé ouvre encore des valeurs."),
        remedy=gettext("Finissez d'abord : « fanal keys rotate --resume »."),
    )


def _tell_unreadable(count: int) -> None:
    if count:
        click.echo(
            ngettext(
                "%(num)s valeur ne s'ouvre avec aucune clé.",
                "%(num)s valeurs ne s'ouvrent avec aucune clé.",
                count,
            ),
            err=True,
        )


def _copy_them() -> str:
    return gettext("Copiez-les hors de cette machine : « fanal keys copy DOSSIER ».")


@contextmanager
def _alone(settings: Settings) -> Iterator[sessionmaker[Session]]:
    """Have sessions that see the rows of everyone, for one change of keys at a time.

    Two at once would each make a key of the same number: the file keeps one of them, and what the
    other sealed would open no more. So the keys are read within this block.

    :raise Conflict: another change is under way.
    """
    lock = select(func.pg_try_advisory_lock(func.hashtext("fanal.keys")))
    with _worker_sessions(settings) as sessions, sessions.kw["bind"].connect() as connection:
        # Its connection holds the lock, not a transaction: that would hold up the cleaning.
        if not connection.execution_options(isolation_level="AUTOCOMMIT").scalar(lock):
            raise Conflict(
                gettext("Un autre changement de clés est en cours."),
                remedy=gettext("Attendez sa fin, puis voyez « fanal keys check »."),
            )
        yield sessions


@contextmanager
def _worker_sessions(settings: Settings) -> Iterator[sessionmaker[Session]]:
    """Have sessions that see the rows of everyone."""
    with available_database(settings) as urls:
        engine = make_engine(urls.worker, pool_size=1)
        try:
            sessions = make_sessions(engine)
            with sessions() as session:
                require_every_row(session)
            yield sessions
        finally:
            engine.dispose()
