"""Street names made comparable: « AV. du Gal de Gaulle » and « Avenue du Général de Gaulle » meet.

The same words are made of what is typed and of what is loaded, so a reading that is wrong twice
still finds its street.
"""

import re

from directory.territories.words import fold

#: Words for a kind of way, each with how people and registers shorten it.
_KINDS = {
    "allee": "all allees alle",
    "avenue": "av ave aven",
    "boulevard": "bd bld blvd boul bvd",
    "chaussee": "chee chs",
    "chemin": "ch che chem chm",
    "cite": "",
    "clos": "",
    "cour": "",
    "cours": "crs",
    "domaine": "dom",
    "esplanade": "esp",
    "faubourg": "fg fbg",
    "galerie": "",
    "hameau": "ham",
    "impasse": "imp",
    "lieudit": "ld",
    "lotissement": "lot",
    "mail": "",
    "montee": "mte",
    "parc": "",
    "parvis": "pvs",
    "passage": "pas pass psg",
    "passerelle": "",
    "place": "pl plce",
    "placette": "",
    "pont": "",
    "port": "",
    "promenade": "prom",
    "quai": "qu",
    "quartier": "qua",
    "residence": "res",
    "rocade": "",
    "rond point": "rpt rdpt rp",
    "route": "rte",
    "rue": "r ru",
    "ruelle": "rle",
    "sente": "",
    "sentier": "sen sent",
    "square": "sq",
    "terrasse": "",
    "traverse": "tra trav",
    "venelle": "ven",
    "villa": "vla",
    "voie": "",
    "zone": "",
}

#: Words within a name that are shortened wherever they stand.
_SHORT = {
    "abbe": "ab",
    "adjudant": "adj adjt",
    "amiral": "al amal",
    "capitaine": "cap cne",
    "chemin": "che chem",
    "colonel": "col",
    "commandant": "cdt cmdt",
    "docteur": "dr doct",
    "general": "gal gen gnl",
    "lieutenant": "lt lieut",
    "madame": "mme",
    "mademoiselle": "mlle",
    "maitre": "me",
    "marechal": "mal mar mchal",
    "monseigneur": "mgr",
    "president": "pdt pres prdt",
    "professeur": "pr prof",
    "sergent": "sgt",
    "faubourg": "fg fbg",
    "vieux": "vx",
    "grand": "gd",
    "grande": "gde",
    "petit": "pt",
    "petite": "pte",
    "republique": "rep",
    "premier": "1er",
    "premiere": "1ere",
}

_NUMBERS = tuple(
    """
    un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize
    """.split()  # noqa: SIM905 - sixteen words in quotes would hide the list
)

#: Words that tell streets apart badly: left out of both sides.
_CONNECTORS = frozenset(
    "a au aux d de des du en et l la le les lez sous sur".split()  # noqa: SIM905
)

_KIND_OF = {short: kind for kind, shorts in _KINDS.items() for short in shorts.split()}
_WORD_OF = {short: word for word, shorts in _SHORT.items() for short in shorts.split()}
_DIGITS_OF = {word: str(value) for value, word in enumerate(_NUMBERS, 1)} | {
    "premier": "1",
    "premiere": "1",
    "vingt": "20",
    "trente": "30",
    "deuxieme": "2",
    "second": "2",
    "seconde": "2",
    "troisieme": "3",
    "quatrieme": "4",
    "cinquieme": "5",
}
_ORDINAL = re.compile(r"(\d{1,4})(?:er|ere|e|eme|ieme|nd|nde)")
#: What kings and popes are called by, at the end of a name: « François Ier », « Jean XXIII ».
_ROMANS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv",
           "xv", "xvi", "xvii", "xviii", "xix", "xx", "xxi", "xxii", "xxiii")  # fmt: skip
_NUMBER_OF_ROMAN = {roman: str(value) for value, roman in enumerate(_ROMANS, 1)} | {"ier": "1"}
#: While it is typed it rather begins a word: « Jean Vi » is Vilar.
_MAY_BEGIN_A_WORD = frozenset(("i", "v", "x", "vi"))
#: What follows « dix » in one number: « dix-neuf mars ».
_AFTER_TEN = {"sept": "17", "huit": "18", "neuf": "19"}

KINDS = frozenset(_KINDS)


def street_words(text: str, *, is_unfinished: bool = False) -> tuple[str, ...]:
    """Return the words of a street by which it is compared, in the order written.

    Folded; the kind of way and titles in full, numbers in digits, connectors left out. A Roman
    numeral counts as a number at the end of a name: « François Ier », not « rue Vi ».
    `rond point` is two words. With `is_unfinished` the last word stays as it is: « mar » may
    become « Marne ».
    """
    words = fold(text.replace("°", " ")).split()
    last = words[-1:] if is_unfinished else []
    full = _in_digits(_in_full(words[: len(words) - len(last)])) + last
    kept = tuple(word for word in full if word not in _CONNECTORS)
    return _with_rank(kept, is_unfinished=is_unfinished)


def street_key(text: str) -> str:
    """Return `street_words` with a space between: equal for two spellings of one name."""
    return " ".join(street_words(text))


def kind_and_name(words: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
    """Cut the kind of way from the words of a street; None when it begins with none.

    A street that has nothing but a kind (« Le Mail ») keeps it as its name.
    """
    if len(words) > 2 and " ".join(words[:2]) in KINDS:
        return " ".join(words[:2]), words[2:]
    if len(words) > 1 and words[0] in KINDS:
        return words[0], words[1:]
    return None, words


def is_kind_word(word: str) -> bool:
    """Say whether a folded word is a kind of way, in full or shortened."""
    return word in KINDS or word in _KIND_OF


def _in_full(words: list[str]) -> list[str]:
    full: list[str] = []
    for at, word in enumerate(words):
        if at == 0 and len(words) > 1 and word in _KIND_OF:
            full += _KIND_OF[word].split()
        elif at == 0 and word == "rd" and words[1:2] in (["pt"], ["point"]):
            full.append("rond")
        elif at == 1 and word == "pt" and full == ["rond"]:
            full.append("point")
        elif at == 0 and word.endswith("s") and word[:-1] in KINDS and len(words) > 1:
            full.append(word[:-1])
        else:
            full.append(_WORD_OF.get(word, word))
    return full


def _in_digits(words: list[str]) -> list[str]:
    """Write numbers in digits: « onze novembre » and « 11 novembre » are one name."""
    written: list[str] = []
    for word in words:
        if written[-1:] == ["10"] and word in _AFTER_TEN:
            written[-1] = _AFTER_TEN[word]
        else:
            ordinal = _ORDINAL.fullmatch(word)
            written.append(ordinal[1] if ordinal else _DIGITS_OF.get(word, word))
    return written


def _with_rank(words: tuple[str, ...], *, is_unfinished: bool) -> tuple[str, ...]:
    """Write the rank that a name ends with in digits: « Henri IV », « François Ier »."""
    if not words or (is_unfinished and words[-1] in _MAY_BEGIN_A_WORD):
        return words
    ordinal = _ORDINAL.fullmatch(words[-1])
    if ordinal:
        return (*words[:-1], ordinal[1])
    number = _NUMBER_OF_ROMAN.get(words[-1])
    _, name = kind_and_name(words)
    return (*words[:-1], number) if number and len(name) > 1 else words
