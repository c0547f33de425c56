"""The names by which a search is asked, in the address of a page and in the API alike.

`PARAMETERS` is the one table; the API's document and its reading of a request both follow it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from directory.errors import InvalidInput, InvalidInputs
from directory.geocoding import Origin
from directory.i18n import gettext
from directory.listings.vocabulary import AUDIENCES, BY_CODE
from directory.search import readers
from directory.search.criteria import (
    DEFAULT_LIMIT,
    DEFAULT_RADIUS_M,
    LEAST_RADIUS_M,
    MOST_RADIUS_M,
    MOST_RESULTS,
    Cursor,
    SearchCriteria,
)

#: How far ahead a state can be asked for.
MOST_DAYS_AHEAD = 365


@dataclass(frozen=True, slots=True)
class Parameter:
    """One name, how its text is read, and what the document says of it."""

    name: str
    read: Callable[[str, str], Any]
    description: str
    schema: Mapping[str, Any]
    is_repeatable: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A search as asked, before anybody looked for its place."""

    q: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    insee: str | None = None
    category: tuple[str, ...] = ()
    radius_m: int | None = None
    open_at: datetime | Literal["now"] | None = None
    audience: tuple[str, ...] = ()
    age: int | None = None
    unconditional: bool = False
    free: bool = False
    without_appointment: bool = False
    language: tuple[str, ...] = ()
    accessible: bool = False
    animals: bool = False
    has_room: bool = False
    limit: int = DEFAULT_LIMIT
    cursor: Cursor | None = None
    count: Literal["exact"] | None = None

    def criteria(
        self, origin: Origin, *, at: datetime, default_radius_m: int = DEFAULT_RADIUS_M
    ) -> SearchCriteria:
        """Return the criteria of a search from `origin` at the time `at`."""
        return SearchCriteria(
            origin=origin,
            category_codes=self.category,
            radius_m=self.radius_m or default_radius_m,
            open_at=at if self.open_at == "now" else self.open_at,
            audiences=frozenset(self.audience),
            age=self.age,
            unconditional=self.unconditional,
            free=self.free,
            without_appointment=self.without_appointment,
            languages=frozenset(self.language),
            accessible=self.accessible,
            animals=self.animals,
            has_room=self.has_room,
            limit=self.limit,
            cursor=self.cursor,
            counts_exactly=self.count == "exact",
        )


def read_question(
    pairs: Iterable[tuple[str, str]], *, at: datetime, is_strict: bool = True
) -> Question:
    """Read a query of names and values; a blank value is as if it were absent.

    `is_strict` refuses names that are not in the table: a misspelt filter would otherwise widen
    the search in silence.

    :raise InvalidInputs: one or more values cannot be read; each problem names its parameter.
    """
    problems: list[InvalidInput] = []
    values: dict[str, Any] = {}
    for name, text in pairs:
        try:
            _read_pair(values, name, text, at, is_strict=is_strict)
        except InvalidInput as problem:
            problems.append(problem)
    if not problems:
        problems += _problems_together(values)
    if problems:
        raise InvalidInputs(problems)
    return Question(**values)


def encode_cursor(cursor: Cursor) -> str:
    """Return a cursor as the text of an address."""
    return f"{cursor.distance_mm}-{cursor.id}"


def _read_pair(
    values: dict[str, Any], name: str, text: str, at: datetime, *, is_strict: bool
) -> None:
    parameter = _BY_NAME.get(name)
    if parameter is None:
        if is_strict:
            raise InvalidInput(
                gettext("Le paramètre « %(name)s » n'existe pas.", name=name[:60]),
                field=name[:60],
                remedy=gettext("Choisissez parmi : %(names)s.", names=", ".join(_BY_NAME)),
            )
        return
    text = readers.checked_text(name, text)
    if not text:
        return
    value = parameter.read(name, text)
    if name == "open_at" and value != "now":
        _check_moment(value, at)
    field = _FIELDS.get(name, name)
    if parameter.is_repeatable:
        known = values.get(field, ())
        values[field] = known if value in known else (*known, value)
    elif field in values:
        raise InvalidInput(
            gettext("Le paramètre « %(name)s » est donné deux fois.", name=name),
            field=name,
            remedy=gettext("Gardez une seule valeur."),
        )
    else:
        values[field] = value


def _problems_together(values: dict[str, Any]) -> list[InvalidInput]:
    """Return what is wrong with values that are each fine alone."""
    half = ("latitude" in values) != ("longitude" in values)
    if half:
        missing = "lon" if "latitude" in values else "lat"
        return [
            InvalidInput(
                gettext("Un point a besoin de « lat » et de « lon »."),
                field=missing,
                remedy=gettext("Ajoutez « %(name)s ».", name=missing),
            )
        ]
    if "latitude" in values and ("q" in values or "insee" in values):
        return [
            InvalidInput(
                gettext("Le lieu est donné de plusieurs façons."),
                field="lat",
                remedy=gettext("Gardez « lat » avec « lon », ou « q », ou « insee »."),
            )
        ]
    return []


