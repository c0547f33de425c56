"""What was typed into the form of a request: shown again as it came, and read into a draft.

Fields about the person are named as `FieldName` has them, so that an error of a rule finds its
place beside the field.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TypeVar
from uuid import UUID, uuid4

from werkzeug.datastructures import MultiDict

from directory.errors import InvalidInput, InvalidInputs
from directory.i18n import gettext
from directory.listings.vocabulary import BY_CODE
from directory.referrals.clocks import PARIS
from directory.referrals.consent import CONSENT_VERSION, consent_languages
from directory.referrals.draft_values import CONSENT_FORMS, Consent, ReferralDraft
from directory.referrals.fields import CONTACT, FieldName
from directory.referrals.snapshots import Snapshot
from directory.referrals.terms import Term, conditions_of, documents_of
from directory.referrals.vocabulary import Kind
from directory.territories import Gazetteer
from directory.web.forms import read_id, read_number
from directory.web.typed_dates import read_date

#: Lists of boxes; every other field is one text.
LISTS = ("needs", "conditions", "documents", "seen")

#: What a box that stands alone sends.
TICKED = "oui"

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Typed:
    """The texts of the form by field, and the boxes ticked by list."""

    texts: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, form: MultiDict[str, str]) -> "Typed":
        """Keep what came, to the letter: it is shown again if anything is wrong with it."""
        return cls(
            {name: text for name, text in form.items() if name not in LISTS},
            {name: frozenset(form.getlist(name)) for name in LISTS},
        )

    @classmethod
    def of_draft(cls, draft: ReferralDraft, gazetteer: Gazetteer) -> "Typed":
        """Return a stored request as if it had just been typed."""
        commune = gazetteer.by_insee(draft.insee_code) if draft.insee_code else None
        texts = {name.value: text for name, text in draft.typed.items()}
        texts |= {erase_field(name): day.isoformat() for name, day in draft.erase_on.items()}
        texts["commune"] = commune.label if commune else draft.insee_code or ""
        texts["is_urgent"] = TICKED if draft.is_urgent else ""
        texts["allows_redirection"] = TICKED if draft.allows_redirection else ""
        if draft.consent:
            texts["consent_form"] = draft.consent.form
            texts["consented_on"] = draft.consent.at.astimezone(PARIS).date().isoformat()
            texts["consent_language"] = draft.consent.language
        return cls(
            texts,
            {
                "needs": frozenset(draft.needs),
                "conditions": _ticked(draft.conditions),
                "documents": _ticked(draft.documents),
            },
        )

    def text(self, name: str) -> str:
        """Return a field without the spaces around it, or an empty text."""
        return self.texts.get(name, "").strip()

    def ticked(self, name: str) -> frozenset[str]:
        """Return the boxes ticked of a list."""
        return self.lists.get(name, frozenset())

    def has(self, name: str) -> bool:
        """Tell whether a box that stands alone is ticked."""
        return self.text(name) == TICKED

    def as_new(self) -> "Typed":
        """Return the same words for a request of their own."""
        carried = ("orientation", "version", "key")
        texts = {name: text for name, text in self.texts.items() if name not in carried}
        return Typed(texts, self.lists)

    def of_nobody(self) -> "Typed":
        """Return the same words for a request of another team, which follows none of the first."""
        typed = self.as_new()
        texts = {name: text for name, text in typed.texts.items() if name != "parent"}
        return Typed(texts, typed.lists)

    @property
    def key(self) -> UUID:
        """The key that makes one request of a form sent twice; a new one where it is spoilt."""
        return self.id("key") or uuid4()

    def id(self, name: str) -> UUID | None:
        """Return an identifier carried along, or None."""
        return read_id(self.text(name))

    def number(self, name: str) -> int | None:
        """Return a number carried along, as large as the database holds it, or None."""
        return read_number(self.text(name))


def erase_field(name: FieldName) -> str:
    """Return the name of the field that says until when another one is kept."""
    return f"erase_{name.value}"


def read_draft(
    typed: Typed,
    *,
    kind: Kind,
    snapshot: Snapshot,
    service_at_location_id: int,
    gazetteer: Gazetteer,
    at: datetime,
) -> ReferralDraft:
    """Return the draft that a form asks to keep; what the rules refuse, they refuse later.

    :raise InvalidInputs: each field that is not understood.
    """
    reading = _Reading(typed, at)
    conditions = conditions_of(snapshot.card, gazetteer.area_label)
    draft = ReferralDraft(
        kind=kind,
        service_at_location_id=service_at_location_id,
        code=typed.text(FieldName.CODE),
        fields={
            name: typed.texts.get(name, "") for name in FieldName if name is not FieldName.CODE
        },
        erase_on=reading.erase_dates(),
        needs=tuple(sorted(typed.ticked("needs") & BY_CODE.keys())),
        conditions=_ticks(conditions, typed.ticked("conditions")),
        documents=_ticks(documents_of(snapshot.card), typed.ticked("documents")),
        is_urgent=typed.has("is_urgent"),
        insee_code=reading.commune(gazetteer),
        consent=reading.consent(),
        allows_redirection=typed.has("allows_redirection"),
        parent_id=typed.id("parent"),
    )
    if reading.problems:
        raise InvalidInputs(reading.problems)
    return draft


def read_commune(text: str, gazetteer: Gazetteer) -> str | None:
    """Return the INSEE code of a commune that was typed; None for an empty text.

    :raise InvalidInput: there is none, or there are several, which are told.
    """
    if not text:
        return None
    found = gazetteer.resolve(text)
    if found.chosen is not None:
        return found.chosen.commune.insee_code
    if found.choices:
        names = ", ".join(match.label for match in found.choices[:5])
        raise InvalidInput(
            gettext("Plusieurs communes portent ce nom."),
            remedy=gettext("Écrivez-la ainsi : %(names)s.", names=names),
        )
    raise InvalidInput(
        gettext("Cette commune n'est pas connue."),
        remedy=gettext("Écrivez son nom en entier, ou laissez vide."),
    )


def _ticked(ticks: Mapping[str, bool]) -> frozenset[str]:
    return frozenset(code for code, is_ticked in ticks.items() if is_ticked)


def _ticks(terms: list[Term], ticked: frozenset[str]) -> dict[str, bool]:
    """Return each line of a list with whether it was ticked, in the order of the service."""
    return {term.code: term.code in ticked for term in terms}


class _Reading:
    """Reads the fields one by one, and keeps what is wrong with each."""

    def __init__(self, typed: Typed, at: datetime) -> None:
        self.typed = typed
        self.at = at
        self.problems: list[InvalidInput] = []

    def erase_dates(self) -> dict[FieldName, date]:
        """Return until when the contact fields are kept, where that was said."""
        dates = {name: self._day(erase_field(name)) for name in FieldName if name in CONTACT}
        return {name: day for name, day in dates.items() if day is not None}

    def commune(self, gazetteer: Gazetteer) -> str | None:
        """Return the INSEE code of the commune where help is sought."""
        return self._read(
            "commune", lambda text: read_commune(text, gazetteer), self.typed.text("commune")
        )

    def consent(self) -> Consent | None:
        """Return how and when the person agreed, or None."""
        form = self.typed.text("consent_form")
        if form not in CONSENT_FORMS:
            return None
        offered = [language.tag for language in consent_languages()]
        language = self.typed.text("consent_language")
        return Consent(
            form=form,
            at=self._consented_at(),
            language=language if language in offered else offered[0],
            version=CONSENT_VERSION,
        )

    def _consented_at(self) -> datetime:
        """Return when: now, or the middle of the day that was given."""
        day = self._day("consented_on")
        if day is None or day == self.at.astimezone(PARIS).date():
            return self.at
        return datetime.combine(day, time(12), tzinfo=PARIS)

    def _day(self, name: str) -> date | None:
        text = self.typed.text(name)
        return self._read(name, read_date, text) if text else None

    def _read(self, name: str, read: Callable[[str], Value], text: str) -> Value | None:
        try:
            return read(text)
        except InvalidInput as error:
            self._refuse(name, error.message, error.remedy)
            return None

    def _refuse(self, name: str, message: str, remedy: str | None) -> None:
        self.problems.append(InvalidInput(message, field=name, remedy=remedy))
