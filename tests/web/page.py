"""A page as a browser would hold it, and what every page of Fanal must be.

`html.parser` reads the tokens; the nesting is held to HTML's own rules here: each element closed
by its own tag, optional ends written out, no stray end, no duplicate attribute or identifier.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)

#: SVG shapes are written closed, as XML wants.
SELF_CLOSED = frozenset(("path", "use", "rect", "circle"))

#: What may not lie inside a paragraph: a browser would close it there and leave a stray `</p>`.
NOT_IN_A_PARAGRAPH = frozenset(
    ("article", "aside", "blockquote", "details", "div", "dl", "fieldset", "footer", "form")
    + ("h1", "h2", "h3", "h4", "header", "hr", "main", "nav", "ol", "p", "pre", "section")
    + ("table", "ul")
)


@dataclass
class Element:
    """One element, its attributes, its children and its text."""

    name: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: list["Element"] = field(default_factory=list)
    pieces: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text within, spaces folded."""
        joined = "".join(p if isinstance(p, str) else p.text for p in self.pieces)
        return re.sub(r"\s+", " ", joined)

    def all(self, *names: str) -> Iterator["Element"]:
        """Yield the elements of these names within, in the order of the page."""
        for child in self.children:
            if child.name in names or not names:
                yield child
            yield from child.all(*names)

    def with_class(self, name: str) -> list["Element"]:
        """Return the elements of a class."""
        return [e for e in self.all() if name in e.attributes.get("class", "").split()]

    def get(self, name: str) -> str:
        """Return an attribute, or an empty text."""
        return self.attributes.get(name, "")

    @property
    def ancestors(self) -> Iterator["Element"]:
        """Yield the parent, its parent, and so on."""
        if self.parent is not None:
            yield self.parent
            yield from self.parent.ancestors


class _Reader(HTMLParser):
    """Builds the tree, and fails at the first thing a browser would have to guess."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.open = Element("", {})
        self.doctype = ""

    def handle_decl(self, decl: str) -> None:
        self.doctype = decl.lower()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), f"<{tag}> has an attribute twice"
        inside = [self.open, *self.open.ancestors]
        if tag in NOT_IN_A_PARAGRAPH:
            assert all(e.name != "p" for e in inside), f"<{tag}> inside a paragraph"
        if tag in ("a", "button"):
            assert all(e.name not in ("a", "button") for e in inside), f"<{tag}> inside another"
        element = Element(tag, {name: value or "" for name, value in attrs}, self.open)
        self.open.children.append(element)
        self.open.pieces.append(element)
        if tag not in VOID:
            self.open = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID | SELF_CLOSED, f"<{tag}/> is not closed in HTML"
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.name == tag, f"</{tag}> closes <{self.open.name}>"
        assert self.open.parent is not None
        self.open = self.open.parent

    def handle_data(self, data: str) -> None:
        self.open.pieces.append(data)


def read_fragment(text: str) -> Element:
    """Return the tree of a fragment of a page."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.open is reader.root, f"<{reader.open.name}> is never closed"
    return reader.root


def read_page(text: str) -> Element:
    """Return the tree of a page, checked."""
    assert text.lower().startswith("<!doctype html>")
    page = read_fragment(text)
    check(page)
    return page


def check(page: Element) -> None:
    """Fail on anything that no page of Fanal may have."""
    html, title, heading = (_only(page, name) for name in ("html", "title", "h1"))
    assert html.get("lang")
    assert html.get("dir") in ("ltr", "rtl")
    assert heading.text.strip(), "the heading is empty"
    told = title.text.removeprefix("Erreur : ")
    assert told.startswith(heading.text.strip()), "the title starts with the heading"
    _check_nothing_inline(page)
    _check_headings(page)
    _check_controls(page)
    identifiers = [e.get("id") for e in page.all() if e.get("id")]
    assert len(set(identifiers)) == len(identifiers), "an identifier is there twice"


def _only(page: Element, name: str) -> Element:
    found = list(page.all(name))
    assert len(found) == 1, f"{len(found)} <{name}>"
    return found[0]


def _check_nothing_inline(page: Element) -> None:
    assert not list(page.all("style")), "a style sheet in the page"
    for element in page.all():
        handlers = [name for name in element.attributes if name.startswith("on")]
        assert not handlers, f"{handlers} on <{element.name}>"
        assert "style" not in element.attributes, f"a style on <{element.name}>"
    for script in page.all("script"):
        assert script.get("src"), "a script in the page"
        assert not script.text
    for element in page.all("script", "link", "img", "use", "form"):
        address = element.get("src") or element.get("href") or element.get("action")
        assert not re.match(r"(?i)https?:|//", address), f"{address} is not ours"


def _check_headings(page: Element) -> None:
    levels = [int(e.name[1]) for e in page.all("h1", "h2", "h3", "h4")]
    jumps = [
        (above, below)
        for above, below in zip(levels, levels[1:], strict=False)
        if below > above + 1
    ]
    assert not jumps, f"heading levels jump: {jumps}"


def _check_controls(page: Element) -> None:
    labelled = {label.get("for") for label in page.all("label")}
    for form in page.all("form"):
        assert form.get("action"), "a form without an action"
        assert form.get("method") in ("get", "post")
    for control in page.all("input", "select", "textarea"):
        if control.get("type") == "hidden":
            continue
        wrapped = any(parent.name == "label" for parent in control.ancestors)
        assert wrapped or control.get("id") in labelled, f"{control.get('name')} has no label"
    for image in page.all("img"):
        assert "alt" in image.attributes, f"{image.get('src')} has no alternative text"
    for link in page.all("a", "button"):
        assert link.text.strip(), f"an empty <{link.name}> to {link.get('href')}"
    for each in page.all():
        for name in each.get("aria-describedby").split() + each.get("aria-labelledby").split():
            assert any(e.get("id") == name for e in page.all()), f"#{name} is not in the page"
