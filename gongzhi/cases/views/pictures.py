"""How a picture of a case is sent to a browser; who may see it was checked by the query that gave it."""

from django.http import HttpResponse

from gongzhi.cases.queries.shown import PictureFile


def picture_response(picture: PictureFile) -> HttpResponse:
    """Return the picture for the one who asked: kept by no shared cache, never read as anything but a
    picture. A document is handed over as a file: no browser opens it on our own address."""
    shown = "inline" if picture.mime.startswith("image/") else "attachment"
    response = HttpResponse(picture.content, content_type=picture.mime)
    response.headers["Content-Disposition"] = f'{shown}; filename="{picture.name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=3600, immutable"
    return response
