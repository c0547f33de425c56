"""The words of mails that did not leave. Values are stored; labels are translated when shown."""

from enum import StrEnum

from directory.i18n import gettext


class Failure(StrEnum):
    """Why a try failed. The server's own words are not kept: they quote addresses."""

    #: Nobody answers there, or nobody we may talk to: every other mail would fail alike.
    SERVER_AWAY = "server_away"
    #: The server asks to come back later.
    NOT_NOW = "not_now"
    #: The server will not have this mail, or does not know the address.
    REFUSED = "refused"
    #: It had the whole mail and hung up before it said so: the mail may have arrived.
    UNKNOWN_FATE = "unknown_fate"
    #: A fault of ours: the mail could not be written.
    NOT_WRITTEN = "not_written"


def failure_label(failure: Failure) -> str:
    """Return why a mail did not leave, for whoever looks after the installation."""
    return {
        Failure.SERVER_AWAY: gettext("Le serveur de courriels n'a pas répondu."),
        Failure.NOT_NOW: gettext("Le serveur de courriels a demandé d'attendre."),
        Failure.REFUSED: gettext("Le serveur refuse cette adresse, ou ce courriel."),
        Failure.UNKNOWN_FATE: gettext("Le serveur a raccroché : le courriel est peut-être arrivé."),
        Failure.NOT_WRITTEN: gettext("Fanal n'a pas pu écrire ce courriel."),
    }[failure]


class Delay(StrEnum):
    """That a mail somebody counts on has not left."""

    #: It was tried, and will be again.
    LATE = "late"
    #: Every try failed.
    GIVEN_UP = "given_up"


class NotSent(Exception):
    """A mail did not leave, or nobody knows whether it did."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure
