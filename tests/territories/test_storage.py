"""The table of communes: filled, filled again, and read back into a gazetteer."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from directory.errors import Conflict, Unavailable
from directory.territories import Commune
from directory.territories.actions import load_bundled_if_empty, replace_communes
from directory.territories.queries import (
    current_source,
    current_version,
    load_gazetteer,
    stored_communes,
)
from directory.territories.sources import Source
from tests.territories.places import AJACCIO, BONDY, PARIS, PARIS_18, SOME_COMMUNES

OURS = Source("essai.csv", "Licence Ouverte 2.0", "0" * 64)


def test_communes_come_back_as_they_went_in(owner_session: Session, at: datetime) -> None:
    done = replace_communes(owner_session, SOME_COMMUNES, source=OURS, at=at)
    assert done.added == len(SOME_COMMUNES)
    assert {c.insee_code: c for c in stored_communes(owner_session)} == {
        c.insee_code: c for c in SOME_COMMUNES
    }


def test_signs_that_mean_something_to_the_database_are_kept(
    owner_session: Session, at: datetime
) -> None:
    odd = replace(BONDY, name="L'\\N\t%s", former_names=('a"b', "c,d {e}", "f\\g", "NULL"))
    replace_communes(owner_session, [odd], source=OURS, at=at)
    assert list(stored_communes(owner_session)) == [odd]


def test_a_second_load_changes_no_row_but_is_noted(owner_session: Session, at: datetime) -> None:
    replace_communes(owner_session, SOME_COMMUNES, source=OURS, at=at)
    first = current_version(owner_session)
    again = replace_communes(owner_session, SOME_COMMUNES, source=OURS, at=at)
    assert (again.added, again.changed, again.removed) == (0, 0, 0)
    assert again.unchanged == len(SOME_COMMUNES)
    assert first is not None
    assert (current_version(owner_session) or 0) > first


def test_only_the_rows_that_differ_are_counted(owner_session: Session, at: datetime) -> None:
    replace_communes(owner_session, [BONDY, PARIS, PARIS_18], source=OURS, at=at)
    grown = replace(BONDY, population=60_000)
    done = replace_communes(
        owner_session, [grown, PARIS, AJACCIO], source=OURS, at=at, accept_fewer=True
    )
    assert (done.added, done.changed, done.removed, done.unchanged) == (1, 1, 1, 1)
    kept = {c.insee_code: c for c in stored_communes(owner_session)}
    assert kept[BONDY.insee_code].population == 60_000
    assert PARIS_18.insee_code not in kept


def test_a_table_that_lost_many_communes_is_refused(owner_session: Session, at: datetime) -> None:
    replace_communes(owner_session, SOME_COMMUNES, source=OURS, at=at)
    with pytest.raises(Conflict, match="incomplet"):
        replace_communes(owner_session, [BONDY], source=OURS, at=at)


def test_an_empty_table_says_how_to_fill_it(session: Session) -> None:
    with pytest.raises(Unavailable) as refusal:
        load_gazetteer(session)
    assert "fanal territories import" in str(refusal.value.remedy)


def test_the_bundled_table_fills_an_empty_database_once(
    owner_session: Session, at: datetime
) -> None:
    done = load_bundled_if_empty(owner_session, at=at)
    assert done is not None
    assert done.added > 34_000
    assert load_bundled_if_empty(owner_session, at=at) is None
    source = current_source(owner_session)
    assert source is not None
    assert (source.name, source.loaded_at) == ("bundled", at)
    gazetteer: list[Commune | None] = [load_gazetteer(owner_session).by_insee("93010")]
    assert gazetteer[0] is not None
    assert gazetteer[0].name == "Bondy"
