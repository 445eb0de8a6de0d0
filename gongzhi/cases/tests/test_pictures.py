"""Pictures: what is stored shows what was photographed and nothing else, and no file can hurt the server."""

import io
import stat
import struct
import zlib
from datetime import datetime
from pathlib import Path

import pytest
from django.db import transaction
from PIL import Image

from gongzhi.cases import files, pictures, rules
from gongzhi.cases.actions import story
from gongzhi.cases.models import Attachment, Transition
from gongzhi.cases.tests.playing import World
from gongzhi.cases.tests.test_invariants import registered, world  # noqa: F401 - a fixture
from gongzhi.core.actor import resident

LIMITS = rules.ATTACHMENTS.first
RED, BLUE = (200, 0, 0), (0, 0, 200)
ORIENTATION, MAKER, GPS = 0x112, 0x10F, 0x8825


def two_coloured(width: int = 640, height: int = 320) -> Image.Image:
    """Left half red, right half blue: any turn shows."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def photo(*, kind: str = "JPEG", orientation: int = 1, size: tuple[int, int] = (640, 320)) -> bytes:
    """A photograph as a telephone makes it: with the camera, the way it was held, and where."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKER] = "SecretCamera"
    exif.get_ifd(GPS).update({1: "N", 2: (32.0, 53.0, 27.0), 3: "E", 4: (108.0, 30.0, 38.0)})
    return encoded(two_coloured(*size), kind, exif=exif)


def encoded(image: Image.Image, kind: str, **how: object) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **how)
    return target.getvalue()


def opened(picture: pictures.Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.content))


