"""Boxes, doors and recipients are left out of an address, and nothing else is."""

import pytest

from directory.geocoding.delivery import from_house_number, without_boxes_and_doors


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("BP 12 93140 Bondy", "93140 Bondy"),
        ("B.P. 12 93140 Bondy", "93140 Bondy"),
        ("BP12, 93140 Bondy", "93140 Bondy"),
        ("CS 20001 35000 RENNES CEDEX 7", "35000 RENNES CEDEX 7"),
        ("CS 20 001 35042 Rennes Cedex", "35042 Rennes Cedex"),
        ("TSA 30003 93140 Bondy", "93140 Bondy"),
        ("12 rue Foch BP 40 93146 BONDY CEDEX", "12 rue Foch 93146 BONDY CEDEX"),
        ("12 rue Foch bât B appt 12 93140 Bondy", "12 rue Foch 93140 Bondy"),
        ("12 rue Foch, Bâtiment C2, 3e étage, 93140", "12 rue Foch, 93140"),
        ("12 rue Foch, 2ème étage, porte 4, Bondy", "12 rue Foch, Bondy"),
        ("12 rue Foch RDC Bondy", "12 rue Foch Bondy"),
        ("esc. A, 12 rue Foch", "12 rue Foch"),
        ("appartement n° 12, 3 rue Foch", "3 rue Foch"),
        ("12 rue de Verdun 93140 Bondy", "12 rue de Verdun 93140 Bondy"),
        ("entrée 12 rue de Verdun", "entrée 12 rue de Verdun"),
        ("Bat 12 bis avenue Foch", "Bat 12 bis avenue Foch"),
        ("3 rue de la Porte d'Aubervilliers", "3 rue de la Porte d'Aubervilliers"),
        ("3 porte de Bagnolet", "3 porte de Bagnolet"),
        ("2 place du Bureau Central", "2 place du Bureau Central"),
        ("12 rue Foch 931400 Bondy", "12 rue Foch Bondy"),
        ("12 rue Foch Bondy 0148470000", "12 rue Foch Bondy"),
        ("1 Place de la Halle Catus", "1 Place de la Halle Catus"),
        ("2 rue des Portes Blanches", "2 rue des Portes Blanches"),
        ("3 rue des Bureaux", "3 rue des Bureaux"),
        ("rue du 2e et 3e Régiment", "rue du 2e et 3e Régiment"),
        ("3 rue Foch, bat.C", "3 rue Foch"),
        ("BP", "BP"),
        ("Étables", "Étables"),
    ],
)
def test_boxes_and_doors_are_left_out(text: str, left: str) -> None:
    assert without_boxes_and_doors(text) == left


@pytest.mark.parametrize(
    ("street", "left"),
    [
        ("12 rue de Verdun", "12 rue de Verdun"),
        ("12, rue de Verdun", "12, rue de Verdun"),
        ("12 bis av gal de gaule", "12 bis av gal de gaule"),
        ("12-14 rue de Verdun", "12-14 rue de Verdun"),
        ("12 / 14 rue de Verdun", "12 / 14 rue de Verdun"),
        ("12 et 14 rue de Verdun", "12 et 14 rue de Verdun"),
        ("CCAS, 12 rue de Verdun", "12 rue de Verdun"),
        ("CCAS 12 rue de Verdun", "12 rue de Verdun"),
        ("chez M. Dupont 12 rue de Verdun", "12 rue de Verdun"),
        ("Résidence les Lilas, 12 rue de Verdun, 2e couloir", "12 rue de Verdun"),
        ("12 allée Foch - Résidence les Lilas", "12 allée Foch"),
        ("Bat 12 bis avenue Foch", "12 bis avenue Foch"),
        ("Résidence les Lilas, rue de Verdun", "rue de Verdun"),
        ("rue de Verdun, derrière la gare", "rue de Verdun"),
        ("12 Grande Rue", "12 Grande Rue"),
        ("Le Bourg", "Le Bourg"),
        ("Chez Bernard", "Chez Bernard"),
        ("rue du 8 mai 1945", "rue du 8 mai 1945"),
        ("Route nationale 7", "Route nationale 7"),
        ("", ""),
    ],
)
def test_a_street_begins_at_its_house_number(street: str, left: str) -> None:
    assert from_house_number(street) == left
