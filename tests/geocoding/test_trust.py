"""Which addresses found are believed."""

from dataclasses import replace

import pytest

from directory.geo import Position
from directory.geocoding import AddressMatch, Precision
from directory.geocoding.trust import Verdict, best_match, is_near_box, is_placeholder, judge
from directory.territories import Box, Commune
from tests.geocoding.back_ends import VERDUN
from tests.territories.places import BONDY, GAZETTEER, LYON_3, PARIS, PARIS_18, SAINT_DENIS_93

MONTMARTRE = replace(VERDUN, citycode="75118", position=Position(48.886, 2.343))


@pytest.mark.parametrize(
    ("match", "commune", "verdict"),
    [
        (VERDUN, BONDY, Verdict.ACCEPT),
        (replace(VERDUN, score=0.8), BONDY, Verdict.ACCEPT),
        (replace(VERDUN, score=0.79), BONDY, Verdict.REVIEW),
        (replace(VERDUN, score=0.5), BONDY, Verdict.REVIEW),
        (replace(VERDUN, score=0.49), BONDY, Verdict.REFUSE),
        (replace(VERDUN, type=Precision.STREET), BONDY, Verdict.ACCEPT),
        (replace(VERDUN, type=Precision.MUNICIPALITY), BONDY, Verdict.REFUSE),
        (replace(VERDUN, citycode="93066"), BONDY, Verdict.REFUSE),
        (replace(VERDUN, citycode="75010"), BONDY, Verdict.ACCEPT),
        (replace(VERDUN, citycode=""), BONDY, Verdict.REFUSE),
        (replace(VERDUN, position=Position(0, 0)), BONDY, Verdict.REFUSE),
        (replace(VERDUN, position=Position(46.227638, 2.213749)), BONDY, Verdict.REFUSE),
        (replace(VERDUN, position=Position(48.95, 2.48)), BONDY, Verdict.REFUSE),
        (replace(VERDUN, position=Position(48.93, 2.48)), BONDY, Verdict.ACCEPT),
        (MONTMARTRE, PARIS, Verdict.ACCEPT),
        (MONTMARTRE, PARIS_18, Verdict.ACCEPT),
        (replace(MONTMARTRE, citycode="75056"), PARIS_18, Verdict.ACCEPT),
        (replace(MONTMARTRE, citycode="69383"), PARIS_18, Verdict.REFUSE),
        (replace(VERDUN, citycode="93059", position=Position(48.96, 2.36)), SAINT_DENIS_93,
         Verdict.ACCEPT),
    ],
)  # fmt: skip
def test_an_address_is_judged(match: AddressMatch, commune: Commune, verdict: Verdict) -> None:
    assert judge(match, commune, GAZETTEER) is verdict


def test_the_best_believable_address_is_kept() -> None:
    elsewhere = replace(VERDUN, score=0.99, citycode="69383")
    weaker = replace(VERDUN, score=0.85)
    found = best_match([weaker, elsewhere, VERDUN], BONDY, GAZETTEER)
    assert found == (VERDUN, Verdict.ACCEPT)
    assert best_match([elsewhere], BONDY, GAZETTEER) is None


def test_a_commune_without_a_box_refuses_nothing() -> None:
    assert LYON_3.box is None
    assert is_near_box(Position(0, 0), LYON_3.box)


@pytest.mark.parametrize(
    ("position", "is_near"),
    [
        (Position(48.919, 2.485), True),
        (Position(48.902, 2.526), True),
        (Position(48.902, 2.530), False),
        (Position(48.940, 2.485), False),
    ],
)
def test_the_margin_is_two_kilometres_in_every_direction(position: Position, is_near: bool) -> None:
    box = Box(south=48.89, west=2.46, north=48.92, east=2.5)

    assert is_near_box(position, box) is is_near


def test_a_true_point_near_a_placeholder_is_believed() -> None:
    assert is_placeholder(Position(46.227638, 2.213749))
    assert not is_placeholder(Position(46.2277, 2.2137))
