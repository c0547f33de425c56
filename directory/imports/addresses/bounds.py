"""What the table of communes says of a département: where it is, and which communes it has."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.territories import Box, Kind
from directory.territories.models import CommuneRow

#: A code out of force, with the code and the name of the commune it has become.
Successors = dict[str, tuple[str, str]]

#: Around the communes: those of the bundled table are points, some only near the truth.
MARGIN_DEGREES = 0.25

#: Where the table of communes has none of a département.
ANYWHERE = Box(-180.0, -90.0, 180.0, 90.0)


def department_box(session: Session, code: str) -> Box:
    """Return the rectangle around the communes in force of a département, with a wide margin."""
    west, south, east, north = (
        func.coalesce(CommuneRow.box[rank], centre)
        for rank, centre in enumerate(
            (CommuneRow.longitude, CommuneRow.latitude, CommuneRow.longitude, CommuneRow.latitude),
            1,
        )
    )
    query = select(func.min(west), func.min(south), func.max(east), func.max(north)).where(
        CommuneRow.departement == code
    )
    bounds = session.execute(query).one()
    if None in bounds:
        return ANYWHERE
    margins = (-MARGIN_DEGREES, -MARGIN_DEGREES, MARGIN_DEGREES, MARGIN_DEGREES)
    return Box(*(bound + margin for bound, margin in zip(bounds, margins, strict=True)))


def successors(session: Session, code: str) -> Successors:
    """Return, for each code out of force in a département, the code and the name it has become.

    A file may be older than the table: streets are searched by the codes in force. Of a commune
    that was split the largest part counts, then the lowest code.
    """
    query = (
        select(CommuneRow.insee_code, CommuneRow.name, CommuneRow.former_codes)
        .where(CommuneRow.departement == code)
        .order_by(CommuneRow.population.desc().nulls_last(), CommuneRow.insee_code)
    )
    communes = session.execute(query).all()
    in_force = {commune.insee_code for commune in communes}
    found: Successors = {}
    for commune in communes:
        for former in commune.former_codes:
            if former not in in_force:
                found.setdefault(former, (commune.insee_code, commune.name))
    return found


def communes_of(session: Session, code: str) -> int:
    """Return how many communes in force a département has, arrondissements apart."""
    query = select(func.count()).where(
        CommuneRow.departement == code, CommuneRow.kind == Kind.COMMUNE.value
    )
    return session.scalars(query).one()
