"""`/courriers-locaux`: the mails of the private server, which go to a folder instead of people.

Whoever opens them may answer in somebody's name: outside the machine itself there is no such page.
"""

from pathlib import Path
from uuid import UUID

from flask import Blueprint, Flask, abort, render_template, request

from directory.outbox.folder import find_letter, letters_in
from directory.outbox.servers import mail_folder
from directory.web.own_machine import stays_on_own_machine
from directory.web.runtime import runtime

blueprint = Blueprint("letters", __name__)


def register(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(blueprint)


@blueprint.get("/courriers-locaux")
def box() -> str:
    """Show the mails, newest first."""
    return render_template("letters/box.html", letters=letters_in(_folder()))


@blueprint.get("/courriers-locaux/<uuid:letter_id>")
def letter(letter_id: UUID) -> str:
    """Show one mail, as plain text; its links work."""
    found = find_letter(_folder(), letter_id)
    if found is None:
        abort(404)
    return render_template("letters/letter.html", letter=found)


def _folder() -> Path:
    """Return the folder of mails that whoever asks may see."""
    settings = runtime().settings
    folder = mail_folder(settings)
    if folder is None or not stays_on_own_machine(settings, request):
        abort(404)
    return folder
