"""The demonstration accounts, told on the sign-in page of the private server to its machine."""

from ipaddress import ip_address

from flask import request

from directory.web.runtime import runtime


def shown_accounts() -> list[object]:
    """Return the accounts to show: none unless the private server is called on its own machine.

    A page of another site that has its own name point here would be told nothing either: the
    server must have been called by a name of this machine.
    """
    settings = runtime().settings
    if not settings.is_private or settings.public_url is not None:
        return []
    host = request.host.rsplit(":", 1)[0].strip("[]")
    if not all(is_this_machine(name) for name in (settings.host, host, request.remote_addr or "")):
        return []
    return []


def is_this_machine(name: str) -> bool:
    """Tell whether a name or an address leads nowhere but to the machine itself."""
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False
