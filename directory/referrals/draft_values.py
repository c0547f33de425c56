"""What a worker writes of a request, and what of it can be kept. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from directory.errors import InvalidInput, InvalidInputs
from directory.i18n import gettext
from directory.listings.vocabulary import BY_CODE, DOCUMENTS, category_label
from directory.referrals.clocks import PARIS
from directory.referrals.conflicts import ReferralRefused
from directory.referrals.consent import CONSENT_VERSION
from directory.referrals.fields import PERSONAL, FieldName
from directory.referrals.limits import Limits
from directory.referrals.typed_values import typed_fields
from directory.referrals.vocabulary import Kind

CONSENT_FORMS = ("oral", "written")

#: Clocks of two machines differ a little; an agreement from tomorrow is a slip of the hand.
_CLOCK_SLACK = timedelta(minutes=5)
_INSEE_CODE = re.compile(r"[0-9][0-9AB][0-9]{3}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_MOST_TICKS = 60
_LONGEST_CODE = 100


@dataclass(frozen=True, slots=True)
class Consent:
    """How and when the person agreed, and to which text (`consent.CONSENT_VERSION`)."""

    #: One of `CONSENT_FORMS`; no signature is ever kept.
    form: str
    at: datetime
    #: Language in which the text was shown.
    language: str
    version: int
    #: The request in which she agreed, where that is carried over; None: the one it is written in.
    origin_id: UUID | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ReferralDraft:
    """A request as typed. Nothing in it is required until it is sent, but the service."""

    kind: Kind
    service_at_location_id: int
    #: Code or initials, as the worker writes them; nothing else is needed to know who it is.
    code: str = ""
    fields: Mapping[FieldName, str] = field(default_factory=dict)
    #: End dates of single fields, besides the general ones.
    erase_on: Mapping[FieldName, date] = field(default_factory=dict)
    #: Codes of kinds of help besides the service's own.
    needs: tuple[str, ...] = ()
    #: Condition or paper by its code (`terms.Term`) -> ticked or not.
    conditions: Mapping[str, bool] = field(default_factory=dict)
    documents: Mapping[str, bool] = field(default_factory=dict)
    is_urgent: bool = False
    insee_code: str | None = None
    consent: Consent | None = None
    allows_redirection: bool = False
    parent_id: UUID | None = None

    @property
    def typed(self) -> dict[FieldName, str]:
        """All that was typed of the person, the code included."""
        return {**self.fields, FieldName.CODE: self.code or self.fields.get(FieldName.CODE, "")}


def read_draft(
    draft: ReferralDraft, *, category_code: str, limits: Limits, at: datetime
) -> dict[FieldName, str]:
    """Return the fields as they are kept, once everything in the draft makes sense.

    :raise InvalidInputs: each value at fault; `field` is its name here, or its `FieldName`.
    """
    problems = list(_problems(draft, limits=limits, at=at))
    read: dict[FieldName, str] = {}
    try:
        read = typed_fields(draft.typed, at=at)
    except InvalidInputs as several:
        problems = [*several.problems, *problems]
    problems += refused_for_health(
        read, category_code=category_code, needs=draft.needs, limits=limits
    )
    if problems:
        raise InvalidInputs(problems)
    return read


def refused_for_health(
    values: Mapping[FieldName, str], *, category_code: str, needs: Iterable[str], limits: Limits
) -> list[ReferralRefused]:
    """Return one refusal for each personal value written beside a kind of help of health.

    A need that is ticked tells of health as much as the service's own kind does.
    """
    told = limits.code_alone_for([category_code, *needs])
    if not told:
        return []
    message, remedy = _why_a_code_alone(told[0], is_own=told[0] == category_code)
    return [
        ReferralRefused(message, field=name.value, remedy=remedy)
        for name in FieldName
        if name in PERSONAL and values.get(name)
    ]


def _why_a_code_alone(kind: str, *, is_own: bool) -> tuple[str, str]:
    """Return what is told beside a personal value, and how to mend it."""
    if is_own:
        return (
            gettext("Pour un service de santé, rien qui dise qui est la personne n'est gardé ici."),
            gettext("Laissez ce champ vide : un code ou des initiales suffisent."),
        )
    return (
        gettext(
            "Vous avez coché le besoin « %(need)s » : il dit la santé de la personne, et ne se "
            "garde pas à côté de qui elle est.",
            need=category_label(kind),
        ),
        gettext("Décochez ce besoin, ou laissez ce champ vide : un code suffit."),
    )


def _problems(draft: ReferralDraft, *, limits: Limits, at: datetime) -> Iterator[InvalidInput]:
    today = at.astimezone(PARIS).date()
    for name, day in draft.erase_on.items():
        if not today < day <= limits.latest_end(today):
            yield InvalidInput(
                gettext("Cette date d'effacement est passée, ou trop lointaine."),
                field=name.value,
                remedy=gettext("Choisissez un jour d'ici au %(day)s.", day=_day(limits, today)),
            )
    if len(draft.needs) > _MOST_TICKS or any(code not in BY_CODE for code in draft.needs):
        yield _not_offered("needs")
    if not _are_ticks(draft.conditions):
        yield _not_offered("conditions")
    if not _are_ticks(draft.documents) or any(code not in DOCUMENTS for code in draft.documents):
        yield _not_offered("documents")
    if draft.insee_code is not None and not _INSEE_CODE.fullmatch(draft.insee_code):
        yield InvalidInput(
            gettext("Cette commune ne se trouve pas."),
            field="insee_code",
            remedy=gettext("Choisissez-la dans la liste."),
        )
    if draft.consent is not None:
        yield from _consent_problems(draft.consent, at=at)


def _consent_problems(consent: Consent, *, at: datetime) -> Iterator[InvalidInput]:
    is_known = (
        consent.form in CONSENT_FORMS
        and 1 <= consent.version <= CONSENT_VERSION
        and _LANGUAGE.fullmatch(consent.language)
    )
    if not is_known:
        yield _not_offered("consent")
    if consent.at > at + _CLOCK_SLACK:
        yield InvalidInput(
            gettext("L'accord de la personne ne peut pas dater de demain."),
            field="consent",
            remedy=gettext("Donnez le jour où elle vous l'a dit."),
        )


def _are_ticks(ticks: Mapping[str, bool]) -> bool:
    # What is not printable, PostgreSQL would not store, or not as it was.
    return len(ticks) <= _MOST_TICKS and all(
        0 < len(code) <= _LONGEST_CODE and code.isprintable() for code in ticks
    )


def _not_offered(field: str) -> InvalidInput:
    return InvalidInput(
        gettext("Ce choix n'est pas parmi ceux qui sont proposés."),
        field=field,
        remedy=gettext("Choisissez de nouveau."),
    )


def _day(limits: Limits, today: date) -> str:
    return f"{limits.latest_end(today):%d/%m/%Y}"
