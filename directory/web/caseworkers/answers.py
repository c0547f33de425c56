"""The answer of a search as the page shows it: groups, sentences, and ways out when it is empty."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from directory.addresses.table import AddressTable
from directory.geocoding import ADDRESSES, Origin, Precision
from directory.i18n import gettext, ngettext, pgettext
from directory.listings.vocabulary import category_label
from directory.search.parameters import PARAMETER_OF_FILTER, Question, encode_cursor
from directory.search.queries import Hit, SearchResults, Widen
from directory.web.caseworkers.asked import NEED, PLACE, Asked
from directory.web.caseworkers.choices import filter_label
from directory.web.caseworkers.helplines import Helpline, helplines
from directory.web.caseworkers.links import Link, Pages
from directory.web.caseworkers.need import Need
from directory.web.caseworkers.results import Result, result_of
from directory.web.filters import kilometres


@dataclass(frozen=True, slots=True)
class WaysOut:
    """What to do when nothing is within reach."""

    nearest: list[Result]
    radii: list[Link]
    filters: list[Link]


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything beside the form."""

    count_text: str
    notes: list[str]
    radius_m: int
    on_site: list[Result]
    by_area: list[Result]
    by_area_hint: str
    remote: list[Result]
    remote_hint: str | None
    pages: Pages
    ways_out: WaysOut | None = None
    other_kinds: list[Link] = field(default_factory=list)
    #: The numbers to call without waiting for a place, for the kinds of help asked.
    helplines: list[Helpline] = field(default_factory=list)

    @property
    def is_demonstration(self) -> bool:
        """True when something shown is invented."""
        shown = (*self.on_site, *self.by_area, *self.remote)
        return any(result.card["demonstration"] for result in shown)


def answer(
    asked: Asked,
    question: Question,
    need: Need,
    results: SearchResults,
    reserved: frozenset[int] = frozenset(),
) -> Answer:
    """Return the answer to what was asked, and understood as this question.

    `reserved` are the places found that are listed for professionals alone.
    """
    cursor = results.next_cursor
    return Answer(
        count_text=count_text(results),
        notes=[note for note in (need.sentence, *notes(results.origin)) if note],
        radius_m=results.radius_m,
        on_site=_shown(results.on_site, reserved),
        by_area=_shown(results.by_area, reserved),
        by_area_hint=_by_area_hint(results.by_area, results.most_by_area),
        remote=_shown(results.remote, reserved),
        remote_hint=_cut_hint(results.remote, results.most_by_area),
        ways_out=_ways_out(asked, results.widen, reserved) if results.widen else None,
        other_kinds=need.others(asked),
        helplines=helplines(question.category),
        pages=Pages(
            first_url=asked.without("cursor").url if asked.get("cursor") else None,
            next_url=asked.having(cursor=encode_cursor(cursor)).url if cursor else None,
        ),
    )


def heading(question: Question, origin: Origin) -> str:
    """Return the heading of the answer: what, and near what."""
    kind = category_label(question.category[0]) if len(question.category) == 1 else None
    if origin.precision is Precision.POINT:
        if kind is None:
            return gettext("Services près de votre position")
        return pgettext("titre", "%(kind)s – près de votre position", kind=kind)
    # A dash, because « près de » would want « d'Aurillac », « du Mans », « des Mureaux ».
    kind = kind or gettext("Services à proximité")
    return pgettext("titre", "%(kind)s – %(place)s", kind=kind, place=origin.label)


def notes(origin: Origin) -> Iterable[str | None]:
    """Return what the person must know about the place that was understood."""
    yield origin.notice
    if origin.precision in ADDRESSES:
        yield _where_found(origin.source)
    if origin.precision is Precision.MUNICIPALITY:
        yield gettext("Les distances sont comptées depuis le centre de la commune.")
    if origin.insee_code_certain:
        return
    if origin.precision in ADDRESSES:
        yield gettext(
            "Commune supposée : c'est la seule que nous connaissons avec cette rue. Si ce n'est "
            "pas la bonne, ajoutez-la dans « Où ? »."
        )
    else:
        yield gettext(
            "Commune supposée : %(commune)s. Si ce n'est pas la bonne, écrivez-la dans « Où ? ».",
            commune=origin.label,
        )


def _where_found(source: str) -> str:
    if source == AddressTable.name:
        return gettext("Adresse trouvée dans la Base adresse nationale.")
    return gettext("Adresse trouvée par le service national d'adresses.")


def count_text(results: SearchResults) -> str:
    """Return how many are on site, and within what."""
    within = kilometres(results.radius_m)
    if results.total is None:
        return gettext(
            "Plus de %(count)s services sur place, dans un rayon de %(radius)s à vol d'oiseau.",
            count=str(results.total_at_least),
            radius=within,
        )
    return ngettext(
        "%(num)s service sur place, dans un rayon de %(radius)s à vol d'oiseau.",
        "%(num)s services sur place, dans un rayon de %(radius)s à vol d'oiseau.",
        results.total,
        radius=within,
    )


def _shown(hits: Iterable[Hit], reserved: frozenset[int]) -> list[Result]:
    return [result_of(hit, is_reserved=hit.id in reserved) for hit in hits]


def _by_area_hint(hits: list[Hit], most: int) -> str:
    """Return what the group is, and that more is behind it when it is full."""
    told = gettext(
        "Ces services aident les habitants de votre commune, même si leur guichet est ailleurs."
    )
    return " ".join(filter(None, (told, _cut_hint(hits, most))))


def _cut_hint(hits: list[Hit], most: int) -> str | None:
    if len(hits) < most:
        return None
    return ngettext(
        "Seul le plus proche est montré : choisissez une aide pour en voir d'autres.",
        "Seuls les %(num)s plus proches sont montrés : choisissez une aide pour en voir d'autres.",
        most,
    )


def _ways_out(asked: Asked, widen: Widen, reserved: frozenset[int]) -> WaysOut:
    fresh = asked.without("cursor")
    unfiltered = fresh.only(*PLACE, NEED, "category", "radius_m")
    anything = fresh.without("category", NEED)
    return WaysOut(
        nearest=_shown(widen.nearest, reserved),
        radii=[
            Link(_counted(kilometres(radius_m), count), fresh.having(radius_m=radius_m).url)
            for radius_m, count in widen.within.items()
            if count
        ],
        filters=[
            Link(
                _counted(gettext("Sans « %(filter)s »", filter=filter_label(name)), count),
                fresh.without(PARAMETER_OF_FILTER.get(name, name)).url,
            )
            for name, count in widen.without.items()
            if count
        ]
        + ([Link(gettext("Sans aucun filtre"), unfiltered.url)] if unfiltered != fresh else [])
        + ([Link(gettext("Toutes les aides"), anything.url)] if anything != fresh else []),
    )


def _counted(label: str, count: int) -> str:
    return ngettext(
        "%(label)s : %(num)s service", "%(label)s : %(num)s services", count, label=label
    )
