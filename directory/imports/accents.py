"""Texts with accents that somebody broke, and names as they are compared and shown."""

import re
import unicodedata

#: The signs that Windows-1252 shows for the bytes 80 to BF, those without one as they are.
_CONTINUATIONS = "".join(
    bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in range(0x80, 0xC0)
)
_BYTE_OF = {sign: byte for byte, sign in enumerate(_CONTINUATIONS, 0x80)} | {
    sign: ord(sign) for sign in "ÂÃÄÅÆËâ"
}

# What UTF-8 makes of accented letters (two bytes) and of curly quotes, dashes and the like (three,
# when what they make is punctuation or a sign of Windows-1252). No other pair is touched: « à « »
# is right, and would be a letter of the Samaritans. The last ones are parts of a text broken twice.
_ANY = f"[{re.escape(_CONTINUATIONS)}]"
_BROKEN = re.compile(f"[ÂÃÄÅ]{_ANY}|â{_ANY}{_ANY}|(?<=Ã[ƒ‚…„])(?:Ë†|Ëœ|Æ’)")

# The second half of « à » is a blank, which may have been trimmed or made an ordinary one. Among
# capitals « Ã » is a letter of its own, or would have been « À ».
_BROKEN_A_GRAVE = re.compile(r"(?<![A-ZÀ-ÖØ-Þ])(?<![A-ZÀ-ÖØ-Þ]\s)Ã(?=\s|$)")

#: A text may have been broken again by the next program.
_TIMES = 3


def repaired(text: str) -> str:
    """Return a text with the accents that were read as Windows-1252: « AllÃ©e » gives « Allée ».

    A text whose accents are right comes back as it is.
    """
    for _ in range(_TIMES):
        mended = _BROKEN.sub(_letter, text)
        if mended == text:
            break
        text = _decoded(text) or mended
    return _BROKEN_A_GRAVE.sub("à", text) if "Ã" in text else text


def readable(text: str) -> str:
    """Return a name with repaired accents, one blank between words and no invisible signs.

    Empty when nothing readable is left.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    text = unicodedata.normalize("NFC", repaired(text))
    return " ".join("".join(sign for sign in text if _is_shown(sign)).split())


def _decoded(text: str) -> str | None:
    """Return a text of which all was broken alike, in whatever script; None when only parts are."""
    try:
        return text.encode("cp1252").decode()
    except UnicodeError:
        return None


def _letter(found: re.Match[str]) -> str:
    letter = bytes(_BYTE_OF[sign] for sign in found[0]).decode("utf-8")
    if len(found[0]) == 3:
        # « â€ » begins dashes, quotes and blanks, and no word.
        return letter if letter in _CONTINUATIONS or found[0][1] == "€" else found[0]
    # « ÂŒ » would be a control sign, which only a text that holds it already can come to.
    return letter if letter.isprintable() or letter in (*found[0], "\u00a0") else found[0]


def _is_shown(sign: str) -> bool:
    return sign.isprintable() or sign.isspace()
