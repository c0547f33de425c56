"""What each role may do. One table; pages, rules and the access matrix all read it."""

from dataclasses import dataclass
from enum import StrEnum

from directory.errors import NotFound
from directory.i18n import gettext


class Role(StrEnum):
    """What somebody is in an organisation."""

    READER = "reader"
    CASEWORKER = "caseworker"
    EDITOR = "editor"
    MANAGER = "manager"


class Permission(StrEnum):
    """Something that not everybody may do."""

    READ_REFERRALS = "read_referrals"
    SEND_REFERRALS = "send_referrals"
    ANSWER_REFERRALS = "answer_referrals"
    ERASE_PERSONS = "erase_persons"
    EDIT_OWN_LISTINGS = "edit_own_listings"
    MANAGE_MEMBERS = "manage_members"
    READ_OWN_FIGURES = "read_own_figures"
    #: Look after the organisations of one's territories.
    ADMINISTER = "administer"
    #: What only the super-admin may: entrust territories, see mails of anywhere.
    ADMINISTER_EVERYWHERE = "administer_everywhere"


_READING = frozenset({Permission.READ_REFERRALS, Permission.READ_OWN_FIGURES})
_ACTING = _READING | {Permission.SEND_REFERRALS, Permission.ANSWER_REFERRALS}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.READER: _READING,
    Role.CASEWORKER: _ACTING,
    # Keeps the listings of the organisation true; the files of persons are not needed for that.
    Role.EDITOR: frozenset({Permission.EDIT_OWN_LISTINGS}),
    Role.MANAGER: _ACTING
    | {Permission.ERASE_PERSONS, Permission.EDIT_OWN_LISTINGS, Permission.MANAGE_MEMBERS},
}

#: What opens the pages of administration, where one person reads and governs much.
ADMINISTERING = frozenset({Permission.ADMINISTER, Permission.ADMINISTER_EVERYWHERE})

#: Départements of a super-admin: all of them.
EVERYWHERE = ("*",)


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who is signed in, as the database says it at this request."""

    account_id: int
    login_id: int
    name: str
    email: str
    #: The organisation the person acts for now; None for an admin of none.
    organization_id: int | None = None
    organization_name: str | None = None
    role: Role | None = None
    #: A person checked that organisation: it may send and receive.
    is_verified: bool = False
    #: An admin suspended it: it sends, reads and answers nothing until it is verified again.
    is_suspended: bool = False
    is_prescribing: bool = False
    is_receiving: bool = False
    has_second_factor: bool = False
    #: Invented, for whoever tries Fanal out.
    is_demonstration: bool = False
    #: The other organisations she may change to: (id, name).
    other_organizations: tuple[tuple[int, str], ...] = ()
    #: Départements she looks after as an admin; `EVERYWHERE` for a super-admin.
    departements: tuple[str, ...] = ()

    @property
    def is_admin(self) -> bool:
        """True for a territory admin and for the super-admin."""
        return bool(self.departements)

    def may(self, permission: Permission) -> bool:
        """Tell whether the role, or the territory, allows something."""
        if permission is Permission.ADMINISTER:
            return self.is_admin
        if permission is Permission.ADMINISTER_EVERYWHERE:
            return self.departements == EVERYWHERE
        return self.role is not None and permission in PERMISSIONS[self.role]

    def looks_after(self, departement: str) -> bool:
        """Tell whether a département is one of hers as an admin."""
        return self.departements == EVERYWHERE or departement in self.departements


def require(user: User, *permissions: Permission) -> None:
    """Let through whoever has one of the permissions.

    :raise NotFound: she has none; the answer is that of a page that does not exist.
    """
    if not any(user.may(permission) for permission in permissions):
        raise NotFound(gettext("Cette page n'existe pas, ou pas pour vous."))
