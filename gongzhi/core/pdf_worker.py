"""Reads a PDF from standard input and writes it anew to standard output. Run as a process of its own.

It stands alone: it imports nothing of this project, so that it starts quickly and holds no key, no settings
and no database. Memory and time are limited by the system before the first byte is read. Only what is drawn
is carried over: pages with their contents, fonts and pictures. Whatever acts, points elsewhere, or tells who
wrote it is left behind: an allow-list for pages, and a list of refused names for everything below them.

Prints one line of JSON first: {"pages": n} or {"refused": reason}; after it, the document.
"""

import io
import json
import resource
import sys
from typing import Any

PAGE_KEYS = frozenset(
    {"/Type", "/MediaBox", "/CropBox", "/Rotate", "/Resources", "/Contents", "/UserUnit", "/Group"}
)
RESOURCE_KEYS = frozenset(
    {"/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/XObject", "/Font", "/ProcSet"}
)
REFUSED_KEYS = frozenset(
    {
        "/A", "/AA", "/AF", "/AcroForm", "/Alternates", "/Annots", "/B", "/DL", "/EF", "/EmbeddedFile",
        "/EmbeddedFiles", "/FDecodeParms", "/FFilter", "/JS", "/JavaScript", "/LastModified", "/Launch",
        "/Measure", "/Metadata", "/Names", "/OC", "/OPI", "/OpenAction", "/Outlines", "/PieceInfo", "/PtData",
        "/Ref", "/RichMedia", "/StructParent", "/StructParents", "/Thumb", "/URI", "/XFA",
    }
)  # fmt: skip
PICTURE_FILTERS = frozenset({"/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode"})
MOST_OBJECTS = 200_000


class Refused(Exception):
    """The document is not taken; the argument is the reason, one of a few words the caller knows."""


def limit(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def rewritten(content: bytes, *, pages: int, unpacked: int, pixels: int) -> tuple[int, bytes]:
    """Return the number of pages and the document written anew. Raises Refused."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import NameObject

    if not content.lstrip()[:5] == b"%PDF-":
        raise Refused("broken")
    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted:
        raise Refused("encrypted")
    count = len(reader.pages)
    if count < 1:
        raise Refused("broken")
    if count > pages:
        raise Refused("pages")
    writer = PdfWriter()
    for page in reader.pages:
        _strip_page(page)
        writer.add_page(page)
    root: Any = writer.root_object
    for name in list(root.keys()):
        if name not in ("/Type", "/Pages"):
            del root[NameObject(name)]
    _strip(root, unpacked=unpacked, pixels=pixels)
    writer.metadata = None
    target = io.BytesIO()
    writer.write(target)
    return count, target.getvalue()


def _strip_page(page: Any) -> None:
    """Leave of a page what is drawn, before anything is copied."""
    for name in [name for name in page if name not in PAGE_KEYS and name != "/Parent"]:
        del page[name]
    resources = page.get("/Resources")
    resources = resources.get_object() if resources is not None else {}
    for name in [name for name in resources if name not in RESOURCE_KEYS]:
        del resources[name]


def _strip(root: Any, *, unpacked: int, pixels: int) -> None:
    """Take out of everything below the root what acts or points elsewhere, and measure what it holds."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

    seen: set[int] = set()
    queue, total = [root], 0
    while queue:
        node = queue.pop()
        if isinstance(node, IndirectObject):
            node = node.get_object()
        if node is None or id(node) in seen:
            continue
        if not isinstance(node, (DictionaryObject, ArrayObject)):
            continue
        seen.add(id(node))
        if len(seen) > MOST_OBJECTS:
            raise Refused("large")
        if isinstance(node, ArrayObject):
            queue += list(node)
            continue
        _strip_dictionary(node)
        if isinstance(node, StreamObject):
            total += _measured(node, pixels)
            if total > unpacked:
                raise Refused("large")
        queue += [node.raw_get(name) for name in node if name != "/Parent"]


def _strip_dictionary(node: Any) -> None:
    kind = node.get("/Subtype")
    for name in [name for name in node if name in REFUSED_KEYS]:
        del node[name]
    if (
        kind == "/PS"
        or node.get("/Subtype2") == "/PS"
        or node.get("/S") in ("/JavaScript", "/Launch", "/URI")
    ):
        raise Refused("acting")


def _measured(node: Any, pixels: int) -> int:
    """Return the bytes of a stream once unpacked; of a compressed picture, what its pixels take."""
    filters = node.get("/Filter")
    filters = filters.get_object() if filters is not None else None
    names = [str(each) for each in (filters if isinstance(filters, list) else [filters])]
    if "/F" in node:  # The content of the stream would lie in another file.
        raise Refused("acting")
    if node.get("/Subtype") == "/Image":
        width, height = int(node.get("/Width", 0)), int(node.get("/Height", 0))
        if not 0 < width * height <= pixels:
            raise Refused("large")
    if PICTURE_FILTERS & set(names) or "/Crypt" in names:
        if len(names) > 1 or "/Crypt" in names:
            raise Refused("acting")
        return len(node._data)
    return len(node.get_data())


def main() -> int:
    wanted = json.loads(sys.argv[1])
    limit(wanted["memory"], wanted["seconds"])
    try:
        count, written = rewritten(
            sys.stdin.buffer.read(),
            pages=wanted["pages"],
            unpacked=wanted["unpacked"],
            pixels=wanted["pixels"],
        )
        said: dict[str, Any] = {"pages": count}
    except Refused as refused:
        said, written = {"refused": str(refused)}, b""
    except MemoryError:
        said, written = {"refused": "large"}, b""
    except Exception:
        said, written = {"refused": "broken"}, b""
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + written)
    return 0


if __name__ == "__main__":
    sys.exit(main())
