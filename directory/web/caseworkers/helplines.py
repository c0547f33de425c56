"""The numbers to call at once, for the kinds of help where a list of places is not enough."""

from collections.abc import Iterable
from dataclasses import dataclass

from directory.i18n import gettext


@dataclass(frozen=True, slots=True)
class Helpline:
    """A national number: how it is dialled, and whom it is for."""

    number: str
    text: str
    is_by_message: bool = False

    @property
    def uri(self) -> str:
        """The address that a phone opens."""
        return f"sms:{self.number}" if self.is_by_message else f"tel:{self.number}"


def _(text: str) -> str:
    """Mark a text for the catalogues; it is translated when it is shown."""
    return text


_POLICE = Helpline("17", _("En danger maintenant : la police ou la gendarmerie."))
_MESSAGE = Helpline("114", _("En danger sans pouvoir parler : par SMS."), is_by_message=True)
_WOMEN = Helpline("3919", _("Femmes victimes de violences : écoute gratuite, jour et nuit."))
_CHILDREN = Helpline("119", _("Enfant en danger : appel gratuit, jour et nuit."))
_SUICIDE = Helpline("3114", _("Idées de suicide : écoute gratuite, jour et nuit."))
_AMBULANCE = Helpline("15", _("Urgence médicale : le SAMU, jour et nuit."))
_SHELTER = Helpline("115", _("Un abri pour la nuit : appel gratuit, jour et nuit."))

_OF_KIND = {
    "victimes-de-violences": (_POLICE, _MESSAGE, _WOMEN, _CHILDREN),
    "sante-mentale": (_SUICIDE, _AMBULANCE),
    "hebergement-logement": (_SHELTER,),
    "siao-115": (_SHELTER,),
}


def helplines(kinds: Iterable[str]) -> list[Helpline]:
    """Return the numbers for these kinds of help, each once, in the order of the kinds."""
    found = dict.fromkeys(line for kind in kinds for line in _OF_KIND.get(kind, ()))
    return [Helpline(line.number, gettext(line.text), line.is_by_message) for line in found]
