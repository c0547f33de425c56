"""Names made comparable: « L'Haÿ-les-Roses », « l hay les roses » and « LHAY » meet here."""

import re
import unicodedata

#: The letters of French names without their accents: most names need no more than this table.
#: What decomposition sets apart (the block of combining diacritics) is deleted.
_PLAIN: dict[int, str | None] = dict.fromkeys(range(768, 880))
_PLAIN[ord("œ")], _PLAIN[ord("æ")] = "oe", "ae"
for _accented, _plain in zip(
    "àâäáãåçéèêëîïíìñôöóòõøûüùúÿ", "aaaaaaceeeeiiiinoooooouuuuy", strict=True
):
    _PLAIN[ord(_accented)] = _plain

_WORD = re.compile(r"[a-z0-9]+")
_SLASHED = re.compile(r"\b(s|ss)\s*/\s*", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_ORDINAL = re.compile(r"\b0*([1-9]\d?)(?:er|ere|e|eme|ieme|em|nd|nde|d)?\b")
_ARRONDISSEMENT = re.compile(r"\b(?:arrondissements?|arrondt|arrdt|arrt|ardt|arr)\b")
_NUMBER_FIRST = re.compile(r"^(\d{1,2}) (?:(?:a|de) )?(paris|lyon|marseille)$")
_ARTICLE = re.compile(r"(?:l|le|la|les) (?=\S)")

#: Only spellings that mean one thing in the name of a commune.
_ABBREVIATIONS = {
    "st": "saint",
    "ste": "sainte",
    "sts": "saints",
    "stes": "saintes",
    "mt": "mont",
    "nd": "notre dame",
    "fd": "ferrand",
}


def fold(text: str) -> str:
    """Return the words of a text in unaccented lower case, one space apart.

    Hyphens, apostrophes, signs and letters of other scripts vanish; « St » becomes « saint » and
    « s/ » becomes « sur ». Folding twice changes nothing more.
    """
    if "/" in text:
        text = _SLASHED.sub(lambda found: "sur " if len(found[1]) == 1 else "sous ", text)
    text = text.casefold()
    if not text.isascii():
        text = text.translate(_PLAIN)
    if not text.isascii():
        # Decomposing can bring capitals forth again (superscript and full-width letters).
        text = unicodedata.normalize("NFKD", text).casefold().translate(_PLAIN)
    words = _WORD.findall(text)
    if not _ABBREVIATIONS.keys().isdisjoint(words):
        words = [_ABBREVIATIONS.get(word, word) for word in words]
    return " ".join(words)


def place_key(text: str) -> str:
    """Return the folded name by which a place is indexed: « Paris 18e Arrondissement » and
    « 18e Paris » both give « paris 18 »."""
    folded = fold(text)
    if _DIGIT.search(folded):
        folded = " ".join(_ORDINAL.sub(r"\1", _ARRONDISSEMENT.sub(" ", folded)).split())
        folded = _NUMBER_FIRST.sub(r"\2 \1", folded)
    return folded


def without_article(key: str) -> str:
    """Return a key without its leading article: « le havre » gives « havre »."""
    return _ARTICLE.sub("", key, count=1) if _ARTICLE.match(key) else key


def speaks_of_arrondissement(folded: str) -> bool:
    """True when the text says « arrondissement » in one of its spellings."""
    return _ARRONDISSEMENT.search(folded) is not None
