"""Full addresses for what leaves the system: mails, QR codes, answers of the API."""

from django.conf import settings


def public(path: str) -> str:
    """Return the address of a path of this site as people outside reach it."""
    return str(settings.PUBLIC_ADDRESS).rstrip("/") + path
