"""The places of France: communes, their codes and names, and the areas that contain them."""

from directory.territories.commune import Box, Commune, Kind
from directory.territories.gazetteer import Gazetteer
from directory.territories.matches import PlaceMatch, Reason, Resolution

__all__ = ["Box", "Commune", "Gazetteer", "Kind", "PlaceMatch", "Reason", "Resolution"]
