"""What a free text may hold, and what in it looks like it tells who somebody is. Pure.

Nothing is refused on a guess: a worker is shown what was seen, and decides.
"""

import re
from enum import StrEnum

from directory.errors import InvalidInput
from directory.i18n import gettext

#: Characters of a message or a note; a line end counts as one.
MOST_CHARACTERS = 500


class Trace(StrEnum):
    """Something that names a person, in a text that should not."""

    SOCIAL_SECURITY_NUMBER = "social_security_number"
    EMAIL = "email"
    PHONE = "phone"


#: Thirteen digits of a fixed make-up, with or without the two of the key; Corsica writes a letter.
#: `[1-478]`: the first digit of permanent and of waiting numbers.
_SOCIAL_SECURITY = re.compile(
    r"(?<!\d)[1-478][ .-]?\d\d[ .-]?\d\d[ .-]?(?:\d\d|2[abAB])[ .-]?\d{3}[ .-]?\d{3}"
    r"(?:[ .-]?\d\d)?(?!\d)"
)
#: The lengths are those of mail (RFC 5321); without any, a long word without an @ would be read
#: from each of its signs to its end, and one pasted page would keep everybody waiting.
_EMAIL = re.compile(r"[^\s@<>()]{1,64}\s?@\s?[^\s@<>()]{1,255}\.[^\s@<>().]{2,}")
#: French numbers of ten digits, and those that begin with a country.
_PHONE = re.compile(
    r"(?<!\d)(?:0[1-9](?:[ ./-]?\d\d){4}|(?:\+|00)\d{2,3}(?:[ ./()-]{0,2}\d){7,11})(?!\d)"
)


def clean(text: str) -> str:
    """Return a text as it is kept: lines end one way, signs that nobody types left out.

    A browser sends two characters for a line end, and counts one.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign == "\n" or sign.isprintable()).strip()


def require_short(text: str, *, field: str, most: int = MOST_CHARACTERS) -> None:
    """Check the length of a text that is clean, in characters.

    :raise InvalidInput: it is too long; nothing is cut off.
    """
    if len(text) > most:
        raise InvalidInput(
            gettext(
                "Ce texte a %(count)s signes ; il peut en avoir %(most)s.",
                count=str(len(text)),
                most=str(most),
            ),
            field=field,
            remedy=gettext("Raccourcissez-le : l'essentiel suffit."),
        )


def traces(text: str) -> list[Trace]:
    """Return what in a text looks like it names somebody, in the order of `Trace`.

    The digits of a social security number are not told as a phone number too.
    """
    found = []
    if _SOCIAL_SECURITY.search(text):
        found.append(Trace.SOCIAL_SECURITY_NUMBER)
    if _EMAIL.search(text):
        found.append(Trace.EMAIL)
    if _PHONE.search(_SOCIAL_SECURITY.sub(" ", text)):
        found.append(Trace.PHONE)
    return found


def shared_trace_warning(trace: Trace) -> str:
    """Return what to tell about it in a note, or in an answer, that the other team reads."""
    return {
        Trace.SOCIAL_SECURITY_NUMBER: gettext(
            "Ce texte semble contenir un numéro de sécurité sociale. Le service n'en a pas besoin "
            "pour répondre : enlevez-le."
        ),
        Trace.EMAIL: gettext(
            "Ce texte semble contenir une adresse mail, et l'autre équipe le lira tout de suite. "
            "Si c'est celle de la personne, enlevez-la."
        ),
        Trace.PHONE: gettext(
            "Ce texte semble contenir un numéro de téléphone, et l'autre équipe le lira tout de "
            "suite. Si c'est celui de la personne, enlevez-le."
        ),
    }[trace]


def trace_warning(trace: Trace) -> str:
    """Return what to tell about it in a message: gently, with what to do."""
    return {
        Trace.SOCIAL_SECURITY_NUMBER: gettext(
            "Ce texte semble contenir un numéro de sécurité sociale. Le service n'en a pas besoin "
            "pour répondre : enlevez-le."
        ),
        Trace.EMAIL: gettext(
            "Ce texte semble contenir une adresse mail. Écrivez-la plutôt dans le champ prévu : le "
            "service ne la verra que s'il accepte."
        ),
        Trace.PHONE: gettext(
            "Ce texte semble contenir un numéro de téléphone. Écrivez-le plutôt dans le champ "
            "prévu : le service ne le verra que s'il accepte."
        ),
    }[trace]
