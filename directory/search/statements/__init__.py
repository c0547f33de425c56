"""The SQL of a search, built once for each shape of question and then only bound.

One branch for each kind of help: an index on (category, place) gives neighbours in order for one
category, never for a list of them. The radius is a condition of the index, so that a filter few
places pass cannot walk through the whole country.
"""

from directory.search.statements.counting import counted
from directory.search.statements.covering import covering
from directory.search.statements.neighbours import neighbours, shown
from directory.search.statements.shape import Shape

__all__ = ["Shape", "counted", "covering", "neighbours", "shown"]
