"""A need in plain words, turned into kinds of help, said openly so that it can be corrected."""

from dataclasses import dataclass

from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.listings.vocabulary import Kind, category_label, kinds_for_words
from directory.web.caseworkers.asked import NEED, Asked
from directory.web.caseworkers.links import Link

#: How many other kinds are proposed beside the one that is searched.
MOST_OTHERS = 4


@dataclass(frozen=True, slots=True)
class Need:
    """The kinds that a wording asks for, best first; empty when nothing was written."""

    text: str
    kinds: tuple[Kind, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The kind that is searched."""
        return tuple(kind.code for kind in self.kinds[:1])

    @property
    def sentence(self) -> str | None:
        """What was understood."""
        if not self.kinds:
            return None
        kind = category_label(self.kinds[0].code)
        return gettext("« %(words)s » : nous cherchons %(kind)s.", words=self.text, kind=kind)

    def others(self, asked: Asked) -> list[Link]:
        """Return the same search for each other kind that the words may mean."""
        return [
            Link(
                category_label(kind.code),
                asked.without(NEED, "cursor").having(category=kind.code).url,
            )
            for kind in self.kinds[1 : MOST_OTHERS + 1]
        ]


def read_need(asked: Asked) -> Need:
    """Return what the words of the need mean.

    :raise InvalidInput: they mean no kind of help that we know.
    """
    text = asked.get(NEED)[:80]
    if not text:
        return Need("")
    kinds = tuple(kinds_for_words(text))
    if not kinds:
        raise InvalidInput(
            gettext("Nous ne reconnaissons pas ce besoin : « %(words)s ».", words=text),
            field=NEED,
            remedy=gettext("Essayez un autre mot, ou choisissez une aide ci-dessous."),
        )
    return Need(text, kinds)
