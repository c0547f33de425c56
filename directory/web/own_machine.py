"""Whether a request comes from the machine that the private server serves, and from nowhere else.

What only a demonstration shows (mails that went to nobody, passwords of invented people) is shown
there alone.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Request

from directory.config import Settings

#: A proxy in front says by one of these that somebody else asks.
_FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")


def stays_on_own_machine(settings: Settings, asked: Request) -> bool:
    """Tell whether both the installation and who asks are this machine's, by all that is known.

    A request for another name means that a page of somebody else's leads the browser here, to read
    what only we may see (DNS rebinding).
    """
    public_host = urlsplit(settings.public_url or "//localhost").hostname
    asked_host = urlsplit(f"//{asked.host}").hostname
    names = (settings.host, public_host, asked_host, asked.remote_addr)
    return (
        settings.is_private
        and all(_is_this_machine(name or "") for name in names)
        and not any(name in asked.headers for name in _FORWARDED)
    )


def _is_this_machine(name: str) -> bool:
    """Tell whether a name or an address leads nowhere but to the machine itself."""
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False
