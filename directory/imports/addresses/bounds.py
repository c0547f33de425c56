"""What the table of communes says of a département: where it is, and how many communes it has."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.territories import Box, Kind
from directory.territories.models import CommuneRow

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


def communes_of(session: Session, code: str) -> int:
    """Return how many communes in force a département has, arrondissements apart."""
    query = select(func.count()).where(
        CommuneRow.departement == code, CommuneRow.kind == Kind.COMMUNE.value
    )
    return session.scalars(query).one()
