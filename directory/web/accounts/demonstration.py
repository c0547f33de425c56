"""The demonstration accounts, told on the sign-in page of the private server to its machine."""

from flask import request

from directory.accounts.demonstration import DemonstrationAccount, stored_accounts
from directory.web.own_machine import stays_on_own_machine
from directory.web.runtime import runtime


def shown_accounts() -> list[DemonstrationAccount]:
    """Return the accounts to show: none unless the private server is called on its own machine."""
    settings = runtime().settings
    return stored_accounts(settings) if stays_on_own_machine(settings, request) else []
