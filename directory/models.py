"""Every table, gathered for migrations."""

from directory.accounts import models as _accounts
from directory.addresses import models as _addresses
from directory.db import Base
from directory.geocoding import models as _geocoding
from directory.listings import entries as _entries
from directory.listings import models as _listings
from directory.outbox import models as _outbox
from directory.privacy import models as _privacy
from directory.referrals import models as _referrals
from directory.territories import models as _territories

__all__ = ["metadata"]

metadata = Base.metadata

_ = (
    _accounts,
    _addresses,
    _entries,
    _geocoding,
    _listings,
    _outbox,
    _privacy,
    _referrals,
    _territories,
)
