"""From a question to where its search starts, or to a refusal that says how to ask again."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Response

from directory.errors import InvalidInput
from directory.geocoding import Choices, Geocoder, Origin
from directory.i18n import gettext
from directory.search.parameters import Question
from directory.territories import Gazetteer
from directory.web.api.answers import place
from directory.web.api.blueprint import blueprint
from directory.web.errors import Problem, answer

#: What the rules call a value, where the API has another name for it.
_NAMES = {"latitude": "lat", "longitude": "lon"}


class NoSuchPlace(InvalidInput):
    """The question can be read, but no search can start from the place it names."""


class AmbiguousPlace(InvalidInput):
    """Several communes have the name that was given, or the only one is to be confirmed."""

    def __init__(self, choices: Choices) -> None:
        is_one = len(choices.matches) == 1
        super().__init__(
            gettext("La commune de ce lieu est à confirmer.")
            if is_one
            else gettext("Plusieurs communes correspondent à ce lieu."),
            field="q",
            remedy=gettext("Rappelez en ajoutant « insee » et le code de l'une de ces communes."),
        )
        self.choices = choices


@dataclass(frozen=True)
class AmbiguousProblem(Problem):
    """A problem that lists the places to choose from."""

    choices: tuple[dict[str, Any], ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return the members of the problem, a type of its own, and the choices."""
        return super().as_json() | {
            "type": "/api/v1/#lieu-ambigu",
            "choices": self.choices,
        }


def origin_of(question: Question, *, geocoder: Geocoder, gazetteer: Gazetteer) -> Origin:
    """Return where the search starts.

    :raise NoSuchPlace: none is given, or it is unknown, or a point outside France.
    :raise AmbiguousPlace: the text may mean several communes.
    """
    try:
        origin = _located(question, geocoder, gazetteer)
    except InvalidInput as error:
        field = _NAMES.get(error.field or "", error.field)
        raise NoSuchPlace(error.message, field=field, remedy=error.remedy) from error
    if isinstance(origin, Choices):
        raise AmbiguousPlace(origin)
    return origin


def _located(question: Question, geocoder: Geocoder, gazetteer: Gazetteer) -> Origin | Choices:
    if question.latitude is not None and question.longitude is not None:
        return geocoder.locate_point(question.latitude, question.longitude, gazetteer=gazetteer)
    if question.q is None and question.insee is None:
        raise NoSuchPlace(
            gettext("Il manque un lieu."),
            field="q",
            remedy=gettext("Donnez « q », ou « insee », ou « lat » avec « lon »."),
        )
    return geocoder.locate(question.q or "", gazetteer=gazetteer, insee_code=question.insee)


@blueprint.errorhandler(NoSuchPlace)
def no_such_place(error: NoSuchPlace) -> Response:
    """Answer 422: the words are right, the place is not."""
    problem = Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, error.message, error.field, error.remedy, (error,)
    )
    return answer(problem)


@blueprint.errorhandler(AmbiguousPlace)
def ambiguous_place(error: AmbiguousPlace) -> Response:
    """Answer 422 with the communes to choose from, best first."""
    choices = tuple(place(match) for match in error.choices.matches)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return answer(
        AmbiguousProblem(status, error.message, error.field, error.remedy, (error,), choices)
    )
