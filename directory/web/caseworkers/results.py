"""What a template needs of a result, computed once: nothing is decided in the templates."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from directory.i18n import gettext
from directory.listings.vocabulary import category_label
from directory.opening_hours import State
from directory.search.queries import Hit
from directory.web.capacity import capacity_text
from directory.web.caseworkers.facts import Fact, facts


@dataclass(frozen=True, slots=True)
class Result:
    """One place of a service, ready for `components/service_card.html`."""

    id: int
    card: dict[str, Any]
    category: str
    state: str
    opening_text: str
    #: Crow-fly metres; None for what is not a place to go to.
    distance_m: float | None
    facts: list[Fact]
    #: What to know before going: our own sentences.
    warnings: list[str]
    capacity: str | None = None

    @property
    def is_approximate(self) -> bool:
        """True when the distance is that of the commune's centre."""
        location = self.card["location"]
        return location is not None and location["precision"] in ("municipality", "approximate")


def result_of(hit: Hit, *, is_reserved: bool = False) -> Result:
    """Return a hit of a search as it is shown; a reserved one says that it is for professionals."""
    return result(
        id=hit.id,
        card=hit.card,
        state=hit.opening.state.value,
        opening_text=hit.opening_text,
        distance_m=hit.distance_m,
        covers_commune=hit.covers_commune,
        is_reserved=is_reserved,
        at=hit.at,
    )


def result(
    *,
    id: int,
    card: dict[str, Any],
    state: str,
    opening_text: str,
    distance_m: float | None,
    at: datetime,
    covers_commune: bool | None = None,
    is_reserved: bool = False,
) -> Result:
    """Return a result from a stored card and from what the rules said of it at this instant."""
    return Result(
        id=id,
        card=card,
        category=category_label(card["service"]["category"]),
        state=state,
        opening_text=opening_text,
        distance_m=distance_m,
        facts=facts(card["conditions"]),
        warnings=[
            *([gettext("Fiche réservée aux professionnels.")] if is_reserved else []),
            *_warnings(card, state, covers_commune),
        ],
        capacity=capacity_text(card["capacity"], at),
    )


def _warnings(card: dict[str, Any], state: str, covers_commune: bool | None) -> list[str]:
    """Return what to know before going; what cannot be done is never advised alone."""
    warnings = []
    if card["is_home_base"]:
        warnings.append(
            gettext("Service qui se déplace : n'allez pas à cette adresse sans appeler.")
        )
    if not card["phones"] and (state == State.UNKNOWN or card["is_home_base"]):
        # The sentence of the hours, or the warning above, says to call.
        warnings.append(
            gettext(
                "Aucun téléphone n'est connu ici : renseignez-vous à la mairie ou dans une "
                "France Services avant de vous déplacer."
            )
        )
    if covers_commune is False:
        warnings.append(gettext("Réservé à d'autres communes que la vôtre : appelez d'abord."))
    return warnings
