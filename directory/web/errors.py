"""Every failure becomes a page that says what to do next, or for the API a problem (RFC 9457)."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, jsonify, make_response, render_template, request
from psycopg.errors import ReadOnlySqlTransaction
from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError

from directory.errors import (
    Conflict,
    FanalError,
    InvalidInput,
    InvalidInputs,
    NotFound,
    Throttled,
    Unavailable,
)
from directory.i18n import gettext
from directory.privacy.sealing import CannotUnseal

STATUSES: dict[type[FanalError], HTTPStatus] = {
    InvalidInput: HTTPStatus.BAD_REQUEST,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    Throttled: HTTPStatus.TOO_MANY_REQUESTS,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}

#: How long to wait before asking again, in seconds: a database restarts in about three.
RETRY_AFTER_S = 5

log = structlog.get_logger("fanal.web")


@dataclass(frozen=True, slots=True)
class Problem:
    """One failure, for a page and for the API alike."""

    status: HTTPStatus
    detail: str
    field: str | None = None
    remedy: str | None = None
    #: Each input at fault, when there are several; the members above are those of the first.
    each: tuple[FanalError, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return the members of RFC 9457, and ours: field at fault, remedy, each error."""
        members: dict[str, object] = {
            "type": "about:blank",
            "title": title(self.status),
            "status": self.status.value,
            "detail": self.detail,
            "field": self.field,
            "remedy": self.remedy,
            "errors": [
                {"field": one.field, "detail": one.message, "remedy": one.remedy}
                for one in self.each
            ]
            or None,
        }
        return {name: value for name, value in members.items() if value is not None}


def register(app: Flask) -> None:
    """Route every exception to `answer`; an unforeseen one is logged and shown as a plain 500."""

    @app.errorhandler(FanalError)
    def fanal_error(error: FanalError) -> Response:
        response = answer(problem_of(error))
        if isinstance(error, CannotUnseal):
            log.error("cannot_unseal", exc_info=error)
        if isinstance(error, Throttled):
            response.headers["Retry-After"] = str(error.retry_after_s)
        return response

    @app.errorhandler(SecurityError)
    def untrusted_host(error: SecurityError) -> Response:
        # Without a host that is ours, no address of a page can be written: plain words.
        return Response(sentence(HTTPStatus.BAD_REQUEST), error.code, mimetype="text/plain")

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
            return make_response(error.get_response())
        status = HTTPStatus(error.code)
        response = answer(Problem(status, sentence(status), remedy=remedy(status)))
        for name, value in error.get_headers():
            if name in ("Allow", "Retry-After"):
                response.headers[name] = value
        return response

    @app.errorhandler(OperationalError)
    @app.errorhandler(PoolTimeout)
    def database_down(error: Exception) -> Response:
        log.error("database_unavailable", exc_info=error)
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return answer(Problem(status, sentence(status)))

    @app.errorhandler(InternalError)
    def database_held(error: InternalError) -> Response:
        # A page that writes where it may only read is a fault of ours, and told as one.
        is_held = isinstance(error.orig, ReadOnlySqlTransaction) and error.connection_invalidated
        if not is_held:
            raise error
        log.warning("database_held", endpoint=request.endpoint)
        told = gettext("Une sauvegarde est remise en place : rien ne s'enregistre pour le moment.")
        advice = gettext("Gardez ce que vous avez écrit, et réessayez dans quelques minutes.")
        return answer(Problem(HTTPStatus.SERVICE_UNAVAILABLE, told, remedy=advice))


def problem_of(error: FanalError) -> Problem:
    """Return the problem that a domain error is."""
    status = next(
        (STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), HTTPStatus.BAD_REQUEST
    )
    each = tuple(error.problems) if isinstance(error, InvalidInputs) else ()
    return Problem(status, error.message, error.field, error.remedy, each)


def answer(problem: Problem) -> Response:
    """Return the page, or for a path of the API the problem as JSON; never cached."""
    if request.path.startswith("/api/"):
        # The path only: the query says what somebody looks for, and where.
        response = jsonify(problem.as_json() | {"instance": request.path})
        response.content_type = "application/problem+json"
    else:
        response = make_response(_page(problem))
    response.status_code = problem.status
    response.headers["Cache-Control"] = "no-store"
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _page(problem: Problem) -> str:
    page: Any = render_template("errors/error.html", problem=problem, title=title(problem.status))
    return str(page)


def title(status: HTTPStatus) -> str:
    """Return the heading for a status."""
    titles = {
        HTTPStatus.BAD_REQUEST: gettext("Cette demande n'est pas comprise"),
        HTTPStatus.FORBIDDEN: gettext("Cet envoi ne vient pas de Fanal"),
        HTTPStatus.NOT_FOUND: gettext("Cette page n'existe pas"),
        HTTPStatus.METHOD_NOT_ALLOWED: gettext("Cette page ne s'utilise pas ainsi"),
        HTTPStatus.CONFLICT: gettext("Cette fiche a changé entre-temps"),
        HTTPStatus.GONE: gettext("Cette fiche n'est plus publiée"),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: gettext("Cet envoi est trop volumineux"),
        HTTPStatus.REQUEST_URI_TOO_LONG: gettext("Cette demande est trop longue"),
        HTTPStatus.TOO_MANY_REQUESTS: gettext("Trop d'essais en peu de temps"),
        HTTPStatus.SERVICE_UNAVAILABLE: gettext("Fanal ne répond pas pour le moment"),
    }
    if status in titles:
        return titles[status]
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return titles[HTTPStatus.BAD_REQUEST]
    return gettext("Quelque chose n'a pas marché")


def sentence(status: HTTPStatus) -> str:
    """Return what happened, for a status that brought no sentence of its own."""
    sentences = {
        HTTPStatus.FORBIDDEN: gettext("Rien n'a été fait. Ouvrez la page depuis Fanal."),
        HTTPStatus.NOT_FOUND: gettext("L'adresse est peut-être incomplète, ou la fiche retirée."),
        HTTPStatus.REQUEST_URI_TOO_LONG: gettext("Le texte cherché est trop long."),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: gettext("Le texte envoyé est trop long."),
        HTTPStatus.SERVICE_UNAVAILABLE: gettext("C'est passager. Réessayez dans un instant."),
    }
    if status in sentences:
        return sentences[status]
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return gettext("Une partie de la demande n'a pas de sens pour Fanal.")
    return gettext("L'erreur vient de Fanal, pas de vous. Elle est notée et sera corrigée.")


def remedy(status: HTTPStatus) -> str | None:
    """Return what to do about a status that brought no remedy of its own, if anything helps."""
    if status in (HTTPStatus.REQUEST_URI_TOO_LONG, HTTPStatus.REQUEST_ENTITY_TOO_LARGE):
        return gettext("Raccourcissez-le.")
    return None
