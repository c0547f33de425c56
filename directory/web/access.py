"""Who may open which page, read from the guards of the views themselves.

`fanal access` prints it, docs/access.md keeps it, and a test asks every route as every role.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from flask import Flask

from directory.accounts.permissions import PERMISSIONS, Permission, Role


class Caller(StrEnum):
    """Who asks. A removed member is a visitor from her next request on."""

    VISITOR = "visitor"
    READER = "reader"
    CASEWORKER = "caseworker"
    EDITOR = "editor"
    MANAGER = "manager"
    ADMIN = "admin"
    SUPER_ADMIN = "super-admin"


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one address, and who gets past its guard."""

    method: str
    rule: str
    endpoint: str
    callers: frozenset[Caller]

    @property
    def is_public(self) -> bool:
        """True when nobody is asked who she is; the token of a link may still be the key."""
        return Caller.VISITOR in self.callers


def routes(app: Flask) -> Iterator[Route]:
    """Yield every route of an application, by address and method."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        view = app.view_functions[rule.endpoint]
        callers = _callers(getattr(view, "access", None))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Route(method, rule.rule, rule.endpoint, callers)


def page(app: Flask) -> str:
    """Return docs/access.md."""
    head = (
        "# Who may open what\n\n"
        "Written by `fanal access` from the guards of the pages; a test asks every route as every "
        "role. A page that a role may not open does not exist for it (404). What belongs to "
        "another organisation answers like what does not exist. A removed member is a visitor.\n\n"
    )
    columns = ["route", *Caller]
    lines = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    for route in routes(app):
        cells = ["yes" if caller in route.callers else "–" for caller in Caller]
        lines.append(f"| `{route.method} {route.rule}` | {' | '.join(cells)} |")
    return head + "\n".join(lines) + "\n"


def _callers(access: object) -> frozenset[Caller]:
    """Return who passes a guard: none, « any member », or one of several permissions."""
    if access is None:
        return frozenset(Caller)
    if access == "member":
        return frozenset(Caller) - {Caller.VISITOR}
    assert isinstance(access, tuple), "a guard that `signed_in` does not know"  # noqa: S101
    allowed = {
        Caller(role.value)
        for role in Role
        if any(permission in PERMISSIONS[role] for permission in access)
    }
    if Permission.ADMINISTER in access:
        allowed |= {Caller.ADMIN, Caller.SUPER_ADMIN}
    if Permission.ADMINISTER_EVERYWHERE in access:
        allowed |= {Caller.SUPER_ADMIN}
    return frozenset(allowed)
