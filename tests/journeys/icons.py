"""Make `directory/static/icons.svg`, our subset of Lucide as one sprite.

Usage: `npm pack lucide-static`, unpack it, then
`python -m tests.journeys.icons package/icons`.
"""

import re
import sys
from pathlib import Path

from directory.listings.vocabulary import KINDS
from directory.paths import PACKAGE

#: Our name -> Lucide's. Ours say what the picture stands for.
ICONS = {
    "access": "calendar-check",
    "alert": "triangle-alert",
    "close": "x",
    "cost": "coins",
    "documents": "file-text",
    "here": "locate-fixed",
    "info": "info",
    "lock": "lock",
    "phone": "phone",
    "place": "map-pin",
    "route": "navigation",
    "search": "search",
    "site": "globe",
    "sliders": "sliders-horizontal",
    "state-by_appointment": "calendar-check",
    "state-closed": "circle-minus",
    "state-open": "circle-check",
    "state-temporarily_closed": "calendar-x",
    "state-unknown": "circle-help",
    "verified": "badge-check",
    "who": "users",
    "write": "at-sign",
}

#: Kinds of help name their icon as Lucide does (`listings.vocabulary`).
KIND_ICONS = sorted({kind.icon for kind in KINDS if kind.icon})


def symbol(name: str, svg: str) -> str:
    """Return one icon as a symbol; stroke and colour come from the style sheet."""
    shapes = re.sub(r"<!--.*?-->|</?svg[^>]*>|\s*\n\s*", "", svg, flags=re.DOTALL)
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes.replace(" />", "/>").strip()}</symbol>'


def sprite(folder: Path) -> str:
    """Return the sprite: our icons, then those of the kinds of help."""
    chosen = ICONS | {name: name for name in KIND_ICONS}
    symbols = (
        symbol(name, (folder / f"{source}.svg").read_text()) for name, source in chosen.items()
    )
    return (
        "<!-- Lucide, ISC licence: vendor/lucide.LICENSE -->\n"
        '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    )


if __name__ == "__main__":
    (PACKAGE / "static" / "icons.svg").write_text(sprite(Path(sys.argv[1])))
