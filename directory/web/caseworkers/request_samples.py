"""An invented request for the page of components: each of its parts, and a form that came back."""

from datetime import UTC, datetime
from uuid import UUID

from directory.referrals.notes import Note
from directory.referrals.steps import Step
from directory.web.alternatives import Alternative
from directory.web.redirections import Redirection
from directory.web.request_sheet import RequestSheet, Ticked
from directory.web.step_forms import ORDER, StepForms
from directory.web.timeline import Happening

_AT = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)

SHEET = RequestSheet(
    service_name="Distribution de colis alimentaires",
    organization_name="Association Exemple",
    state="En cours d'examen",
    is_urgent=True,
    lines=[("Demandée par", "Équipe Exemple"), ("Commune", "Bondy")],
    person=[("Code ou initiales", "A. D."), ("Année de naissance", "1987")],
    contact={"first_name": "Aminata", "phone": "+33199003614", "email": "a.d@exemple.fr"},
    conditions=[Ticked("Public : Familles", True), Ticked("A au moins 18 ans", False)],
    documents=[Ticked("Pièce d'identité", True), Ticked("Justificatif de domicile", False)],
    message="Préfère être appelée le matin.",
    notes=[Note(UUID(int=0), _AT, "À joindre le soir.", True, "Awa Diop", None, None)],
    happenings=[
        Happening(_AT, "Demande envoyée."),
        Happening(_AT, "Demande lue par le service."),
    ],
    time_zone="Europe/Paris",
)

FORMS = StepForms(
    action="#",
    version=1,
    steps=ORDER,
    typed={"refuse-available_on": "2020-01-01", "refuse-text": "Complet jusqu'au printemps."},
    errors={
        "refuse-refusal_reason": "Choisissez la raison du refus.",
        "refuse-available_on": "Ce jour est passé, ou trop loin. Choisissez un jour d'ici un an.",
    },
    opened=Step.REFUSE.value,
)

REDIRECTION = Redirection(
    [
        Alternative(
            id=1,
            name="Épicerie solidaire du canal",
            organization="Association Exemple",
            location=None,
            distance_m=642.4,
            state="open",
            opening_text="Ouvert jusqu'à 12:30",
            capacity="Places disponibles (déclaré le 3 septembre 2026)",
        )
    ],
    at_once=frozenset({1}),
    error="Choisissez un service.",
)
