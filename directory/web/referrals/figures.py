"""The page of figures, of an organisation or of a département; and the same as CSV."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import Response, make_response, render_template, request

from directory.accounts.permissions import EVERYWHERE, Permission, User
from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.listings.vocabulary import category_label
from directory.referrals.figures import (
    SMALLEST_CELL,
    Asked,
    Breakdown,
    Count,
    Delay,
    Figures,
    Side,
    figures,
)
from directory.referrals.vocabulary import (
    Outcome,
    Refusal,
    State,
    outcome_label,
    refusal_label,
    state_label,
)
from directory.web.filters import number
from directory.web.referrals.blueprint import blueprint
from directory.web.runtime import runtime
from directory.web.signed_in import member_session, requires, signed_in

#: Months shown when none is asked for, the present one included.
USUAL_MONTHS = 12

READING = (Permission.READ_OWN_FIGURES, Permission.ADMINISTER)


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the page: what it counts, its columns, and its rows with the bar of each."""

    heading: str
    columns: list[str]
    #: Cells as texts; the last member is the length of the bar, 0 to 100.
    rows: list[tuple[list[str], int]]


@dataclass(frozen=True, slots=True)
class FiguresPage:
    """What `referrals/figures.html` shows."""

    asked: Asked
    #: First and last month, as `2026-01`.
    months: tuple[str, str]
    departements: tuple[str, ...]
    totals: list[tuple[str, str]]
    tables: list[Table]
    smallest_cell: int = SMALLEST_CELL

    @property
    def departement_choices(self) -> list[tuple[str, str]]:
        """The territories of an admin, as the choices of a list."""
        return [(code, code) for code in self.departements]


@blueprint.get("/orientations/chiffres")
@requires(*READING)
def figures_page() -> str:
    """Show delays, answers and outcomes of the months asked for."""
    asked = read_asked(signed_in(), today=datetime.now(UTC).date())
    found = figures(member_session(), asked=asked)
    page = FiguresPage(
        asked=asked,
        months=(f"{asked.from_on:%Y-%m}", f"{asked.until_on:%Y-%m}"),
        departements=signed_in().departements,
        totals=_totals(found),
        tables=_tables(found),
    )
    return render_template("referrals/figures.html", page=page, Side=Side)


@blueprint.get("/orientations/chiffres.csv")
@requires(*READING)
def figures_file() -> Response:
    """Return the same tables, one below the other, for a spreadsheet."""
    asked = read_asked(signed_in(), today=datetime.now(UTC).date())
    found = figures(member_session(), asked=asked)
    text = io.StringIO()
    rows = csv.writer(text, delimiter=";")
    rows.writerows(_totals(found))
    for table in _tables(found):
        rows.writerow([])
        rows.writerow([table.heading, *table.columns[1:]])
        rows.writerows(cells for cells, _bar in table.rows)
    # A byte order mark: without it, spreadsheets read the accents wrong.
    response = make_response("\ufeff" + text.getvalue())
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = 'attachment; filename="orientations.csv"'
    return response


def read_asked(user: User, *, today: date) -> Asked:
    """Return what the address asks for; an admin of no organisation sees her territory.

    :raise InvalidInput: a month that is none, or a département that is not hers.
    """
    until_on = _month("jusqu", today.replace(day=1))
    from_on = _month("depuis", _months_before(until_on, USUAL_MONTHS - 1))
    departement = request.args.get("departement") or None
    if departement is None and user.organization_id is None and user.departements != EVERYWHERE:
        departement = user.departements[0]
    if departement is not None and not user.looks_after(departement):
        raise InvalidInput(
            gettext("Ce département n'est pas parmi ceux que vous suivez."), field="departement"
        )
    return Asked(
        from_on=from_on,
        until_on=until_on,
        organization_id=user.organization_id,
        side=Side.RECEIVED if request.args.get("cote") == "recues" else Side.SENT,
        departement=departement,
    )


def _month(name: str, otherwise: date) -> date:
    typed = request.args.get(name, "")
    if not typed:
        return otherwise
    try:
        return datetime.strptime(f"{typed}-01", "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError as error:
        raise InvalidInput(
            gettext("Ce mois ne se lit pas."),
            field=name,
            remedy=gettext("Écrivez-le ainsi : 2026-01."),
        ) from error


def _months_before(month: date, count: int) -> date:
    years, rest = divmod(month.year * 12 + month.month - 1 - count, 12)
    return date(years, rest + 1, 1)


def _totals(found: Figures) -> list[tuple[str, str]]:
    return [
        (gettext("Demandes envoyées à un service"), _cell(found.live)),
        (gettext("Orientations notées"), _cell(found.logged)),
        (gettext("Première réponse"), _delay(found.first_answer)),
        (gettext("Acceptation"), _delay(found.acceptance)),
        (gettext("Issue connue"), _delay(found.outcome)),
    ]


def _tables(found: Figures) -> list[Table]:
    return [
        _counts(gettext("Où en sont les demandes"), found.states, lambda c: state_label(State(c))),
        _counts(gettext("Raisons de refus"), found.refusals, lambda c: refusal_label(Refusal(c))),
        _counts(gettext("Issues"), found.outcomes, lambda c: outcome_label(Outcome(c))),
        _breakdown(gettext("Par type d'aide"), found.by_category, category_label),
        _breakdown(gettext("Par commune"), found.by_commune, _commune),
    ]


def _counts(heading: str, lines: list[Count], label: Callable[[str], str]) -> Table:
    largest = max((line.count or 0 for line in lines), default=0)
    return Table(
        heading,
        [heading, gettext("Nombre")],
        [([label(x.code), _cell(x.count)], _bar(x.count, largest)) for x in lines],
    )


def _breakdown(heading: str, lines: list[Breakdown], label: Callable[[str], str]) -> Table:
    largest = max((line.count or 0 for line in lines), default=0)
    columns = [
        heading,
        gettext("Demandes"),
        gettext("Acceptées"),
        gettext("Première réponse (milieu)"),
    ]
    return Table(
        heading,
        columns,
        [
            (
                [
                    label(line.code),
                    _cell(line.count),
                    _cell(line.accepted),
                    _hours(line.first_answer.median_h),
                ],
                _bar(line.count, largest),
            )
            for line in lines
        ],
    )


def _cell(count: int | None) -> str:
    return gettext("caché") if count is None else number(count)


def _bar(count: int | None, largest: int) -> int:
    return round(100 * count / largest) if count and largest else 0


def _delay(delay: Delay) -> str:
    if delay.median_h is None:
        return gettext("pas assez de réponses pour le dire")
    return gettext(
        "la moitié en %(median)s, neuf sur dix en %(p90)s",
        median=_hours(delay.median_h),
        p90=_hours(delay.p90_h),
    )


def _hours(hours: float | None) -> str:
    """Return a delay: in hours below two days, then in days with one decimal."""
    if hours is None:
        return "–"
    if hours < 48:
        return gettext("%(count)s h", count=number(round(hours)))
    return gettext("%(count)s j", count=number(round(hours / 24, 1)))


def _commune(insee_code: str) -> str:
    commune = runtime().gazetteer().by_insee(insee_code)
    return commune.name if commune else insee_code
