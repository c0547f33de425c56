"""Whatever is typed of a person is kept as it can be sealed, or told beside its field."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.errors import InvalidInputs
from directory.privacy.keys import new_keyring
from directory.referrals.fields import FieldName, code_index
from directory.referrals.typed_values import typed_fields
from tests.referrals.factories import PERSON

AT = datetime.fromisoformat("2026-11-17T10:00:00+01:00")

_KEYRING = new_keyring()

#: Any signs, those of half a pair among them, and what looks nearly right.
anything = st.text(max_size=600) | st.text(
    alphabet=st.characters(categories=["Cs", "Cc", "Nd", "Zs", "Lu"]), max_size=40
)
nearly = st.sampled_from(sorted(PERSON.values())) | st.from_regex(r"\+?[0-9 .]{0,20}")


def read(values: dict[FieldName, str]) -> dict[FieldName, str] | list[str]:
    """Return the values as they are kept, or the fields at fault."""
    try:
        return typed_fields(values, at=AT)
    except InvalidInputs as refused:
        return [problem.field or "" for problem in refused.problems if problem.remedy]


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(FieldName), anything | nearly))
def test_anything_is_kept_or_told(values: dict[FieldName, str]) -> None:
    kept = read(values)
    if isinstance(kept, dict):
        assert read(kept) == kept
        assert "\x00" not in "".join(kept.values()).encode().decode()
    else:
        assert kept
        assert set(kept) <= {name.value for name in values}


@settings(deadline=None)
@given(anything)
def test_any_code_has_a_digest(code: str) -> None:
    digest = code_index(_KEYRING, organization_id=1, code=code)
    assert digest == code_index(_KEYRING, organization_id=1, code=f"  {code} ")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("06.12.34.56.78", "+33612345678"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("+212 6 12 34 56 78", "+212612345678"),
    ],
)
def test_a_number_is_read_however_it_is_spaced(typed: str, kept: str) -> None:
    assert typed_fields({FieldName.PHONE: typed}, at=AT) == {FieldName.PHONE: kept}


def test_what_is_empty_is_not_kept() -> None:
    assert typed_fields(dict.fromkeys(FieldName, " \n "), at=AT) == {}


def test_the_year_somebody_is_born_in_may_be_this_one() -> None:
    assert typed_fields({FieldName.BIRTH_YEAR: "2026"}, at=AT)
    with pytest.raises(InvalidInputs):
        typed_fields({FieldName.BIRTH_YEAR: "2027"}, at=AT)
