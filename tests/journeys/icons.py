"""Make `directory/static/icons.svg`, our subset of Lucide as one sprite.

Usage: `npm pack lucide-static`, unpack it, then
`python -m tests.journeys.icons package/icons`.
"""

import re
import sys
from pathlib import Path

from directory.paths import PACKAGE

#: Our name -> Lucide's. Ours say what the picture stands for.
ICONS = {
    "access": "calendar-check",
    "accessible": "accessibility",
    "alert": "triangle-alert",
    "animals": "paw-print",
    "baby": "baby",
    "brain": "brain",
    "budget": "piggy-bank",
    "bus": "bus",
    "chevron": "chevron-right",
    "clock": "clock",
    "close": "x",
    "cost": "wallet",
    "documents": "file-text",
    "external": "external-link",
    "family": "handshake",
    "food": "utensils",
    "health": "heart-pulse",
    "here": "locate-fixed",
    "home": "house",
    "info": "info",
    "languages": "languages",
    "listening": "message-circle-heart",
    "lock": "lock",
    "mail": "mailbox",
    "more": "ellipsis",
    "parcel": "shopping-basket",
    "phone": "phone",
    "place": "map-pin",
    "public": "landmark",
    "rights": "scale",
    "route": "navigation",
    "screen": "monitor-smartphone",
    "search": "search",
    "shelter": "bed-double",
    "shield": "shield",
    "shirt": "shirt",
    "shower": "shower-head",
    "sliders": "sliders-horizontal",
    "state-appointment": "calendar-check",
    "state-closed": "circle-minus",
    "state-open": "circle-check",
    "state-paused": "calendar-x",
    "state-unknown": "circle-help",
    "verified": "badge-check",
    "welcome": "door-open",
    "who": "users",
    "work": "briefcase",
    "writing": "pen-line",
}


def symbol(name: str, svg: str) -> str:
    """Return one icon as a symbol; stroke and colour come from the style sheet."""
    shapes = re.sub(r"<!--.*?-->|</?svg[^>]*>|\s*\n\s*", "", svg, flags=re.DOTALL)
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes.replace(" />", "/>").strip()}</symbol>'


def sprite(folder: Path) -> str:
    """Return the sprite of `ICONS`, in the order of their names."""
    symbols = (
        symbol(name, (folder / f"{source}.svg").read_text()) for name, source in ICONS.items()
    )
    return (
        "<!-- Lucide, ISC licence: vendor/lucide.LICENSE -->\n"
        '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    )


if __name__ == "__main__":
    (PACKAGE / "static" / "icons.svg").write_text(sprite(Path(sys.argv[1])))
