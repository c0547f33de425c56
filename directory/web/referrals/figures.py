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
from directory.referrals.figure_sums import NO_COMMUNE
from directory.referrals.figures import (
    Asked,
    Breakdown,
    Count,
    Delay,
    Figures,
    Side,
    figures,
)
from directory.referrals.hidden_cells import SMALLEST_CELL
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
from directory.web.referrals.figures_periods import (
    Quarter,
    ended_quarters,
    read_month,
    read_quarter,
    usual_first_month,
)
from directory.web.runtime import runtime
from directory.web.signed_in import member_session, requires, signed_in

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
    #: Whether there is a team whose figures this person may read.
    has_team: bool
    #: First and last month, as `2026-01`.
    months: tuple[str, str]
    quarter: Quarter
    #: To choose from, the newest first.
    quarters: list[Quarter]
    departements: tuple[str, ...]
    #: What is asked for, as the address says it.
    address: dict[str, str]
    totals: list[tuple[str, str]]
    tables: list[Table]
    smallest_cell: int = SMALLEST_CELL

    @property
    def departement_choices(self) -> list[tuple[str, str]]:
        """The territories of an admin, as the choices of a list."""
        return [(code, code) for code in self.departements]

    @property
    def quarter_choices(self) -> list[tuple[str, str]]:
        """The quarters, as the choices of a list."""
        return [(quarter.code, quarter.label()) for quarter in self.quarters]


@blueprint.get("/orientations/chiffres")
@requires(*READING)
def figures_page() -> str:
    """Show delays, answers and outcomes of the months asked for."""
    today = datetime.now(UTC).date()
    asked = read_asked(signed_in(), today=today)
    found = figures(member_session(), asked=asked)
    shown = asked if asked.departement is None else _of_team(signed_in(), today=today)
    recent = ended_quarters(today)
    quarter = Quarter.of(asked.from_on) if asked.departement else recent[0]
    page = FiguresPage(
        asked=asked,
        has_team=_reads_team(signed_in()),
        months=(f"{shown.from_on:%Y-%m}", f"{shown.until_on:%Y-%m}"),
        quarter=quarter,
        quarters=recent if quarter in recent else [*recent, quarter],
        departements=signed_in().departements,
        address=_address(asked),
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
    """Return what the address asks for; an admin without a team sees her territory.

    :raise InvalidInput: a month that is none, a quarter that has not ended, or a département that
        is not hers.
    """
    departement = request.args.get("departement") or None
    if departement is None and not _reads_team(user) and user.departements != EVERYWHERE:
        departement = user.departements[0]
    if departement is None:
        return _of_team(user, today=today)
    if not user.looks_after(departement):
        raise InvalidInput(
            gettext("Ce département n'est pas parmi ceux que vous suivez."), field="departement"
        )
    quarter = read_quarter(request.args.get("trimestre", ""), today=today)
    return Asked(quarter.first_month, quarter.last_month, departement=departement)


def _reads_team(user: User) -> bool:
    """Tell whether somebody may read the figures of her organisation, besides a territory's."""
    return user.organization_id is not None and user.may(Permission.READ_OWN_FIGURES)


def _of_team(user: User, *, today: date) -> Asked:
    until_on = read_month(
        request.args.get("jusqu", ""), field="jusqu", otherwise=today.replace(day=1)
    )
    from_on = read_month(
        request.args.get("depuis", ""), field="depuis", otherwise=usual_first_month(until_on)
    )
    return Asked(
        from_on,
        until_on,
        organization_id=user.organization_id if _reads_team(user) else None,
        side=Side.RECEIVED if request.args.get("cote") == "recues" else Side.SENT,
    )


def _address(asked: Asked) -> dict[str, str]:
    if asked.departement is not None:
        quarter = Quarter.of(asked.from_on).code
        return {"departement": asked.departement, "trimestre": quarter}
    return {
        "depuis": f"{asked.from_on:%Y-%m}",
        "jusqu": f"{asked.until_on:%Y-%m}",
        "cote": "recues" if asked.side is Side.RECEIVED else "envoyees",
    }


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
    if insee_code == NO_COMMUNE:
        return gettext("Sans commune")
    commune = runtime().gazetteer().by_insee(insee_code)
    return commune.name if commune else insee_code
