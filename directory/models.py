"""Every table, gathered for migrations."""

from directory.addresses import models as _addresses
from directory.db import Base
from directory.geocoding import models as _geocoding
from directory.listings import entries as _entries
from directory.listings import models as _listings
from directory.territories import models as _territories

__all__ = ["metadata"]

metadata = Base.metadata

_ = (_addresses, _entries, _geocoding, _listings, _territories)
