"""Reading the number of an address, and which of its positions is the best one."""

from directory.i18n import gettext
from directory.imports.addresses.refusals import RowRefused

#: Numbers from here on, and zero, were invented for places that have none…
FIRST_INVENTED = 5_000

#: …unless the commune certifies them (zero exists, and so do streets numbered by the metre).
LAST_CERTIFIED = 9_999

#: Kinds of position, what is nearest to the door first; an unknown kind counts as an untold one.
_KINDS = (
    "entrée", "délivrance postale", "cage d'escalier", "logement", "bâtiment", "parcelle", "",
    "segment", "service technique",
)  # fmt: skip
_CHOICE_OF = {kind: choice for choice, kind in enumerate(_KINDS)}

_LONGEST_REPETITION = 40


def read_number(text: str, *, is_certified: bool) -> int | None:
    """Return a house number, None when the row tells only where its street is.

    :raise RowRefused: it is not a number.
    """
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise RowRefused("numero", text, gettext("Ce n'est pas un numéro."))
    number = int(text[:9])
    if number == 0 or number >= FIRST_INVENTED:
        return number if is_certified and number <= LAST_CERTIFIED else None
    return number


def read_repetition(text: str) -> str:
    """Return `bis`, `ter`, `a`… in lower case, empty for most.

    :raise RowRefused: it is no word.
    """
    repetition = " ".join(text.lower().split())
    if not repetition.isprintable() or len(repetition) > _LONGEST_REPETITION:
        raise RowRefused("rep", text, gettext("Ce n'est pas un indice de répétition."))
    return repetition


def position_choice(kind: str) -> int:
    """Return the rank of a kind of position among those of one address, 0 for the entrance."""
    return _CHOICE_OF.get(kind.strip().lower(), _CHOICE_OF[""])
