"""Many addresses asked together: in lots, in their order, never outside the stated commune."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from directory.errors import Unavailable
from directory.geo import Position
from directory.geocoding import AddressMatch, AddressQuestion
from directory.geocoding.asking import Answer
from directory.geocoding.batch import LOT, StatedAddress, ask_many, street_in
from directory.territories import Commune
from tests.geocoding.back_ends import VERDUN, Silence, WrittenTable
from tests.territories.places import BONDY, GAZETTEER, SAINT_DENIS_93


@dataclass
class Numbered(WrittenTable):
    """Answers each question with its own text as the label, and remembers the size of each lot."""

    lots: Sequence[int] = ()

    def batch(self, questions: Sequence[AddressQuestion]) -> list[AddressMatch | None]:
        self.lots = [*self.lots, len(questions)]
        return [replace(VERDUN, label=question.text) for question in questions]


class SilentInSecondLot(Numbered):
    """A service that stops answering after the first lot."""

    def batch(self, questions: Sequence[AddressQuestion]) -> list[AddressMatch | None]:
        if self.lots:
            raise Unavailable("silence")
        return super().batch(questions)


def asked(
    *streets: str, commune: Commune = BONDY, back_ends: Sequence[WrittenTable]
) -> list[Answer]:
    return ask_many([StatedAddress(street, commune) for street in streets], GAZETTEER, back_ends)


def labels(answers: list[Answer]) -> list[str | None]:
    return [answer.found.match.label if answer.found else None for answer in answers]


def test_answers_come_in_the_order_asked_whatever_the_lots() -> None:
    table = Numbered()
    streets = [f"{number} rue de Verdun" for number in range(2 * LOT + 1)]
    assert labels(asked(*streets, back_ends=[table])) == streets
    assert table.lots == [LOT, LOT, 1]


def test_the_next_source_is_asked_only_for_what_the_first_did_not_find() -> None:
    nothing, table = WrittenTable(matches=()), Numbered(name="second")
    answers = asked("1 rue A", "2 rue B", back_ends=[nothing, table, Silence()])
    assert [answer.found.source for answer in answers if answer.found] == ["second", "second"]
    assert table.lots == [2]


def test_an_address_of_another_commune_is_no_answer() -> None:
    elsewhere = WrittenTable([replace(VERDUN, citycode="93066", score=1)])
    (answer,) = asked("12 rue de Verdun", back_ends=[elsewhere])
    assert answer == Answer(None, was_answered=True)


@pytest.mark.parametrize(
    ("score", "is_found", "needs_review"),
    [(0.8, True, False), (0.79, True, True), (0.5, True, True), (0.49, False, False)],
)
def test_the_score_decides(score: float, is_found: bool, needs_review: bool) -> None:
    (answer,) = asked("x", back_ends=[WrittenTable([replace(VERDUN, score=score)])])
    assert (answer.found is not None) is is_found
    assert bool(answer.found and answer.found.needs_review) is needs_review


def test_a_source_that_falls_silent_loses_only_the_lots_it_did_not_answer() -> None:
    streets = [f"{number} rue de Verdun" for number in range(LOT + 3)]
    answers = asked(*streets, back_ends=[SilentInSecondLot()])
    assert labels(answers) == [*streets[:LOT], None, None, None]
    assert [answer.was_answered for answer in answers[LOT - 1 :]] == [True, False, False, False]


def test_an_outside_service_that_misses_one_question_loses_only_that_one() -> None:
    @dataclass
    class Absent(Numbered):
        is_outside: bool = True

        def search(self, text: str, **asked: object) -> list[AddressMatch]:
            if text == "2 rue B":
                raise Unavailable("late")
            return [replace(VERDUN, label=text)]

    answers = asked("1 rue A", "2 rue B", "3 rue C", back_ends=[Absent()])
    assert labels(answers) == ["1 rue A", None, "3 rue C"]
    assert [answer.was_answered for answer in answers] == [True, False, True]


def test_nothing_found_is_no_answer_while_a_source_is_silent() -> None:
    (answer,) = asked("1 rue A", back_ends=[WrittenTable(matches=()), Silence()])
    assert answer == Answer(None, was_answered=False)


def test_two_streets_of_one_name_in_a_commune_that_merged_are_to_be_reviewed() -> None:
    one = replace(VERDUN, citycode="93066", position=Position(48.926, 2.366))
    other = replace(one, position=Position(48.945, 2.366), label="the same in Pierrefitte")
    (answer,) = asked("12 rue X", commune=SAINT_DENIS_93, back_ends=[WrittenTable([one, other])])
    assert answer.found
    assert answer.found.needs_review


def test_only_a_postal_code_of_the_commune_is_told() -> None:
    """A CEDEX would put the right street behind others."""

    class Remembering(WrittenTable):
        def batch(self, questions: Sequence[AddressQuestion]) -> list[AddressMatch | None]:
            self.asked = [(question.text, question.postcode) for question in questions]
            return [None for _ in questions]

    table = Remembering()
    addresses = [StatedAddress("x", BONDY, "93140"), StatedAddress("y", BONDY, "93145")]
    ask_many(addresses, GAZETTEER, [table])
    assert table.asked == [("x", "93140"), ("y", None)]


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("12 rue de Verdun", "12 rue de Verdun"),
        ("12 rue de Verdun, 93140 Bondy", "12 rue de Verdun"),
        ("12 rue de Verdun Bondy", "12 rue de Verdun"),
        ("93140 Bondy, 12 rue de Verdun", "12 rue de Verdun"),
        ("12\nrue de   Verdun ", "12 rue de Verdun"),
        ("3 rue de Paris", "3 rue de Paris"),
        ("3 rue Lepic, 75018 Paris", "3 rue Lepic, 75018 Paris"),
    ],
)
def test_only_the_stated_commune_is_cut_from_its_address(text: str, street: str) -> None:
    assert street_in(text, BONDY, GAZETTEER) == street
