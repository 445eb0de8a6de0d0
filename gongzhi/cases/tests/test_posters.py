"""A poster opens “raise a matter” with its place filled in, and only with words that we signed."""

import subprocess
from typing import Any
from urllib.parse import quote

import pytest
import segno
from django.test import Client

from gongzhi.audit.models import AuditEvent
from gongzhi.cases import poster_paper, posters
from gongzhi.cases.actions.posting_up import Poster, print_poster, take_back
from gongzhi.cases.models import PosterLink
from gongzhi.cases.queries import posters as queries
from gongzhi.core.actor import resident
from gongzhi.core.errors import Invalid, NotAllowed, NotFound
from gongzhi.orgs.models import Unit, UnitKind

pytestmark = pytest.mark.django_db
SPOT = "三组老槐树下"


def made(cast: Any, at: Any, *, spot: str = SPOT) -> Poster:
    return print_poster(unit=cast.units.village, spot=spot, by=cast.clerk.actor, at=at)


def path_of(poster: Poster, settings: Any) -> str:
    return poster.address.removeprefix(settings.PUBLIC_ADDRESS.rstrip("/"))


def test_the_link_fills_in_village_and_spot_and_the_matter_raised_has_them(
    cast: Any, at: Any, settings: Any, client: Client
) -> None:
    page = client.get(path_of(made(cast, at), settings))
    form = page.context["form"]
    assert page.status_code == 200
    assert (form["place"].value(), form["place_detail"].value()) == (cast.units.village.code, SPOT)
    assert SPOT in page.content.decode()


def test_without_a_spot_the_link_is_short_and_names_the_village(
    cast: Any, at: Any, settings: Any, client: Client
) -> None:
    path = path_of(made(cast, at, spot=""), settings)
    assert path == f"/q/{cast.units.village.code}/"
    assert client.get(path).context["form"]["place"].value() == cast.units.village.code


def test_words_that_we_did_not_sign_are_not_filled_in(
    cast: Any, at: Any, settings: Any, client: Client
) -> None:
    bait = "加微信领补贴"
    good = path_of(made(cast, at), settings).strip("/").split("/")
    packed, signature = posters.parts(cast.units.sister_village.code, bait)
    code = cast.units.village.code
    for wrong in (
        f"/q/{code}/{packed}/{good[3]}/",
        f"/q/{code}/{packed}/{signature}/",
        f"/q/{code}/{packed}/{quote('签名')}/",
        f"/q/{code}/%FF%FE/{signature}/",
        f"/q/{code}/a/x/",
    ):
        page = client.get(wrong)
        assert page.status_code == 200, wrong
        assert page.context["form"]["place_detail"].value() == ""
        assert bait not in page.content.decode()


def test_a_place_that_is_gone_leads_to_the_choice_of_places(rules: None, client: Client) -> None:
    assert client.get("/q/999/").headers["Location"] == "/raise/"


def test_a_poster_taken_back_fills_in_nothing_and_one_printed_anew_leaves_the_old_sheet_dead(
    cast: Any, at: Any, settings: Any, client: Client, sign_in: Any
) -> None:
    for spot in (SPOT, ""):
        old = path_of(made(cast, at, spot=spot), settings)
        link = PosterLink.objects.get(spot=spot)
        page = sign_in(cast.clerk).post(
            f"/posters/{cast.units.village.code}/{link.pk}/", {"reason": "被人贴了小广告"}, follow=True
        )
        assert "已收回" in page.content.decode()
        scanned = client.get(old)
        assert "form" not in (scanned.context or {})
        assert "海报已经收回" in scanned.content.decode()
        if spot:
            assert spot not in scanned.content.decode()
        new = path_of(made(cast, at, spot=spot), settings)
        assert new != old
        assert client.get(new).context["form"]["place_detail"].value() == spot
        assert "海报已经收回" in client.get(old).content.decode()
    codes = list(AuditEvent.objects.filter(code__startswith="cases.poster").values_list("code", flat=True))
    assert codes.count("cases.poster.taken_back") == 2
    assert "小广告" not in str(list(AuditEvent.objects.values_list("data", flat=True)))


def test_a_poster_taken_back_by_mistake_holds_again_and_only_its_own_desk_presses(
    cast: Any, at: Any, settings: Any, client: Client, sign_in: Any
) -> None:
    old = path_of(made(cast, at), settings)
    link = PosterLink.objects.get()
    address = f"/posters/{cast.units.village.code}/{link.pk}/"
    for person in (cast.line_person, cast.peer_clerk, cast.officer):
        assert sign_in(person).post(address, {"reason": "x"}).status_code in (403, 404)
    clerk = sign_in(cast.clerk)
    other = f"/posters/{cast.units.sister_village.code}/{link.pk}/"
    assert sign_in(cast.town_dispatcher).post(other, {"reason": "x"}).status_code == 404
    assert clerk.post(address, {"reason": ""}).status_code == 422
    assert clerk.post(address, {"reason": "挪了地方"}).status_code == 302
    assert clerk.post(address, {"reason": "挪了地方"}).status_code == 409
    assert "海报已经收回" in client.get(old).content.decode()
    assert clerk.post(address, {"do": "put_back"}).status_code == 302
    assert client.get(old).context["form"]["place_detail"].value() == SPOT


