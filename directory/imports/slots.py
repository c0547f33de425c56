"""Hours as a cell of a table gives them, "09:00 - 12:00 / 13:30 - 17:00": read, doubts told."""

import re

from directory.i18n import gettext
from directory.imports.mapping import Remarks

#: Opens, closes: minutes since midnight.
Slot = tuple[int, int]

_SLOT = re.compile(r"(\d{1,2})\s*[:hH]\s*(\d{2})?\s*[-–à]\s*(\d{1,2})\s*[:hH]\s*(\d{2})?")


def read_slots(text: str, field: str, remarks: Remarks) -> tuple[Slot, ...]:
    """Return the slots of a cell in order, none empty, none overlapping another.

    What is empty, reversed or unreadable makes no opening and is told; slots that overlap are
    joined and told, since they may be those of different weeks.
    """
    slots = []
    for part in filter(None, (part.strip() for part in text.split("/"))):
        slot = _read_slot(part, field, remarks)
        if slot is not None:
            slots.append(slot)
    return _joined(slots, text, field, remarks)


def _read_slot(text: str, field: str, remarks: Remarks) -> Slot | None:
    match = _SLOT.fullmatch(text)
    if match is None:
        remarks.doubt(
            field,
            text,
            gettext("Cet horaire ne se lit pas."),
            gettext("Il n'ouvre rien ; écrivez par exemple 09:00 - 12:00."),
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
        return None
    if not opens < closes <= 24 * 60 or max(minute, last_minute) > 59:
        remarks.doubt(
            field,
            text,
            gettext("Cet horaire finit avant de commencer, ou n'est pas une heure."),
            gettext("Il n'ouvre rien ; corrigez-le à la source."),
        )
        return None
    return opens, closes


def _joined(slots: list[Slot], text: str, field: str, remarks: Remarks) -> tuple[Slot, ...]:
    apart: list[Slot] = []
    overlaps = False
    for opens, closes in sorted(set(slots)):
        if apart and opens <= apart[-1][1]:
            overlaps |= opens < apart[-1][1]
            apart[-1] = (apart[-1][0], max(closes, apart[-1][1]))
        else:
            apart.append((opens, closes))
    if overlaps:
        remarks.doubt(
            field,
            text,
            gettext("Des horaires se chevauchent : peut-être ceux de semaines différentes."),
            gettext("La remarque du lieu les cite ; demandez-lui lesquels sont vrais."),
        )
    elif len(set(slots)) < len(slots):
        remarks.note(field, text, gettext("Un horaire est écrit deux fois."))
    return tuple(apart)
