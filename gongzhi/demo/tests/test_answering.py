"""The articles of the demonstration."""

from datetime import datetime

import pytest

from gongzhi.demo.answering import read_articles
from gongzhi.demo.content import DATA
from gongzhi.knowledge.markup import to_html
from gongzhi.knowledge.rules import SUBJECTS, WRITING

pytestmark = pytest.mark.once


def test_every_article_fits_the_rules_and_has_an_office_that_answers_for_it(at: datetime) -> None:
    limits = WRITING.first
    bureaus = {line.split(",")[0] for line in (DATA / "departments.csv").read_text().splitlines()[1:]}
    articles = read_articles(at)
    assert len(articles) > 40
    assert len({each.words.title for each in articles}) == len(articles)
    for each in articles:
        words = each.words
        assert each.unit in bureaus | {"village", "county"}, words.title
        assert SUBJECTS.first.has(words.subject), words.title
        assert len(words.title) <= limits.title_signs
        assert len(words.summary) <= limits.summary_signs
        assert len(words.keywords) <= limits.keywords_signs
        assert "##" not in to_html(words.body), words.title