def _check_moment(moment: datetime, at: datetime) -> None:
    if not at - timedelta(days=1) <= moment <= at + timedelta(days=MOST_DAYS_AHEAD):
        raise InvalidInput(
            gettext("Cette date est trop loin pour connaître les horaires."),
            field="open_at",
            remedy=gettext("Choisissez une date entre aujourd'hui et dans un an."),
        )


_BOOLEAN: Mapping[str, Any] = {"type": "boolean"}


def _string(**more: Any) -> Mapping[str, Any]:
    return {"type": "string", **more}


#: Every parameter, in the order of the document.
PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "q",
        readers.text,
        "Adresse, commune ou code postal.",
        _string(maxLength=readers.MOST_CHARACTERS),
    ),
    Parameter(
        "lat",
        readers.degrees(90),
        "Latitude, en degrés WGS 84, avec `lon`.",
        {"type": "number", "minimum": -90, "maximum": 90},
    ),
    Parameter(
        "lon",
        readers.degrees(180),
        "Longitude, en degrés WGS 84, avec `lat`.",
        {"type": "number", "minimum": -180, "maximum": 180},
    ),
    Parameter(
        "insee",
        readers.insee_code,
        "Code INSEE de la commune ; avec `q`, celle de l'adresse.",
        _string(pattern=r"^(\d{5}|2[ABab]\d{3})$"),
    ),
    Parameter(
        "category",
        readers.one_of(BY_CODE),
        "Type de service, avec ceux qu'il contient.",
        _string(enum=list(BY_CODE)),
        is_repeatable=True,
    ),
    Parameter(
        "radius_m",
        readers.whole_number(LEAST_RADIUS_M, MOST_RADIUS_M),
        "Rayon, en mètres à vol d'oiseau.",
        {
            "type": "integer",
            "minimum": LEAST_RADIUS_M,
            "maximum": MOST_RADIUS_M,
            "default": DEFAULT_RADIUS_M,
        },
    ),
    Parameter(
        "open_at",
        readers.moment,
        "Ouvert à ce moment : `now`, ou une date ISO 8601 avec son fuseau.",
        _string(),
    ),
    Parameter(
        "audience",
        readers.one_of(AUDIENCES),
        "Public de la personne.",
        _string(enum=list(AUDIENCES)),
        is_repeatable=True,
    ),
    Parameter(
        "age",
        readers.whole_number(0, 120),
        "Âge de la personne, en années.",
        {"type": "integer", "minimum": 0, "maximum": 120},
    ),
    Parameter("unconditional", readers.flag, "Accueil inconditionnel seulement.", _BOOLEAN),
    Parameter("free", readers.flag, "Gratuit seulement.", _BOOLEAN),
    Parameter("without_appointment", readers.flag, "Sans rendez-vous seulement.", _BOOLEAN),
    Parameter(
        "language",
        readers.language_tag,
        "Langue parlée sur place (BCP 47).",
        _string(pattern="^" + readers.LANGUAGE_TAG.pattern + "$"),
        is_repeatable=True,
    ),
    Parameter("accessible", readers.flag, "Accessible en fauteuil roulant seulement.", _BOOLEAN),
    Parameter("animals", readers.flag, "Animaux acceptés seulement.", _BOOLEAN),
    Parameter("has_room", readers.flag, "Places déclarées disponibles seulement.", _BOOLEAN),
    Parameter(
        "limit",
        readers.whole_number(1, MOST_RESULTS),
        "Nombre de résultats sur place par page. Par territoire et à distance : dix au plus.",
        {"type": "integer", "minimum": 1, "maximum": MOST_RESULTS, "default": DEFAULT_LIMIT},
    ),
    Parameter(
        "cursor",
        readers.cursor,
        "Suite d'une page : la valeur `next` de la précédente.",
        _string(pattern="^[0-9]{1,12}-[0-9]{1,18}$"),
    ),
    Parameter(
        "count",
        readers.one_of(("exact",)),
        "`exact` compte tous les résultats.",
        _string(enum=["exact"]),
    ),
)

_BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}

#: Filters of `criteria.FILTERS` whose parameter has another name.
PARAMETER_OF_FILTER = {"audiences": "audience", "languages": "language"}

#: Parameters whose name in `Question` differs.
_FIELDS = {"lat": "latitude", "lon": "longitude"}
