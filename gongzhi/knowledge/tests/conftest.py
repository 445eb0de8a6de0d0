"""What the tests of this app share."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest

from gongzhi.knowledge.models import Article
from gongzhi.knowledge.tests import stage
from tests.cast import Cast

Publish = Callable[..., Article]


@pytest.fixture
def publish(cast: Cast, at: datetime) -> Publish:
    """Return a function that writes, reviews and publishes an article of the village, and indexes it."""
    return partial(stage.published, cast, at)
