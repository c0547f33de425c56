"""A file of addresses made into the same file with positions: `fanal geocode`.

The addresses may be people's own: they are read, answered and written row by row, and neither
logged nor kept in the database.
"""
