"""Addresses of residents' pages. Those with a receipt code are for its holder; the board is for everybody."""

from django.urls import URLPattern, path

from gongzhi.cases.views import case_files, documents
from gongzhi.cases.views.resident import board, home, likely, matter, moves, raising, verifying, ways

_MATTER = "t/<str:number>/<str:code>/"

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("forget/", home.forget, name="forget"),
    path("raise/", raising.raise_matter, name="raise"),
    path("raise/likely/", likely.likely, name="raise_likely"),
    path("q/<str:place>/", raising.from_poster, name="poster_link"),
    path("q/<str:place>/<str:packed>/<str:signature>/", raising.from_poster, name="poster_spot"),
    path("track/", matter.look_up, name="track"),
    path(_MATTER, matter.matter, name="matter"),
    path(f"{_MATTER}receipt/", raising.receipt, name="receipt"),
    path(f"{_MATTER}pictures/<int:position>/", matter.picture, name="picture"),
    path(f"{_MATTER}add/", moves.add, name="add"),
    path(f"{_MATTER}ways/", ways.ways, name="ways"),
    path(f"{_MATTER}file/", case_files.for_resident, name="own_file"),
    path(f"{_MATTER}file/<int:key>/", case_files.fetch_for_resident, name="own_file_made"),
    path(f"{_MATTER}documents/<slug:name>/", documents.for_resident, name="document"),
    path(f"{_MATTER}<slug:name>/", moves.press, name="press"),
    path("receipt/", verifying.verify, name="verify"),
    path("receipt/<str:number>/<str:code>/", verifying.verified, name="verified"),
    path("receipt/<str:number>/<str:code>/proof.json", verifying.proof, name="proof"),
    path("board/", board.board, name="board"),
    path("board/feed/", board.feed, name="board_feed"),
    path("board/<str:number>/", board.published, name="published"),
    path("board/<str:number>/pictures/<int:position>/", board.picture, name="board_picture"),
]
