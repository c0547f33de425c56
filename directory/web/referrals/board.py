"""The board: what was sent or written down, by what is to be done about it today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import render_template, request, url_for
from sqlalchemy.orm import Session

from directory.accounts.permissions import Permission
from directory.i18n import gettext
from directory.privacy.keys import Keyring
from directory.referrals.boards import Board, Section, SectionName, board
from directory.referrals.fields import codes_of
from directory.referrals.following import followers_of
from directory.referrals.models import Referral
from directory.referrals.snapshots import Snapshot
from directory.referrals.vocabulary import State, state_label
from directory.web.filters import day
from directory.web.forms import read_number
from directory.web.referrals.blueprint import blueprint
from directory.web.runtime import runtime
from directory.web.signed_in import member_session, requires, signed_in
from directory.web.waiting import Wait, wait_of

#: The board of one person, not of her whole team.
OWN = "miennes"


@dataclass(frozen=True, slots=True)
class Row:
    """One request of a board, ready for `components/request_list.html`."""

    referral: Referral
    code: str
    service_name: str
    #: Where, as far as it may be told; empty for a service without a place.
    city: str
    state: str
    #: The day of that state, by the clocks of the place.
    since: str
    wait: Wait


@dataclass(frozen=True, slots=True)
class SectionPage:
    """One section of a board, and the ways to its other pages."""

    section: Section
    heading: str
    hint: str
    rows: list[Row]
    earlier_url: str | None
    later_url: str | None


@blueprint.get("/orientations", endpoint="board")
@requires(Permission.READ_REFERRALS)
def show_board() -> str:
    """Show the requests of the organisation, or those of the person alone."""
    session, at = member_session(), datetime.now(UTC)
    is_own = request.args.get("de") == OWN
    found = board(session, user=signed_in(), at=at, pages=asked_pages(), only_own=is_own)
    return render_template(
        "referrals/board.html",
        sections=section_pages(
            session, found, headings=_headings(), keyring=runtime().keyring, is_sender=True
        ),
        is_empty=found.is_empty,
        is_own=is_own,
        own=OWN,
    )


def asked_pages() -> dict[SectionName, int]:
    """Return which page of each section the address asks for."""
    asked = {name: read_number(request.args.get(name.value, ""), digits=5) for name in SectionName}
    return {name: page for name, page in asked.items() if page is not None}


def section_pages(
    session: Session,
    found: Board,
    *,
    headings: Mapping[SectionName, tuple[str, str]],
    keyring: Keyring,
    is_sender: bool,
) -> list[SectionPage]:
    """Return the sections that hold something.

    The codes of their requests come by one query, and so do those that follow them.
    """
    shown = [section for section in found.sections if section.total]
    referrals = [referral for section in shown for referral in section.referrals]
    codes = codes_of(session, referrals=referrals, keyring=keyring)
    followers = followers_of(session, referrals) if is_sender else {}
    return [
        SectionPage(
            section,
            *headings[section.name],
            [
                _row(
                    referral,
                    codes,
                    wait_of(
                        referral,
                        is_sender=is_sender,
                        follower=followers.get(referral.id),
                        is_over=section.name is SectionName.CLOSED,
                    ),
                )
                for referral in section.referrals
            ],
            _url(section.name, section.page - 1) if section.page > 1 else None,
            _url(section.name, section.page + 1) if section.page < section.pages else None,
        )
        for section in shown
    ]


def _row(referral: Referral, codes: Mapping[UUID, str], wait: Wait) -> Row:
    snapshot = Snapshot.of(referral.snapshot)
    return Row(
        referral,
        codes.get(referral.id, ""),
        snapshot.service_name,
        snapshot.city or "",
        state_label(State(referral.state)),
        day(referral.state_since.astimezone(ZoneInfo(snapshot.hours.time_zone))),
        wait,
    )


def _url(name: SectionName, page: int) -> str:
    """Return the address of this board with another page of one section."""
    known = {*(each.value for each in SectionName), "de"}
    kept: dict[str, Any] = {key: text for key, text in request.args.items() if key in known}
    kept[name.value] = page
    return url_for(request.endpoint or "referrals.board", _anchor=name.value, **kept)


def _headings() -> dict[SectionName, tuple[str, str]]:
    return {
        SectionName.TO_DO: (
            gettext("À faire aujourd'hui"),
            gettext("Ces demandes attendent quelque chose de vous."),
        ),
        SectionName.OVERDUE: (
            gettext("En retard"),
            gettext("Le service tarde à répondre, ou à donner des nouvelles : appelez-le."),
        ),
        SectionName.WAITING: (
            gettext("En attente"),
            gettext("Rien à faire de votre côté pour l'instant."),
        ),
        SectionName.CLOSED: (gettext("Terminées"), gettext("Les plus récentes d'abord.")),
    }