def test_what_a_poster_that_was_taken_back_claims_is_not_its_channel(
    cast: Any, at: Any, settings: Any
) -> None:
    place, packed, signature = path_of(made(cast, at), settings).strip("/").split("/")[1:]
    assert queries.scanned(place, packed, signature, viewer=resident()).holds
    link = PosterLink.objects.get()
    take_back(link=link, unit=cast.units.village, reason="丢了", by=cast.clerk.actor, at=at)
    assert not queries.scanned(place, packed, signature, viewer=resident()).holds
    forged = posters.parts(place, SPOT, 1)[0]
    assert not queries.scanned(place, forged, signature, viewer=resident()).is_ours


@pytest.mark.parametrize(
    "bait", ["http://x.example", "www.x", "打 139 0000 2207", "139-0000-2207", "x@y", "x.com", "字" * 31]
)
def test_a_spot_is_a_place_and_nothing_to_call_or_open(cast: Any, at: Any, bait: str) -> None:
    with pytest.raises(Invalid):
        made(cast, at, spot=bait)


def test_only_who_may_speak_for_the_place_in_public_makes_its_poster(cast: Any, at: Any) -> None:
    for person in (cast.line_person, cast.officer, cast.peer_clerk, cast.analyst):
        with pytest.raises(NotAllowed):
            print_poster(unit=cast.units.village, spot="", by=person.actor, at=at)
    with pytest.raises(NotFound):
        print_poster(unit=cast.units.county, spot="", by=cast.county_dispatcher.actor, at=at)
    assert made(cast, at)
    row = AuditEvent.objects.filter(code="cases.poster.printed").get()
    assert row.subject == f"unit:{cast.units.village.code}"


def test_the_poster_of_a_grid_names_its_village_and_the_grid_as_the_spot(
    cast: Any, at: Any, settings: Any, client: Client
) -> None:
    village = cast.units.village
    village.phone = "0915-5212345"
    village.save()
    grid = Unit.objects.create(
        code=f"{village.code}-G1",
        name="第一网格",
        kind=UnitKind.GRID,
        parent=village,
        path=f"{village.path}{village.code}-G1/",
        depth=village.depth + 1,
        valid_from=village.valid_from,
    )
    poster = print_poster(unit=grid, spot="井边", by=cast.clerk.actor, at=at)
    assert (poster.spot, poster.phone) == ("第一网格 井边", "0915-5212345")
    form = client.get(path_of(poster, settings)).context["form"]
    assert (form["place"].value(), form["place_detail"].value()) == (village.code, "第一网格 井边")


def test_the_sheet_is_one_page_with_the_telephone_and_the_code_of_the_link(
    cast: Any, at: Any, tmp_path: Any
) -> None:
    poster = Poster("三元村", SPOT, "三元村委会", "0915-5212345", "https://hanyin.example/q/610921/")
    (tmp_path / "a.pdf").write_bytes(poster_paper.poster_pdf(poster))
    text = subprocess.run(
        ["pdftotext", "-layout", "a.pdf", "-"], cwd=tmp_path, capture_output=True, check=True
    ).stdout.decode()
    assert text.count("\f") == 1
    for words in ("三元村", SPOT, "0915-5212345", "有事您就说", "hanyin.example"):
        assert words in text, words
    assert squares(tmp_path) == [list(map(bool, row)) for row in segno.make(poster.address, error="q").matrix]


def squares(folder: Any) -> list[list[bool]]:
    """Return the squares of the code as they are printed, read off the picture of the page."""
    from PIL import Image

    subprocess.run(["pdftoppm", "-r", "100", "-gray", "-png", "a.pdf", "a"], cwd=folder, check=True)
    with Image.open(next(folder.glob("a*.png"))) as page:
        dark = page.convert("1", dither=Image.Dither.NONE).point(lambda value: 255 - value)
        # The code is the only thing between its first and last square that is as high as it is wide.
        top, bottom, left, right = _extent(dark)
        size = len(segno.make("https://hanyin.example/q/610921/", error="q").matrix)
        step_x, step_y = (right - left) / size, (bottom - top) / size
        return [
            [
                bool(dark.getpixel((int(left + (x + 0.5) * step_x), int(top + (y + 0.5) * step_y))))
                for x in range(size)
            ]
            for y in range(size)
        ]


def _extent(dark: Any) -> tuple[int, int, int, int]:
    """Return where the code lies: the highest block of rows with ink and no empty row between."""
    width, height = dark.size
    inked = [dark.crop((0, y, width, y + 1)).getbbox() is not None for y in range(height)]
    runs, start = [], None
    for y, ink in enumerate([*inked, False]):
        if ink and start is None:
            start = y
        elif not ink and start is not None:
            runs.append((y - start, start, y))
            start = None
    _length, top, bottom = max(runs)
    box = dark.crop((0, top, width, bottom)).getbbox()
    return top, bottom, box[0], box[2]
