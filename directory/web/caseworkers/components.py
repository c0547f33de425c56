"""`/_composants`: every component at once, to look at before and after a change of style.

Four renderings of one page: `?theme=dark`, `?size=200`, `?lang=ar-XB` (when settings offer it).
"""

from flask import abort, render_template, request
from werkzeug.datastructures import MultiDict

from directory.web.caseworkers import choices, request_samples
from directory.web.caseworkers.answers import WaysOut
from directory.web.caseworkers.asked import Asked
from directory.web.caseworkers.blueprint import blueprint
from directory.web.caseworkers.form import Form
from directory.web.caseworkers.helplines import helplines
from directory.web.caseworkers.links import Link, Pages
from directory.web.caseworkers.samples import MEMBER, samples
from directory.web.runtime import runtime


@blueprint.get("/_composants")
def components() -> str:
    """Show all components; the page exists only where the settings say so."""
    if not runtime().settings.components_page:
        abort(404)
    asked = Asked.of(
        MultiDict([("q", "Bondy (93)"), ("category", "colis"), ("free", "true"), ("age", "17")])
    )
    return render_template(
        "caseworkers/components.html",
        form=Form(asked, errors={"q": "Aucun lieu ne porte ce nom."}),
        choices=choices,
        results=samples(),
        member=MEMBER,
        request_samples=request_samples,
        pages=Pages("#", "#"),
        helplines=helplines(["victimes-de-violences"]),
        ways_out=WaysOut(
            samples()[:1], [Link("20 km : 3 services", "#")], [Link("Sans « Gratuit » : 12", "#")]
        ),
        themes=[name for name in ("dark",) if request.args.get("theme") == name]
        + ["large" for _ in range(request.args.get("size") == "200")],
    )
