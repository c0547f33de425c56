"""What the comment of a row says of its hours: by appointment only, or a rhythm we cannot follow.

A comment is read clause by clause. It can only take certainty away: a slot becomes one by
appointment, or one of which nobody can tell, never one more opening.
"""

import re
from collections.abc import Iterator, Mapping
from enum import IntEnum

from directory.imports.named_times import DAY_NAMES, may_name, names_times
from directory.imports.slots import Slot
from directory.listings.vocabulary import plain


class Certainty(IntEnum):
    """How sure a slot is; of two clauses about one slot the higher is believed."""

    OPEN = 0
    BY_APPOINTMENT = 1
    UNKNOWN = 2


#: Slots by weekday, and how sure each is.
Week = Mapping[int, tuple[Slot, ...]]
Certainties = dict[tuple[int, Slot], Certainty]

_DAY = rf"(?:{'|'.join(DAY_NAMES)})s?"
_RANK = (
    r"(?:\d ?(?:er|ere|e|eme|ieme|nd|nde)|premiere?|deuxieme|second|troisieme|quatrieme|dernier)s?"
)
_CLAUSE = re.compile(
    rf"[;!?\n*]|\.(?=\s|$)|(?<=[^\W\d_])\.(?=[^\W\d_])|\s/\s|\s[-–—]\s(?!{_DAY}|\d)", re.IGNORECASE
)
_COLON_OF_CLOCK = re.compile(r"(?<=\d):(?=\d\d)")
_MONTH = "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
_DATE = re.compile(
    rf"\b(?:{_DAY} )?(?:\d{{1,2}}(?: ?er)?(?: et| au)? )+(?:{_MONTH})(?: \d{{4}})?\b"
    r"|\b\d{1,2} \d{1,2} 20\d\d\b"
)
_APPOINTMENT = re.compile(r"\b(?:r d v|rendez vous|prise de rdv|rdvs|rv)\b")
_FREE = re.compile(
    r"\b(?:(?:sur|avec) rdv )?(?:(?:avec|sur) )?(?:(?:et|ou) )?sans"
    r"(?: (?:ou|et)(?: sur| avec)?)?(?: prise de)? rdv\b"
    r"|\b(?:acces|accueil) libre\b|\blibre acces\b|\bsur le flux\b|\blibre(?! service)\b"
)
_ONLY = re.compile(
    r"\b(?:uniquement|exclusivement|seulement|imperativement)(?: \w+){0,2} rdv\b"
    r"|(?<!ainsi )\bque (?:sur|avec|par) rdv\b"
    r"|\brdv(?: \w+){0,2} (?:uniquement|exclusivement|seulement"
    r"|obligatoires?|obligatoirement|imperatif)\b(?! pour)"
)
_ON = re.compile(r"\b(?:sur|su|avec|par) rdv\b")
#: A choice, or the hours of somebody else.
_SOFT = re.compile(
    r"\b(?:possib\w*|conseill\w*|recommand\w*|privilegi\w*|prefer\w*|souhait\w*|peut|peuvent|pouvez"
    r"|pouvons|propos\w*|egalement|aussi|permanences?|domicile|visio\w*|antennes?|accompagne"
    r"|supplementaires?)\b"
    r"|\brdv pour (?!tou)"
)
_OF_OTHERS = re.compile(r"\b(?:partenaires?|passeports?|identite|cni|impots|depot)\b")
_RHYTHM = re.compile(
    rf"\b(?:im)?paires?\b|\balternance\b|\balterne\w*|\bsur (?:deux|2|trois|3|quatre|4)\b"
    rf"|\b(?:15|quinze) (?:j|jours?)\b|\bquinzaine\b|\broulement\b|\bvariables?\b"
    rf"|\b{_RANK}(?:(?: et| ou)? {_RANK})* (?:{_DAY}|sem|semaines?)\b"
    rf"|\b(?:du|par|chaque) mois\b|\bmensuel\w*|\bvacances\b|\bestival\w*|\bhiver\b"
    rf"|\b(?:en|d|l|periode|horaires?|cet) ete\b"
    rf"|\bferm(?:ee|es|ees|eture|etures|era|eront|ent|ons)\b|(?<!la )\bferme\b(?! d[eu] [a-z])"
    rf"|\bchangements?\b(?! d adresse)|\bchangent\b|\bmodifi\w*|\bexceptionnel\w*|\bprovisoire\w*"
)
_EXCEPT = re.compile(r"\b(?:sauf|excepte|hormis)\b")
#: After a comma these set a limit of their own, if they name their times.
_LIMIT = re.compile(
    r" , (?=(?:et |mais )?(?:uniquement|exclusivement|seulement|sur rdv|ferm\w*)\b([^,]*))"
)


