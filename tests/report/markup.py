"""A checker of pages: well formed, self-contained, and built so that it can be read without seeing it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "br", "hr", "img", "input", "col", "base"})
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LOCAL = re.compile(r"#[\w.-]+|data:,?")


@dataclass
class Element:
    """An element with what stands in it, in order."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)
    parent: Element | None = None

    @property
    def text(self) -> str:
        """All text in it, spaces made one."""
        parts = [item if isinstance(item, str) else f" {item.text} " for item in self.children]
        return " ".join("".join(parts).split())

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Elements of a tag in it, at any depth, with these attributes (``class_``: among others)."""
        found = []
        for item in self.children:
            if isinstance(item, Element):
                if item.tag == tag and all(item._has(*pair) for pair in attributes.items()):
                    found.append(item)
                found += item.all(tag, **attributes)
        return found

    def one(self, tag: str, **attributes: str) -> Element:
        """The only one of them."""
        (found,) = self.all(tag, **attributes)
        return found

    def rows(self) -> list[list[str]]:
        """The rows of the tables in it, as texts."""
        cells = ("td", "th")
        return [
            [item.text for item in row.children if isinstance(item, Element) and item.tag in cells]
            for row in self.all("tr")
        ]

    def _has(self, name: str, value: str) -> bool:
        if name == "class_":
            return value in self.attributes.get("class", "").split()
        return self.attributes.get(name) == value


class Page(HTMLParser):
    """A page read strictly: `faults` says what is wrong with it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = text
        self.faults: list[str] = []
        self.root = Element("", {})
        self._at = self.root
        self.ids: set[str] = set()
        self._links: set[str] = set()
        self.feed(text)
        self.close()
        if self._at is not self.root:
            self.faults.append(f"<{self._at.tag}> is not closed")
        self._judge()

    # --- reading

    def handle_decl(self, decl: str) -> None:
        if decl.lower() != "doctype html" or self.root.children:
            self.faults.append(f"declaration {decl}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if len(named) != len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice")
        element = Element(tag, named, parent=self._at)
        self._at.children.append(element)
        self._note(element)
        if tag not in VOID:
            self._at = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._inside("svg"):
            self.faults.append(f"<{tag}/> outside a picture")
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or self._at.tag != tag:
            self.faults.append(f"</{tag}> inside <{self._at.tag}> at {self.getpos()}")
            return
        assert self._at.parent is not None
        self._at = self._at.parent

    def handle_data(self, data: str) -> None:
        self._at.children.append(data)

    def _inside(self, tag: str) -> bool:
        at: Element | None = self._at
        while at is not None:
            if at.tag == tag:
                return True
            at = at.parent
        return False

    def _note(self, element: Element) -> None:
        if (name := element.attributes.get("id")) is not None:
            if name in self.ids:
                self.faults.append(f"the id {name} stands twice")
            self.ids.add(name)
        for attribute, value in element.attributes.items():
            if attribute.startswith("on"):
                self.faults.append(f"<{element.tag}> has a handler {attribute}")
            if attribute in ("href", "src", "srcset", "action", "data", "poster", "xlink:href", "background"):
                if not LOCAL.fullmatch(value):
                    self.faults.append(f"<{element.tag}> refers to {value}")
                elif value.startswith("#"):
                    self._links.add(value[1:])
            for target in re.findall(r"url\(([^)]*)\)", value):
                if not LOCAL.fullmatch(target):
                    self.faults.append(f"<{element.tag}> refers to {target}")
                else:
                    self._links.add(target[1:])

    # --- judging

    def _judge(self) -> None:
        self.faults += [f"no element has the id {name}" for name in sorted(self._links - self.ids)]
        for tag in ("script", "iframe", "object", "embed", "form", "img", "base"):
            if self.root.all(tag):
                self.faults.append(f"there is a <{tag}>")
        if "://" in self.text or re.search(r"@import|(?<!data:)(?<=['\"(])//", self.text):
            self.faults.append("it names an address")
        html = self.root.one("html")
        if not html.attributes.get("lang"):
            self.faults.append("it has no language")
        for tag in ("header", "nav", "main", "footer", "h1", "title"):
            if len(html.all(tag)) != 1 and not (tag == "title" and html.all("svg")):
                self.faults.append(f"there is not just one <{tag}>")
        self._judge_headings(html)
        for table in html.all("table"):
            if len(table.all("caption")) != 1 or not table.one("caption").text:
                self.faults.append("a table has no caption")
            for cell in table.all("th"):
                if cell.attributes.get("scope") not in ("col", "row"):
                    self.faults.append(f"the heading {cell.text} has no scope")
        for picture in html.all("svg"):
            named = picture.attributes.get("aria-labelledby", "").split()
            if picture.attributes.get("role") != "img" or len(named) != 2 or not set(named) <= self.ids:
                self.faults.append("a picture is not described")
            if not all(any(item.text for item in picture.all(tag)) for tag in ("title", "desc")):
                self.faults.append("a picture has no title or description")
        for region in html.all("div", role="region") + html.all("nav") + html.all("section"):
            if not region.attributes.keys() & {"aria-label", "aria-labelledby"}:
                self.faults.append(f"a <{region.tag}> has no name")

    def _judge_headings(self, html: Element) -> None:
        before = 0
        for element in _in_order(html):
            if element.tag in HEADINGS:
                level = HEADINGS.index(element.tag) + 1
                if level > before + 1:
                    self.faults.append(f"<{element.tag}> {element.text} skips a level")
                before = level

    def section(self, name: str) -> Element:
        """A part of the page by its id."""
        return self.root.one("section", id=name)


def _in_order(element: Element) -> list[Element]:
    found = []
    for item in element.children:
        if isinstance(item, Element):
            found += [item, *_in_order(item)]
    return found
