"""The form of a request as it is shown: the service, what was typed, what to look at again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from directory.errors import FanalError
from directory.i18n import gettext
from directory.listings.vocabulary import KINDS, category_label
from directory.opening_hours import sentence, state_at
from directory.referrals.clocks import PARIS
from directory.referrals.consent import ConsentText, consent_languages, consent_text
from directory.referrals.fields import PERSONAL, FieldName
from directory.referrals.limits import Limits, proposes_slip
from directory.referrals.models import Referral
from directory.referrals.snapshots import Snapshot
from directory.referrals.terms import Term, conditions_of, documents_of
from directory.web.alternatives import Alternative
from directory.web.languages import languages
from directory.web.referrals.remarks import Remark
from directory.web.referrals.typed import Typed
from directory.web.runtime import runtime

#: Where an error is shown that a rule tells by its own name of the value.
_SHOWN_AT = {
    "consent": "consent_form",
    "insee_code": "commune",
    "service_at_location_id": "service",
    "parent_id": "parent",
}


@dataclass(frozen=True, slots=True)
class FormPage:
    """What `referrals/form.html` shows."""

    snapshot: Snapshot
    service_at_location_id: int
    typed: Typed
    at: datetime
    #: What is wrong, by the field it is shown beside.
    errors: Mapping[str, str] = field(default_factory=dict)
    #: What is wrong with none of the fields.
    problems: Sequence[FanalError] = ()
    #: What to look at again before sending; nothing of it forbids to send.
    remarks: Sequence[Remark] = ()
    #: The draft, once it is kept, and the version of it that the words typed were decided on.
    referral: Referral | None = None
    version: int = 0
    #: Where to turn when this service takes no request.
    alternatives: Sequence[Alternative] = ()
    #: What `other`, which is stored, says otherwise: (field, its text, the text typed).
    stored: Sequence[tuple[str, str, str]] = ()
    other: Referral | None = None
    key: UUID = field(default_factory=uuid4)

    @property
    def heading(self) -> str:
        """The heading: it names no service, because a browser keeps the titles of pages."""
        return gettext("Votre brouillon") if self.referral else gettext("Nouvelle demande")

    @property
    def opening(self) -> tuple[str, str]:
        """The state of the place now, and its sentence."""
        hours = self.snapshot.hours
        state = state_at(hours, self.at)
        return state.state.value, sentence(state, self.at, hours.time_zone)

    @property
    def conditions(self) -> list[Term]:
        """The conditions to tick."""
        return conditions_of(self.snapshot.card, runtime().gazetteer().area_label)

    @property
    def documents(self) -> list[Term]:
        """The papers to tick."""
        return documents_of(self.snapshot.card)

    @property
    def needs(self) -> list[tuple[str, str]]:
        """The needs besides the service's own: (code, name), those already ticked among them."""
        ticked = self.typed.ticked("needs")
        return [
            (kind.code, category_label(kind.code))
            for kind in KINDS
            if (kind.icon or kind.code in ticked) and kind.code != self.snapshot.category_code
        ]

    @property
    def languages(self) -> list[tuple[str, str]]:
        """The languages to choose from; the one chosen among them."""
        chosen = self.typed.text(FieldName.LANGUAGE)
        return languages((chosen,) if chosen else ())

    @property
    def consent(self) -> ConsentText:
        """The text to read to the person, in her language where it exists."""
        asked = self.typed.text("consent_language") or self.typed.text(FieldName.LANGUAGE)
        return self._consent_in(asked)

    @property
    def consent_texts(self) -> list[ConsentText]:
        """The text in every language: the one in force first, the others to unfold."""
        first = self.consent
        texts = [self._consent_in(language.tag) for language in consent_languages()]
        return [first, *(text for text in texts if text.language != first.language)]

    def _consent_in(self, tag: str) -> ConsentText:
        return consent_text(
            tag,
            service=self.snapshot.service_name,
            organization=self.snapshot.organization_name,
            contact_kept_days=runtime().settings.contact_kept_days,
        )

    @property
    def consent_languages(self) -> list[tuple[str, str]]:
        """The languages that the text exists in; a choice is shown when there are several."""
        return [(language.tag, language.name) for language in consent_languages()]

    @property
    def today(self) -> str:
        """Today, as a field of a day has it."""
        return self.at.astimezone(PARIS).date().isoformat()

    @property
    def takes_personal(self) -> bool:
        """False for a kind of help that tells of health: a code is all that is kept.

        What was typed before the service became one is shown, with what is wrong about it.
        """
        limits = Limits.of(runtime().settings)
        is_refused = not self.errors.keys().isdisjoint(PERSONAL)
        return is_refused or not limits.code_alone_for([self.snapshot.category_code])

    @property
    def needs_of_health(self) -> list[str]:
        """The needs offered beside which nothing personal is kept, by name."""
        limits = Limits.of(runtime().settings)
        return [category_label(code) for code in limits.code_alone_for(dict(self.needs))]

    @property
    def proposes_slip(self) -> bool:
        """True where a sheet without any personal data is proposed first."""
        return proposes_slip(self.snapshot.category_code)

    @property
    def has_contact(self) -> bool:
        """True when something of the folded fields was typed, or is wrong."""
        folded = (FieldName.FIRST_NAME, FieldName.PHONE, FieldName.EMAIL)
        return any(self.typed.text(name) or name in self.errors for name in folded)


def errors_of(
    error: FanalError, fields: Collection[str]
) -> tuple[dict[str, str], list[FanalError]]:
    """Return what is wrong by the field it is shown beside, and what belongs to none of them."""
    beside: dict[str, str] = {}
    alone: list[FanalError] = []
    for problem in error.problems:
        name = _SHOWN_AT.get(problem.field or "", problem.field or "")
        if name in fields:
            beside[name] = f"{beside[name]} {problem.told}" if name in beside else problem.told
        else:
            alone.append(problem)
    return beside, alone


#: The fields of the form beside which an error can be shown.
FIELDS = frozenset(
    {name.value for name in FieldName}
    | {f"erase_{name.value}" for name in PERSONAL}
    | {"commune", "consent_form", "consented_on"}
)
