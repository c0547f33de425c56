"""What the sources of listings are called on the pages."""

from typing import Any

from directory.i18n import gettext
from directory.web.filters import day


def source_label(name: str) -> str:
    """Return the name of a source for people; an unknown one stays as its importer wrote it."""
    labels = {
        "demonstration": gettext("données inventées pour la démonstration"),
        "france-services": gettext("liste officielle des France Services"),
        "seed": gettext("documents publics, à vérifier"),
    }
    return labels.get(name, name)


def source_sentences(source: dict[str, Any]) -> list[str]:
    """Return where a listing comes from, of which day, under which licence."""
    name = source_label(source["name"])
    if source["dated_on"]:
        told = [gettext("Source : %(name)s, du %(day)s.", name=name, day=day(source["dated_on"]))]
    else:
        told = [gettext("Source : %(name)s.", name=name)]
    if source["licence"]:
        told.append(gettext("Licence : %(licence)s.", licence=source["licence"]))
    return told
