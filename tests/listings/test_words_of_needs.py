"""What people write of their need, and the kind of help it asks for."""

import pytest

from directory.listings.vocabulary import kinds_for_words


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("dettes", "point-conseil-budget"),
        ("facture EDF", "point-conseil-budget"),
        ("manger ce soir", "aide-alimentaire"),
        ("pas à manger pour ce soir", "aide-alimentaire"),
        ("courrier", "domiciliation"),
        ("se laver", "douche"),
        ("où dormir", "hebergement-logement"),
        ("je suis à la rue", "hebergement-logement"),
        ("mon mari me frappe", "victimes-de-violences"),
        ("enfant battu", "victimes-de-violences"),
        ("suicide", "sante-mentale"),
        ("mal aux dents", "sante"),
        ("je suis enceinte", "sante"),
        ("carte vitale", "acces-aux-droits"),
        ("carte grise", "france-services"),
        ("WC", "toilettes"),
    ],
)
def test_a_need_in_plain_words_is_understood(words: str, kind: str) -> None:
    assert kinds_for_words(words)[0].code == kind


@pytest.mark.parametrize("words", ["xyzzy", "", "  ", "!?", "de la"])
def test_words_that_mean_nothing_mean_no_kind(words: str) -> None:
    assert kinds_for_words(words) == []
