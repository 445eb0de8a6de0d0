"""A code to record under, declared for one test."""

import pytest

from gongzhi.audit import codes

TRIAL = "audit.trial.recorded"


@pytest.fixture
def trial_code(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(codes, "CODES", dict(codes.CODES))
    codes.declare(TRIAL, "Trial row written")  # type: ignore[arg-type]
    return TRIAL
