"""The factory: one application, assembled from its parts, from settings that are passed in."""

from typing import Any

import structlog
from apiflask import APIFlask
from flask import request

from directory import paths
from directory.config import Settings
from directory.logs import keep_texts_out
from directory.web import (
    accounts,
    admin,
    api,
    assets,
    caseworkers,
    conditional,
    errors,
    filters,
    health,
    letters,
    locale,
    logs,
    navigation,
    receivers,
    referrals,
    same_origin,
    security,
    session,
    signed_in,
)
from directory.web.runtime import EXTENSION, make_runtime

log = structlog.get_logger("fanal.web")


class FanalApp(APIFlask):
    """Flask, with the description of the API, and a log that never quotes what people send."""

    def log_exception(self, exc_info: Any) -> None:
        """Log an unforeseen error, which `directory.logs` describes without its text."""
        path = logs.told_path()
        log.error("unforeseen_error", method=request.method, path=path, exc_info=exc_info)


def create_app(settings: Settings | None = None) -> FanalApp:
    """Return the application, ready to serve. Nothing is opened before the first request.

    The process that serves it sets its logs up (`directory.logs.configure`); in one that does not,
    errors are still told without what people typed.
    """
    settings = settings or Settings()
    keep_texts_out()
    app = FanalApp(
        "directory",
        title="Fanal",
        version="1",
        spec_path=None,
        docs_path=None,
        json_errors=False,
        static_folder=None,  # type: ignore[arg-type]  # `assets` serves our files; Flask takes None
        template_folder=str(paths.folder("templates")),
    )
    app.extensions[EXTENSION] = make_runtime(settings)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    # Requests pass through the parts in this order, answers in the reverse order.
    security.register(app, settings)
    for part in (
        logs,
        conditional,
        errors,
        session,
        locale,
        same_origin,
        filters,
        signed_in,
        navigation,
        assets,
    ):
        part.register(app)
    for audience in (health, caseworkers, api, referrals, receivers, accounts, admin, letters):
        audience.register(app)
    return app
