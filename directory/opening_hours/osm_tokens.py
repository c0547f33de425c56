"""The words and signs of an OSM `opening_hours` text, read one after the other."""

import re
from datetime import date
from typing import NoReturn

from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.opening_hours.clock import month_day
from directory.opening_hours.osm_words import MONTHS, WEEKDAYS, refused

LONGEST_TEXT = 2000

_TOKEN = re.compile(
    r'(?P<always>24/7)|(?P<comment>"[^"]*")|(?P<time>\d{1,2}:\d{2})|(?P<year>\d{4})'
    r"|(?P<number>\d{1,2})|(?P<word>[A-Za-z]+)|(?P<sign>[-,;+/\[\]])",
    re.ASCII,
)
_BLANKS = re.compile(r"\s*")

Token = tuple[str, str]
END: Token = ("end", "")


class Tokens:
    """The tokens of one text, and the place up to which they were read."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST_TEXT:
            raise refused(gettext("Ce texte d'horaires est trop long."))
        self.text = text
        self._tokens = list(self._cut(text))
        self._place = 0

    def _cut(self, text: str) -> list[Token]:
        tokens: list[Token] = []
        place = len(text) - len(text.lstrip())
        while place < len(text):
            found = _TOKEN.match(text, place)
            if found is None or found.lastgroup is None:
                self.refuse()
            tokens.append((found.lastgroup, found[0]))
            blanks = _BLANKS.match(text, found.end())
            place = blanks.end() if blanks else len(text)
        return tokens

    def peek(self, ahead: int = 0) -> Token:
        """Return a token that is not read yet, without reading it."""
        place = self._place + ahead
        return self._tokens[place] if place < len(self._tokens) else END

    def take(self, kind: str) -> str:
        """Read one token of a kind, or refuse the text."""
        found, word = self.peek()
        if found != kind:
            self.refuse()
        self._place += 1
        return word

    def accept(self, kind: str, word: str | None = None) -> bool:
        """Read one token if it is that one; tell whether it was."""
        found = self.peek()
        if found[0] != kind or (word is not None and found[1] != word):
            return False
        self._place += 1
        return True

    def expect(self, sign: str) -> None:
        """Read a sign, or refuse the text."""
        if not self.accept("sign", sign):
            self.refuse()

    def refuse(self) -> NoReturn:
        """Refuse the text.

        :raise InvalidInput: always.
        """
        raise refused(gettext("« %(text)s » n'est pas un horaire que nous lisons.", text=self.text))

    def is_date(self, token: Token) -> bool:
        """Tell whether a date may begin with the token."""
        return token[0] == "year" or token[1] in MONTHS

    def is_day(self, token: Token) -> bool:
        """Tell whether the token is a weekday or a kind of holidays."""
        return token[1] in WEEKDAYS or token[1] in {"PH", "SH"}

    def calendar(self, year: int, month: int, day: int) -> date:
        """Return a date, or refuse the text if there is none."""
        try:
            return date(year, month, day)
        except ValueError:
            self.refuse()

    def month_day(self, month: int, day: int) -> str:
        """Return a day of the year, or refuse the text if there is none."""
        try:
            return month_day(f"{month:02}-{day:02}", "opening_hours")
        except InvalidInput:
            self.refuse()
