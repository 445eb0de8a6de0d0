"""The text of an article as HTML: a small part of Markdown, and nothing else. Pure.

Headings, paragraphs, lists, emphasis, quotes, links and tables. HTML that was typed is shown as it was typed:
the parts of the library that let it pass are taken out, and of the tree that remains only what stands in the
lists below is written, so what a later version of the library may learn does not come through either.
"""

from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from django.utils.safestring import SafeString, mark_safe
from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

_ELEMENTS = frozenset(
    {"div", "p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "blockquote", "a", "br", "hr"}
    | {"table", "thead", "tbody", "tr", "th", "td"}
)
_HEADINGS = {"h1": "h2", "h5": "h4", "h6": "h4"}
"""The title of the page is the first heading; nobody needs five steps below it."""
_SCHEMES = frozenset({"http", "https", "tel", "mailto"})
_HTML_PARTS = (
    ("preprocessors", "html_block"),
    ("inlinePatterns", "html"),
    ("inlinePatterns", "entity"),
    ("inlinePatterns", "image_link"),
    ("inlinePatterns", "image_reference"),
    ("inlinePatterns", "short_image_ref"),
    ("inlinePatterns", "automail"),
    ("postprocessors", "raw_html"),
)


class _OnlyKnown(Treeprocessor):  # type: ignore[misc]  # the library has no types
    """Takes from the tree every element and every attribute that is not on the lists; words stay."""

    def run(self, root: Element) -> None:
        for parent in list(root.iter()):
            for child in list(parent):
                child.tag = _HEADINGS.get(str(child.tag), child.tag)
                if child.tag not in _ELEMENTS:
                    child.tag = "p" if parent is root else "em"
                address = child.get("href", "") if child.tag == "a" else ""
                child.attrib.clear()
                if child.tag == "a":
                    _linked(child, address)


def _linked(element: Element, address: str) -> None:
    if is_safe_address(address):
        element.set("href", address)
        if urlsplit(address).scheme in ("http", "https"):
            element.set("rel", "noopener nofollow")
    else:
        element.tag = "em"


def is_safe_address(address: str) -> bool:
    """Whether a link may lead there: a page of this site, or an address of a kind that runs nothing."""
    if not address.isprintable() or any(sign.isspace() for sign in address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme in _SCHEMES
    return address.startswith("/") and not address.startswith(("//", "/\\"))


def to_html(text: str) -> SafeString:
    """Return the text as HTML that runs nothing, loads nothing and looks like the rest of the page."""
    reader = Markdown(extensions=["tables", "sane_lists", "nl2br"], output_format="html")
    for registry, name in _HTML_PARTS:
        getattr(reader, registry).deregister(name)
    reader.treeprocessors.register(_OnlyKnown(reader), "only_known", 0)
    return mark_safe(str(reader.convert(text)))  # noqa: S308 - only what `_OnlyKnown` let through


def to_words(text: str) -> str:
    """Return the text without marks, for finding and for programs."""
    return " ".join(text.replace("#", " ").replace("*", " ").replace("|", " ").replace(">", " ").split())
