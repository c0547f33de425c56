"""What is sealed opens with its key, in its place, unaltered; and not otherwise."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.privacy.sealing import CannotUnseal, Key, Place, key_number, new_key, seal, unseal

VALUES = st.binary(max_size=200)
#: Names as code writes them; an identifier may be anything.
NAMES = st.from_regex(r"[a-z_]{1,20}", fullmatch=True)
PLACES = st.builds(Place, table=NAMES, column=NAMES, row_id=st.text(min_size=1, max_size=40))
KEYS = st.builds(Key, number=st.integers(0, 255), secret=st.binary(min_size=32, max_size=32))


@settings(deadline=None)
@given(key=KEYS, value=VALUES, place=PLACES)
def test_what_is_sealed_opens_in_its_place(key: Key, value: bytes, place: Place) -> None:
    assert unseal(key, seal(key, value, place=place), place=place) == value


@settings(deadline=None)
@given(key=KEYS, value=VALUES, place=PLACES, other=PLACES)
def test_moved_to_another_row_or_column_it_does_not_open(
    key: Key, value: bytes, place: Place, other: Place
) -> None:
    sealed = seal(key, value, place=place)
    if other == place:
        return
    with pytest.raises(CannotUnseal):
        unseal(key, sealed, place=other)


@settings(deadline=None)
@given(key=KEYS, other=KEYS, value=VALUES, place=PLACES)
def test_another_key_does_not_open_it(key: Key, other: Key, value: bytes, place: Place) -> None:
    if other.secret == key.secret:
        return
    with pytest.raises(CannotUnseal):
        unseal(Key(key.number, other.secret), seal(key, value, place=place), place=place)


@settings(deadline=None)
@given(key=KEYS, value=VALUES, place=PLACES, data=st.data())
def test_one_altered_byte_and_it_does_not_open(
    key: Key, value: bytes, place: Place, data: st.DataObject
) -> None:
    sealed = bytearray(seal(key, value, place=place))
    position = data.draw(st.integers(0, len(sealed) - 1))
    sealed[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CannotUnseal):
        unseal(key, bytes(sealed), place=place)


@settings(deadline=None)
@given(key=KEYS, value=VALUES, place=PLACES, data=st.data())
def test_cut_short_it_does_not_open(
    key: Key, value: bytes, place: Place, data: st.DataObject
) -> None:
    sealed = seal(key, value, place=place)
    shorter = sealed[: data.draw(st.integers(0, len(sealed) - 1))]
    with pytest.raises(CannotUnseal):
        unseal(key, shorter, place=place)


@settings(deadline=None)
@given(value=VALUES, place=PLACES)
def test_the_same_value_never_looks_the_same(value: bytes, place: Place) -> None:
    key = new_key()

    assert seal(key, value, place=place) != seal(key, value, place=place)


def test_a_sealed_value_names_its_key_and_takes_29_bytes_more() -> None:
    sealed = seal(new_key(7), b"Awa", place=Place("referral_field", "sealed", "1"))

    assert key_number(sealed) == 7
    assert len(sealed) == 3 + 29


def test_a_key_never_shows_itself() -> None:
    key = Key(1, b"\x01" * 32)

    assert "\\x01" not in f"{key!r} {key}"
