"""Where a person goes once she is signed in: the page she asked for, if it is one of ours."""

from urllib.parse import urlsplit

#: Longer than any address of ours with its questions.
LONGEST = 2_000


def own_path(asked: str) -> str | None:
    """Return a path of this site that was asked for, else None.

    Browsers drop tabs and line ends from an address and take `\\` for `/`; so what holds one of
    these, or begins with two slashes, could lead to somebody else's site and is refused.
    """
    if not asked.startswith("/") or asked.startswith("//") or len(asked) > LONGEST:
        return None
    if "\\" in asked or any(ord(letter) <= 0x20 or ord(letter) == 0x7F for letter in asked):
        return None
    try:
        parts = urlsplit(asked)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else asked
