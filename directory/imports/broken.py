"""What makes a table unreadable as a whole, told in the same words whatever the table holds."""

import csv

from directory.i18n import gettext
from directory.imports.remarks import BrokenFile


def cut_at(line: int, field: str = "file") -> BrokenFile:
    """Return the refusal of a file that ends in the middle of a line."""
    return BrokenFile(
        gettext("Ligne %(line)s : le fichier s'arrête au milieu de la ligne.", line=line),
        line=line,
        field=field,
        remedy=gettext("Téléchargez-le de nouveau : il est incomplet ou abîmé."),
    )


def not_csv(error: csv.Error, line: int) -> BrokenFile:
    """Return the refusal of a file whose quotes are wrong in the row that begins on a line."""
    if "unexpected end" in str(error):
        return cut_at(line)
    return BrokenFile(
        gettext("Ligne %(line)s : le fichier n'est pas un CSV.", line=line),
        line=line,
        field="file",
        remedy=gettext("Vérifiez les guillemets de cette ligne, ou reprenez le fichier."),
    )


def doubled_column(name: str) -> BrokenFile:
    """Return the refusal of a file in which two columns have one name."""
    return BrokenFile(
        gettext("La colonne « %(column)s » est deux fois dans le fichier.", column=name),
        line=1,
        field=name,
        remedy=gettext("Gardez-en une seule."),
    )
