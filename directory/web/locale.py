"""One language per request, put in force for Flask-Babel and for the rules below the web alike."""

from typing import Any

from flask import Flask, request
from flask_babel import Babel

from directory import i18n, paths
from directory.web.runtime import runtime

#: The pages that people read: their links keep the language.
PAGES = ("caseworkers.", "accounts.", "admin.", "receivers.", "referrals.")


def register(app: Flask) -> None:
    """Choose the language before each request, and give templates `language` and gettext."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(paths.folder("translations"))
    app.config["BABEL_DEFAULT_LOCALE"] = i18n.DEFAULT_LANGUAGE
    Babel(app, locale_selector=lambda: str(i18n.babel_locale(i18n.current_language().tag)))
    _translate_templates(app)

    @app.before_request
    def choose() -> None:
        i18n.set_language(_asked())

    @app.after_request
    def tell(response: Any) -> Any:
        response.headers.setdefault("Content-Language", i18n.current_language().tag)
        return response

    @app.url_defaults
    def keep(endpoint: str, values: dict[str, Any]) -> None:
        tag = i18n.current_language().tag
        if tag != i18n.DEFAULT_LANGUAGE and endpoint.startswith(PAGES):
            values.setdefault("lang", tag)

    @app.context_processor
    def describe() -> dict[str, object]:
        return {"language": i18n.current_language()}


def _asked() -> str:
    """Return the language asked for; today French alone, and its mirror when settings allow."""
    asked = request.args.get("lang", "")
    if asked == i18n.PSEUDO_LANGUAGE.tag and runtime().settings.pseudo_language:
        return asked
    return asked if asked in i18n.LANGUAGES else i18n.DEFAULT_LANGUAGE


def _translate_templates(app: Flask) -> None:
    """Let templates read the catalogue of the rules, so that page and rules never disagree.

    Flask-Babel cannot: the mirrored language has no locale of its own in CLDR. Jinja fills the
    placeholders itself (newstyle), escaping each value, so the bare catalogue is what it needs.
    """

    def catalogue() -> Any:
        return i18n.catalogue(i18n.current_language().tag)

    # Jinja's i18n extension adds this method; its types do not know it.
    environment: Any = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(
        gettext=lambda text: catalogue().ugettext(text),
        ngettext=lambda one, many, n: catalogue().ungettext(one, many, n),
        pgettext=lambda context, text: catalogue().upgettext(context, text),
        npgettext=lambda context, one, many, n: catalogue().unpgettext(context, one, many, n),
        newstyle=True,
    )
    environment.policies["ext.i18n.trimmed"] = True