def certainties(comment: str, week: Week) -> Certainties:
    """Return how sure each slot of a week is, once its comment is read."""
    found: Certainties = {
        (day, slot): Certainty.OPEN for day, slots in week.items() for slot in slots
    }
    for clause in _clauses(comment):
        for words, certainty in _limits(clause):
            for key in found:
                if may_name(words, *key):
                    found[key] = max(found[key], certainty)
    return found


def is_by_appointment(comment: str) -> bool:
    """Tell whether the comment says of some time or of all that one comes by appointment."""
    return any(
        certainty is Certainty.BY_APPOINTMENT
        for clause in _clauses(comment)
        for _words, certainty in _limits(clause)
    )


def _clauses(comment: str) -> Iterator[str]:
    """Yield the clauses in plain words, `rdv` for an appointment and `free` for the want of one.

    Commas stay, as a word of their own; dates of the calendar go, with the weekday they name.
    """
    comment = _COLON_OF_CLOCK.sub("h", comment).replace("(", ",").replace(")", ",")
    for part in _CLAUSE.split(comment):
        words = " , ".join(plain(piece) for piece in part.split(","))
        words = _APPOINTMENT.sub("rdv", _APPOINTMENT.sub("rdv", words))
        yield from _apart(_FREE.sub("free", _DATE.sub("date", words)))


def _apart(words: str) -> Iterator[str]:
    """Cut « uniquement sur rdv, fermé le vendredi »: the one is of every day."""
    start = 0
    for match in _LIMIT.finditer(words):
        if names_times(match[1]):
            yield words[start : match.start()]
            start = match.end()
    yield words[start:]


def _limits(clause: str) -> Iterator[tuple[str, Certainty]]:
    """Yield the words that limit some slots, and what they leave of them."""
    if _RHYTHM.search(clause):
        yield clause, Certainty.UNKNOWN
    head, exception, tail = _parted(clause)
    if exception and _ON.search(head) is None:
        yield tail, Certainty.BY_APPOINTMENT if "free" in head else Certainty.UNKNOWN
    for piece in _pieces(head):
        if _is_limited(piece):
            yield piece, Certainty.BY_APPOINTMENT


def _is_limited(words: str) -> bool:
    if _OF_OTHERS.search(words):
        return False
    return bool(_ONLY.search(words) or (_ON.search(words) and not _SOFT.search(words)))


def _parted(clause: str) -> tuple[str, bool, str]:
    found = _EXCEPT.search(clause)
    if found is None or not names_times(clause[found.end() :]):
        return clause, False, ""
    return clause[: found.start()], True, clause[found.end() :]


def _pieces(clause: str) -> list[str]:
    """Cut a clause that says both ways of coming, each with the times beside it."""
    if "free" not in clause.split() or not _ON.search(clause):
        return [clause]
    pieces: list[str] = []
    for piece in re.split(r" , | et | mais | puis ", clause):
        says = "free" in piece.split() or bool(_ON.search(piece))
        if pieces and not (says and _says(pieces[-1])):
            pieces[-1] += f" , {piece}"
        else:
            pieces.append(piece)
    return pieces


def _says(piece: str) -> bool:
    return "free" in piece.split() or bool(_ON.search(piece))
