"""The demonstration accounts, told on the sign-in page of the private server to its machine."""

from ipaddress import ip_address

from flask import request

from directory.accounts.demonstration import DemonstrationAccount, stored_accounts
from directory.web.runtime import runtime


def shown_accounts() -> list[DemonstrationAccount]:
    """Return the accounts to show: none unless the private server is called on its own machine.

    It must have been called by a name of this machine: a site elsewhere may have its own name
    point here, and would otherwise read the page.
    """
    settings = runtime().settings
    host = request.host.rsplit(":", 1)[0].strip("[]")
    if not settings.is_private or settings.public_url is not None:
        return []
    if not all(map(is_this_machine, (settings.host, host, request.remote_addr or ""))):
        return []
    return stored_accounts(settings)


def is_this_machine(name: str) -> bool:
    """Tell whether a name or an address leads nowhere but to the machine itself."""
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False
