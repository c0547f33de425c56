"""What a free text seems to tell of somebody, by a table of cases."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.errors import InvalidInput
from directory.referrals.free_text import (
    MOST_CHARACTERS,
    Trace,
    clean,
    require_short,
    trace_warning,
    traces,
)

PHONE, EMAIL, NUMBER = Trace.PHONE, Trace.EMAIL, Trace.SOCIAL_SECURITY_NUMBER


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Joignable au 06 12 34 56 78 le soir.", [PHONE]),
        ("0612345678", [PHONE]),
        ("06.12.34.56.78", [PHONE]),
        ("06-12-34-56-78", [PHONE]),
        ("+33 6 12 34 56 78", [PHONE]),
        ("+33(0)6 12 34 56 78", [PHONE]),
        ("0033612345678", [PHONE]),
        ("+213 551 23 45 67", [PHONE]),
        ("Écrire à awa.diop@exemple.fr", [EMAIL]),
        ("awa @ exemple.fr", [EMAIL]),
        ("1 85 05 78 006 084 36", [NUMBER]),
        ("185057800608436", [NUMBER]),
        ("2 55 08 2A 168 025", [NUMBER]),
        ("7850578006084", [NUMBER]),
        ("185057800608436, ou 06 12 34 56 78, ou a@b.fr", [NUMBER, EMAIL, PHONE]),
        ("Vient depuis le 12/11/2026, à 3, besoin d'un colis pour 5 personnes.", []),
        ("Dossier du 2026-11-17, 1 250 euros de dettes, 93140 Bondy", []),
        ("Rendez-vous à 14 h 30, salle 0612", []),
        ("Le 115 et le 3919 ont été appelés.", []),
        ("@mairie, merci", []),
        ("", []),
    ],
)
def test_what_names_somebody_is_seen(text: str, seen: list[Trace]) -> None:
    assert traces(text) == seen


@pytest.mark.parametrize("trace", Trace)
def test_every_warning_says_what_to_do(trace: Trace) -> None:
    assert trace_warning(trace).startswith("Ce texte semble contenir")


def test_a_line_end_counts_once_as_in_the_browser() -> None:
    typed = "\r\n".join(["x" * 99] * 5)

    assert len(clean(typed)) == 499
    require_short(clean(typed), field="message")


def test_a_text_too_long_is_refused_whole() -> None:
    with pytest.raises(InvalidInput) as refused:
        require_short("x" * (MOST_CHARACTERS + 1), field="message")

    assert refused.value.field == "message"
    assert "501" in refused.value.message


@settings(deadline=None)
@given(st.text())
def test_a_clean_text_is_one_that_can_be_stored_and_stays_as_it_is(text: str) -> None:
    kept = clean(text)

    assert clean(kept) == kept
    assert "\x00" not in kept
    kept.encode()


@settings(deadline=None)
@given(st.text())
def test_no_text_is_too_odd_to_look_at(text: str) -> None:
    assert set(traces(text)) <= set(Trace)


@pytest.mark.parametrize("text", ["a" * 60_000, "1" * 60_000, "a@" + "b." * 30_000, "a@" * 30_000])
def test_a_page_pasted_into_a_note_keeps_nobody_waiting(text: str) -> None:
    started = time.process_time()
    traces(text)
    assert time.process_time() - started < 1
