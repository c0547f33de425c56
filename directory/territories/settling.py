"""When a text means one commune, and when the person has to choose."""

from collections.abc import Sequence

from directory.territories.matches import PlaceMatch, Reason

#: A homonym with at least this share of the largest one's population has to be chosen.
SHARE_OF_A_RIVAL = 0.1

_CODES = frozenset({Reason.POSTAL_CODE, Reason.INSEE_CODE, Reason.FORMER_CODE})
_LESS_LIKELY = frozenset({Reason.BEGINNING, Reason.WITHIN_AREA})
_NAMES = frozenset({Reason.NAME, Reason.NAME_WITHOUT_ARTICLE, Reason.FORMER_NAME})


def settled(choices: Sequence[PlaceMatch]) -> PlaceMatch | None:
    """Return the match that stands for all of the choices, or None when one has to choose."""
    if not choices:
        return None
    best = choices[0]
    if best.reason in _CODES:
        return best if _is_settled_code(choices) else None
    if best.reason in _NAMES:
        return best if _is_settled_name(best, choices[1:]) else None
    return _outweighing(choices)


def exactly_named(matches: Sequence[PlaceMatch]) -> list[PlaceMatch]:
    """Return the matches of the exact name when there is one, else all of them."""
    named = [match for match in matches if match.reason in _NAMES]
    return named or list(matches)


def worth_offering(choices: Sequence[PlaceMatch]) -> tuple[PlaceMatch, ...]:
    """Return the choices without the larger ones that nobody who types this name means.

    « Saint-Denis » leaves out Saint-Denis-en-Val; « Saint-Ouen » keeps Saint-Ouen-sur-Seine, which
    has far more inhabitants than the communes of exactly that name.
    """
    if not choices or choices[0].reason not in _CODES | _NAMES:
        return tuple(choices)
    bar = choices[0].commune.population or 0
    return tuple(
        match
        for match in choices
        if match.reason not in _LESS_LIKELY or (match.commune.population or 0) > bar
    )


def _is_settled_code(choices: Sequence[PlaceMatch]) -> bool:
    """One commune has the code, and no name was typed that says otherwise."""
    best = choices[0]
    return not any(match.reason is best.reason or match.reason in _NAMES for match in choices[1:])


def _is_settled_name(best: PlaceMatch, others: Sequence[PlaceMatch]) -> bool:
    inhabitants = best.commune.population or 0
    for other in others:
        rival = other.commune.population or 0
        if other.reason is best.reason and rival >= inhabitants * SHARE_OF_A_RIVAL:
            return False
        if _may_be_meant(other, best.matched) and rival * SHARE_OF_A_RIVAL >= inhabitants:
            return False
    return True


def _outweighing(guesses: Sequence[PlaceMatch]) -> PlaceMatch | None:
    """Return the guess with more than ten times the inhabitants of every other: « Toulouze » is
    Toulouse rather than Toulouzette. A département or région settles nothing."""
    if any(match.reason is Reason.WITHIN_AREA for match in guesses):
        return None
    best, *others = sorted(guesses, key=lambda match: -(match.commune.population or 0))
    bar = SHARE_OF_A_RIVAL * (best.commune.population or 0)
    return best if all((match.commune.population or 0) < bar for match in others) else None


def _may_be_meant(match: PlaceMatch, name: str) -> bool:
    """True for a longer name, and for a commune of the area of that name."""
    is_longer = match.reason is Reason.BEGINNING and match.matched.startswith(f"{name} ")
    return is_longer or match.reason is Reason.WITHIN_AREA
