"""What a person is told before anything about her is sent, and what she then agrees to.

The text is kept in versions: a referral stores which version was read, in which language. Whoever
changes a sentence here gives it the next number.
"""

from dataclasses import dataclass

from directory import i18n
from directory.referrals.consent_texts import TRANSLATED

#: Version of the text below.
CONSENT_VERSION = 1


@dataclass(frozen=True, slots=True)
class ConsentText:
    """The text to read to the person, in one language."""

    version: int
    language: i18n.Language
    lines: tuple[str, ...]
    #: What she agrees to besides, or not.
    redirection: str


def _(text: str) -> str:
    """Mark a sentence for the catalogues; it is translated into the language of the person."""
    return text


_LINES = (
    _("Nous voulons envoyer une demande pour vous à ce service : %(service)s (%(organization)s)."),
    _(
        "Il verra tout de suite : un code ou vos initiales, votre année de naissance et votre "
        "langue si vous les donnez, l'aide que vous cherchez, et le message que nous écrivons."
    ),
    _(
        "Il verra votre prénom, votre téléphone et votre adresse mail seulement s'il accepte la "
        "demande, et seulement si vous les donnez."
    ),
    _("Nous n'écrivons rien sur votre santé, ni sur la justice."),
    _(
        "Ce qui permet de vous joindre est effacé au plus tard %(days)s jours après la fin de la "
        "demande."
    ),
    _("Vous pouvez dire non : nous vous aiderons de la même façon."),
    _(
        "Vous pouvez changer d'avis à tout moment : dites-le nous, et le service ne verra plus "
        "rien. Vous pouvez aussi demander à lire, à corriger ou à effacer ce qui est écrit."
    ),
)

_REDIRECTION = _(
    "Si ce service ne peut pas vous aider, il peut passer la demande à un autre service."
)


def consent_languages() -> list[i18n.Language]:
    """Return the languages in which the text exists, those of the interface first."""
    return [*i18n.LANGUAGES.values(), *(text.language for text in TRANSLATED)]


def consent_text(
    language_tag: str, *, service: str, organization: str, contact_kept_days: int
) -> ConsentText:
    """Return the text in the language of the person, else in French; the text says which."""
    filled = {
        "service": service,
        "organization": organization,
        "days": str(contact_kept_days),
    }
    for text in TRANSLATED:
        if text.language.tag == language_tag and language_tag not in i18n.LANGUAGES:
            lines = tuple(line % filled for line in text.lines)
            return ConsentText(CONSENT_VERSION, text.language, lines, text.redirection)
    language = i18n.language(language_tag)
    catalogue = i18n.catalogue(language.tag)
    return ConsentText(
        version=CONSENT_VERSION,
        language=language,
        lines=tuple(catalogue.ugettext(line) % filled for line in _LINES),
        redirection=catalogue.ugettext(_REDIRECTION),
    )