def near(seen: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(seen, tuple)
    return all(abs(a - b) < 40 for a, b in zip(seen, wanted, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_camera_and_place_are_gone_from_what_is_stored(kind: str) -> None:
    raw = photo(kind=kind)
    assert Image.open(io.BytesIO(raw)).getexif().get_ifd(GPS), "the photograph does say where it was taken"
    cleaned = pictures.clean(raw, LIMITS)
    assert cleaned.mime == "image/jpeg"
    assert not opened(cleaned).getexif()
    assert not {"exif", "xmp", "icc_profile", "comment"} & set(opened(cleaned).info)
    assert b"SecretCamera" not in cleaned.content
    assert b"Exif" not in cleaned.content


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "top_left", "bottom_right", "upright"),
    [(1, RED, BLUE, False), (3, BLUE, RED, False), (6, RED, BLUE, True), (8, BLUE, RED, True)],
)
def test_a_photo_stands_as_it_was_held(
    kind: str,
    orientation: int,
    top_left: tuple[int, int, int],
    bottom_right: tuple[int, int, int],
    upright: bool,
) -> None:
    cleaned = pictures.clean(photo(kind=kind, orientation=orientation), LIMITS)
    assert (cleaned.height > cleaned.width) is upright
    shown = opened(cleaned)
    assert shown.size == (cleaned.width, cleaned.height)
    assert near(shown.getpixel((5, 5)), top_left)
    assert near(shown.getpixel((cleaned.width - 6, cleaned.height - 6)), bottom_right)


def test_a_turned_photo_that_is_too_large_is_made_smaller_and_turned() -> None:
    cleaned = pictures.clean(photo(orientation=6, size=(3000, 1000)), LIMITS)
    assert (cleaned.width, cleaned.height) == (640, 1920)
    assert near(opened(cleaned).getpixel((320, 100)), RED)


def test_the_longest_side_is_the_rule_and_a_small_picture_stays_as_it_is() -> None:
    large = pictures.clean(encoded(two_coloured(4000, 1000), "PNG"), LIMITS)
    assert (large.width, large.height) == (1920, 480)
    small = pictures.clean(encoded(two_coloured(80, 40), "PNG"), LIMITS)
    assert (small.width, small.height) == (80, 40)


def test_transparent_parts_become_white_and_not_black() -> None:
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    image.paste((200, 0, 0, 255), (0, 0, 20, 40))
    shown = opened(pictures.clean(encoded(image, "PNG"), LIMITS))
    assert shown.mode == "RGB"
    assert near(shown.getpixel((35, 20)), (255, 255, 255))
    assert near(shown.getpixel((5, 20)), RED)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK"])
def test_pictures_of_rarer_kinds_are_taken(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert pictures.clean(encoded(two_coloured(60, 30).convert(mode), kind), LIMITS).width == 60


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><script>alert(1)</script></html>"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(HTML, id="HTML"),
        pytest.param(SVG, id="SVG"),
        pytest.param(encoded(two_coloured(), "GIF"), id="GIF"),
        pytest.param(encoded(two_coloured(), "TIFF"), id="TIFF"),
        pytest.param(encoded(two_coloured(), "PDF"), id="PDF"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", id="EPS"),
        pytest.param(b"\xff\xd8\xff" + HTML, id="HTML with the first signs of a JPEG"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + SVG, id="SVG with the first signs of a PNG"),
        pytest.param(photo()[: len(photo()) // 2], id="half a JPEG"),
        pytest.param(encoded(Image.effect_noise((200, 200), 50), "PNG")[:9000], id="half a PNG"),
        pytest.param(photo(kind="WEBP")[:-40], id="half a WebP"),
    ],
)
def test_what_is_not_wholly_a_picture_of_an_allowed_format_is_refused(content: bytes) -> None:
    with pytest.raises(pictures.PictureRefused):
        pictures.clean(content, LIMITS)


def test_what_hides_behind_the_pixels_is_not_stored() -> None:
    cleaned = pictures.clean(photo() + b"PK\x03\x04" + HTML, LIMITS)
    assert b"script" not in cleaned.content


def test_a_bomb_is_refused_before_its_pixels_are_unpacked() -> None:
    """A few hundred bytes that claim 30,000 by 30,000 points, and one that is just past the rule."""
    for side in (30_000, 7_750):
        with pytest.raises(pictures.PictureTooLarge):
            pictures.clean(png_of_zeros(side), LIMITS)


def png_of_zeros(side: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_a_file_larger_than_the_rule_is_refused_unopened() -> None:
    with pytest.raises(pictures.PictureTooLarge):
        pictures.clean(photo() + b"\0" * LIMITS.bytes_each, LIMITS)


def test_a_position_that_cannot_be_written_back_is_no_fault_of_ours() -> None:
    """Found by trying: turning a picture makes the decoder write its tags again, and that may fail."""
    tag = struct.pack("<HHI", MAKER, 9, 1) + b"\xff\xff\xff\xff"
    turn = struct.pack("<HHI", ORIENTATION, 3, 1) + struct.pack("<HH", 6, 0)
    wrong = struct.pack("<HHI", 0x8769, 2, 4) + b"abc\0"
    exif = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", 3) + tag + turn + wrong + b"\0\0\0\0"
    try:
        cleaned = pictures.clean(encoded(two_coloured(), "JPEG", exif=exif), LIMITS)
    except pictures.PictureRefused:
        return
    assert not opened(cleaned).getexif()


# Files


def test_a_file_is_readable_for_our_account_only_under_a_name_nobody_guesses() -> None:
    keys = {files.write(b"one"), files.write(b"one"), files.write(b"one")}
    assert len(keys) == 3, "the same content twice is two names"
    for key in keys:
        assert len(key) == 40
        path = files.path_of(key)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert files.read(key) == b"one"
        files.remove(key)
        files.remove(key)
        assert not path.exists()


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "a" * 39, "A" * 40, "a/" * 20, "a" * 39 + "\n"])
def test_what_is_no_key_names_no_file(key: str) -> None:
    with pytest.raises(ValueError, match="not a file key"):
        files.path_of(key)


def stored() -> set[Path]:
    return {path for path in files.folder().rglob("*") if path.is_file()}


@pytest.mark.django_db
def test_a_picture_is_stored_once_with_its_row_and_its_digest(world: World, at: datetime) -> None:  # noqa: F811
    before = stored()
    case = registered(world, at)
    [row] = story.attach_pictures(case=case, contents=[photo()], public=False, by=resident(), at=at)
    assert stored() - before == {files.path_of(row.key)}
    assert row.public, "the resident sees their own picture"
    assert row.key not in (case.number, row.sha256)
    step = Transition.objects.get(case=case, move="attach")
    assert (step.data["pictures"], step.data["purpose"]) == ([row.sha256], "before")


@pytest.mark.django_db
def test_when_the_row_fails_no_file_is_left_and_no_history(
    world: World,  # noqa: F811
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The second picture gets a key that is taken: the database refuses its row."""
    case = registered(world, at)
    [taken] = story.attach_pictures(case=case, contents=[photo()], public=True, by=resident(), at=at)
    before = stored()
    wrote = files.write
    keys: list[str] = []

    def write(content: bytes) -> str:
        keys.append(wrote(content))
        return keys[0]

    monkeypatch.setattr(files, "write", write)
    with pytest.raises(Exception, match=r"(?i)unique"), transaction.atomic():
        story.attach_pictures(case=case, contents=[photo(), photo()], public=True, by=resident(), at=at)
    assert len(keys) == 2
    assert files.path_of(keys[0]) not in stored()
    files.remove(keys[1])
    assert stored() == before
    assert list(Attachment.objects.filter(case=case)) == [taken]
    assert Transition.objects.filter(case=case, move="attach").count() == 1


@pytest.mark.django_db
def test_more_pictures_than_the_rule_allows_are_refused_whole(world: World, at: datetime) -> None:  # noqa: F811
    case, before = registered(world, at), stored()
    with pytest.raises(story.TooManyPictures):
        story.attach_pictures(case=case, contents=[photo()] * 7, public=True, by=resident(), at=at)
    cleaned = story.clean_pictures([photo(size=(20, 10))], at=at) * 6
    for _ in range(5):
        story.attach_cleaned(case=case, cleaned=cleaned, public=True, by=resident(), at=at)
    with pytest.raises(story.TooManyPictures):
        story.attach_cleaned(case=case, cleaned=cleaned[:1], public=True, by=resident(), at=at)
    assert len(stored() - before) == 30
