"""A kind of notice that belongs to no app, for the tests of this one."""

from collections.abc import Iterator

import pytest
from django.utils.translation import gettext_lazy as _

from gongzhi.notices.kinds import KINDS, NoticeKind, register


@pytest.fixture
def kind() -> Iterator[NoticeKind]:
    made = register(
        NoticeKind(
            code="tests.told",
            title=_("%(number)s was answered"),
            body=_("Please look at %(number)s."),
            audience=_("Whoever the test names."),
            link="/cases/%(number)s/",
        )
    )
    yield made
    del KINDS[made.code]
