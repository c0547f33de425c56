"""Key « Rue François Ier » and « Rue du 2e Dragons » by their numbers, as what is typed now is.

Streets are compared by their keys: those of before would be found by nobody who writes « 1er ».
What processes keep of a département is out of date with its new edition.
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

#: A name of one word is no rank: « rue Vi ».
KINDS = (
    "allee|avenue|boulevard|chaussee|chemin|cite|clos|cour|cours|domaine|esplanade|faubourg"
    "|galerie|hameau|impasse|lieudit|lotissement|mail|montee|parc|parvis|passage|passerelle|place"
    "|placette|pont|port|promenade|quai|quartier|residence|rocade|rond point|route|rue|ruelle"
    "|sente|sentier|square|terrasse|traverse|venelle|villa|voie|zone"
)
RANKS = (
    "('ier', '1'), ('i', '1'), ('ii', '2'), ('iii', '3'), ('iv', '4'), ('v', '5'), ('vi', '6'),"
    " ('vii', '7'), ('viii', '8'), ('ix', '9'), ('x', '10'), ('xi', '11'), ('xii', '12'),"
    " ('xiii', '13'), ('xiv', '14'), ('xv', '15'), ('xvi', '16'), ('xvii', '17'), ('xviii', '18'),"
    " ('xix', '19'), ('xx', '20'), ('xxi', '21'), ('xxii', '22'), ('xxiii', '23')"
)
WORDS = (
    ("deuxieme", 2),
    ("second", 2),
    ("seconde", 2),
    ("troisieme", 3),
    ("quatrieme", 4),
    ("cinquieme", 5),
)
ORDINAL = r"\m(\d{1,4})(er|ere|e|eme|ieme|nd|nde)\M"

NUMBERED = (
    "UPDATE street SET key = regexp_replace(key, '{pattern}', '{number}', 'g')"
    " WHERE key ~ '{pattern}'"
)
RANKED = (
    "UPDATE street SET key = left(key, -length(rank.written)) || rank.number"
    " FROM (VALUES {ranks}) AS rank (written, number)"
    " WHERE key LIKE '% %' AND substring(key from '[^ ]+$') = rank.written"
    " AND key !~ '^({kinds}) [^ ]+$'"
)

STATEMENTS = (
    NUMBERED.format(pattern=ORDINAL, number=r"\1"),
    *(NUMBERED.format(pattern=rf"\m{word}\M", number=number) for word, number in WORDS),
    RANKED.format(ranks=RANKS, kinds=KINDS),
    "UPDATE address_department SET edition = edition + 1",
)


def upgrade() -> None:
    """Write the keys of these streets anew."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: migrations go forward only, and a restored backup is the way back."""
    raise NotImplementedError("restore a backup instead")
