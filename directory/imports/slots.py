"""Hours as a cell of a table gives them, "09:00 - 12:00 / 13:30 - 17:00": read, doubts told."""

import re

from directory.i18n import gettext
from directory.imports.mapping import Remarks

#: Opens, closes: minutes since midnight.
Slot = tuple[int, int]

#: Nothing at all is known of a day.
WHOLE_DAY: Slot = (0, 24 * 60)

_SLOT = re.compile(r"(\d{1,2})\s*[:hH]\s*(\d{2})?\s*[-–à]\s*(\d{1,2})\s*[:hH]\s*(\d{2})?")


def read_slots(text: str, field: str, remarks: Remarks) -> tuple[Slot, ...] | None:
    """Return the slots of a cell in order, none empty, none overlapping another.

    None when they cannot be told: a part is reversed or unreadable, or two overlap, since they
    may be those of different weeks. A slot of no length opens nothing. All of it is told.
    """
    slots: list[Slot] = []
    is_sure = True
    for part in filter(None, (part.strip() for part in text.split("/"))):
        found = _read_slot(part, field, remarks)
        is_sure &= found is not None
        slots += found or ()
    return _joined(slots, text, field, remarks) if is_sure else None


def _read_slot(text: str, field: str, remarks: Remarks) -> tuple[Slot, ...] | None:
    """Return the slot of a part, nothing when it is empty, None when it cannot be told."""
    match = _SLOT.fullmatch(text)
    if match is None:
        remarks.doubt(
            field,
            text,
            gettext("Cet horaire ne se lit pas."),
            gettext("Ce jour reste inconnu ; écrivez par exemple 09:00 - 12:00."),
        )
        return None
    hour, minute, last_hour, last_minute = (int(number or 0) for number in match.groups())
    opens, closes = hour * 60 + minute, last_hour * 60 + last_minute
    if opens == closes:
        remarks.note(
            field,
            text,
            gettext("Cet horaire est vide : il n'ouvre rien."),
            gettext("Retirez-le de la source."),
        )
        return ()
    if not opens < closes <= 24 * 60 or max(minute, last_minute) > 59:
        remarks.doubt(
            field,
            text,
            gettext("Cet horaire finit avant de commencer, ou n'est pas une heure."),
            gettext("Ce jour reste inconnu ; corrigez-le à la source."),
        )
        return None
    return ((opens, closes),)


def _joined(slots: list[Slot], text: str, field: str, remarks: Remarks) -> tuple[Slot, ...] | None:
    apart: list[Slot] = []
    for opens, closes in sorted(set(slots)):
        if apart and opens < apart[-1][1]:
            remarks.doubt(
                field,
                text,
                gettext("Des horaires se chevauchent : peut-être ceux de semaines différentes."),
                gettext("Ce jour reste inconnu ; demandez au lieu lesquels sont vrais."),
            )
            return None
        if apart and opens == apart[-1][1]:
            apart[-1] = (apart[-1][0], closes)
        else:
            apart.append((opens, closes))
    if len(set(slots)) < len(slots):
        remarks.note(field, text, gettext("Un horaire est écrit deux fois."))
    return tuple(apart)
