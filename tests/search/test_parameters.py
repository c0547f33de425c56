"""What an address asks is read exactly, or refused by name with a remedy."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.errors import InvalidInput, InvalidInputs
from directory.search.criteria import Cursor
from directory.search.parameters import PARAMETERS, Question, encode_cursor, read_question
from tests.factories import origin_at
from tests.places import BONDY

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)


def read(query: str, *, is_strict: bool = True) -> Question:
    pairs = parse_qsl(query, keep_blank_values=True)
    return read_question(pairs, at=NOW, is_strict=is_strict)


def refused(query: str) -> list[str | None]:
    with pytest.raises(InvalidInputs) as refusal:
        read(query)
    assert all(problem.message and problem.remedy for problem in refusal.value.problems)
    return [problem.field for problem in refusal.value.problems]


def problems_with(name: str, text: str) -> list[InvalidInput]:
    try:
        read_question([(name, text)], at=NOW)
    except InvalidInputs as refusal:
        return refusal.problems
    return []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", Question()),
        ("q=Bondy", Question(q="Bondy")),
        ("q=+Bondy+&category=", Question(q="Bondy")),
        ("lat=48.9&lon=2.48", Question(latitude=48.9, longitude=2.48)),
        ("insee=2a004", Question(insee="2A004")),
        ("q=12+rue+de+Verdun&insee=93010", Question(q="12 rue de Verdun", insee="93010")),
        ("category=repas&category=colis", Question(category=("repas", "colis"))),
        ("category=repas&category=repas", Question(category=("repas",))),
        ("radius_m=50000&limit=100", Question(radius_m=50_000, limit=100)),
        ("open_at=now", Question(open_at="now")),
        (
            "open_at=2026-11-20T14:30:00%2B01:00",
            Question(open_at=datetime(2026, 11, 20, 13, 30, tzinfo=UTC)),
        ),
        (
            "open_at=2026-11-20T14:30:00+01:00",
            Question(open_at=datetime(2026, 11, 20, 13, 30, tzinfo=UTC)),
        ),
        ("free=true&animals=1&accessible=on", Question(free=True, animals=True, accessible=True)),
        ("free=false", Question()),
        ("language=ar&language=fsl", Question(language=("ar", "fsl"))),
        ("age=0", Question(age=0)),
        ("count=exact", Question(count="exact")),
    ],
)
def test_a_question_is_read(query: str, expected: Question) -> None:
    assert read(query) == expected


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("lat=48.9", ["lon"]),
        ("lon=2.4", ["lat"]),
        ("lat=NaN&lon=2", ["lat"]),
        ("lat=inf&lon=2", ["lat"]),
        ("lat=91&lon=181", ["lat", "lon"]),
        ("radius_m=1e9", ["radius_m"]),
        ("radius_m=1000000000", ["radius_m"]),
        ("radius_m=0", ["radius_m"]),
        ("radius_m=٣٠٠٠", ["radius_m"]),
        ("limit=-1", ["limit"]),
        ("limit=101", ["limit"]),
        ("category=soupe", ["category"]),
        ("categorie=repas", ["categorie"]),
        ("audience=tout", ["audience"]),
        ("open_at=demain", ["open_at"]),
        ("open_at=2026-11-20", ["open_at"]),
        ("open_at=2026-11-20T14:30:00", ["open_at"]),
        ("open_at=0001-01-01T00:00:00%2B23:59", ["open_at"]),
        ("open_at=2036-01-01T00:00:00Z", ["open_at"]),
        ("age=121", ["age"]),
        ("free=peut-etre", ["free"]),
        ("language=le+français", ["language"]),
        ("cursor=12", ["cursor"]),
        ("insee=9301", ["insee"]),
        ("q=Bondy&lat=48.9&lon=2.4", ["lat"]),
        ("insee=93010&lat=48.9&lon=2.4", ["lat"]),
        ("q=a&q=b", ["q"]),
        ("q=%00", ["q"]),
        ("q=" + "a" * 100_000, ["q"]),
        ("limit=0&age=x&category=z", ["limit", "age", "category"]),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(query: str, fields: list[str]) -> None:
    assert refused(query) == fields


def test_a_page_leaves_names_it_does_not_know_alone() -> None:
    assert read("q=Bondy&lang=ar&utm_source=x", is_strict=False) == Question(q="Bondy")


@settings(deadline=None)
@given(st.integers(0, 10**11), st.integers(0, 2**59))
def test_a_cursor_survives_an_address(distance_mm: int, id: int) -> None:
    cursor = Cursor(distance_mm, id)

    assert read(urlencode({"cursor": encode_cursor(cursor)})).cursor == cursor


@settings(deadline=None)
@given(st.sampled_from([p.name for p in PARAMETERS]), st.text(max_size=400))
def test_any_text_is_read_or_refused_never_a_crash(name: str, text: str) -> None:
    assert all(problem.field for problem in problems_with(name, text))


def test_criteria_take_now_for_open_now() -> None:
    later = NOW + timedelta(minutes=3)

    assert read("open_at=now").criteria(origin_at(BONDY), at=later).open_at == later
