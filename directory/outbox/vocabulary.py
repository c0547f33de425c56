"""The words of mails that did not leave. Values are stored; labels are translated when shown."""

from enum import StrEnum

from directory.i18n import gettext


class Failure(StrEnum):
    """Why a try failed. The server's own words are not kept: they quote addresses."""

    #: Nobody answers there: every other mail would fail alike.
    SERVER_AWAY = "server_away"
    #: It answers and will not have us, or shows no certificate that holds. Every other mail would
    #: fail alike, until somebody changes a setting.
    NOT_LET_IN = "not_let_in"
    #: The server asks to come back later.
    NOT_NOW = "not_now"
    #: The server will not have this mail, or does not know the address.
    REFUSED = "refused"
    #: It had the whole mail and hung up before it said so: the mail may have arrived.
    UNKNOWN_FATE = "unknown_fate"
    #: A fault of ours: the mail could not be written.
    NOT_WRITTEN = "not_written"


#: Nothing leaves any more: the first mail that does takes the others along.
SHUT = frozenset({Failure.SERVER_AWAY, Failure.NOT_LET_IN})


def failure_label(failure: Failure) -> str:
    """Return why a mail did not leave, for whoever looks after the installation."""
    return {
        Failure.SERVER_AWAY: gettext("Le serveur de courriels n'a pas répondu."),
        Failure.NOT_LET_IN: gettext("Le serveur de courriels ne laisse pas entrer Fanal."),
        Failure.NOT_NOW: gettext("Le serveur de courriels a demandé d'attendre."),
        Failure.REFUSED: gettext("Le serveur refuse cette adresse, ou ce courriel."),
        Failure.UNKNOWN_FATE: gettext("Le serveur a raccroché : le courriel est peut-être arrivé."),
        Failure.NOT_WRITTEN: gettext("Fanal n'a pas pu écrire ce courriel."),
    }[failure]


def failure_remedy(failure: Failure) -> str:
    """Return what to do about it, for the same reader."""
    return {
        Failure.SERVER_AWAY: gettext(
            "Vérifiez que le serveur de FANAL_MAIL_URL est en route, et que cette machine peut "
            "l'atteindre."
        ),
        Failure.NOT_LET_IN: gettext(
            "Vérifiez le nom, le mot de passe et le certificat du serveur de FANAL_MAIL_URL, et "
            "l'adresse de FANAL_MAIL_FROM, puis relancez « fanal worker »."
        ),
        Failure.NOT_NOW: gettext("Fanal réessaie. Si cela dure, demandez à qui tient ce serveur."),
        Failure.REFUSED: gettext("Vérifiez l'adresse de qui devait le recevoir."),
        Failure.UNKNOWN_FATE: gettext("Fanal réessaie. S'il arrive deux fois, c'est sans danger."),
        Failure.NOT_WRITTEN: gettext("Les journaux de « fanal worker » disent pourquoi."),
    }[failure]


class Delay(StrEnum):
    """That a mail somebody counts on has not left."""

    #: It was tried, and will be again.
    LATE = "late"
    #: Every try failed.
    GIVEN_UP = "given_up"


class NotSent(Exception):
    """A mail did not leave, or nobody knows whether it did."""

    def __init__(self, failure: Failure, *, code: int | None = None) -> None:
        super().__init__(failure)
        self.failure = failure
        #: The number by which the server refused, which says nothing of anybody.
        self.code = code
