"""The example of the documents, run as it stands there: curl and openssl against a real server."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from gongzhi.hotline.models import Call
from tests.cast import Cast

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "hotline.md"
TOOLS = all(shutil.which(tool) for tool in ("sh", "curl", "openssl"))


def example() -> str:
    found = re.search(r"```sh\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert found is not None
    return found.group(1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not TOOLS, reason="needs sh, curl and openssl")
def test_the_shell_example_of_the_documents_is_taken_and_with_another_secret_refused(
    live_server: LiveServer, rules: None, cast: Cast, settings: Any
) -> None:
    settings.HOTLINE_SECRET = "a long and random word"

    def run(secret: str) -> dict[str, Any]:
        names = {**os.environ, "ADDRESS": live_server.url, "GONGZHI_HOTLINE_SECRET": secret}
        done = subprocess.run(
            ["sh", "-euc", example()], env=names, capture_output=True, check=True, timeout=60
        )
        said: dict[str, Any] = json.loads(done.stdout)
        return said

    assert run("another word")["error"]["code"] == "forged"
    assert not Call.objects.exists()
    said = run(settings.HOTLINE_SECRET)
    call = Call.objects.get()
    assert (said["outcome"], said["number"]) == ("taken", call.number)
    assert (call.caller, call.line, call.system_ref) == ("13900002207", "12345", "1764-88")
