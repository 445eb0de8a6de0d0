"""The checks of the translations and of leaks find what they are there to find."""

from pathlib import Path

import pytest
from babel.messages import Catalog, Message

from scripts import leaks, messages

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        (Message("Late", "超期"), None),
        (Message("Late", ""), "without Chinese"),
        (Message("Late", "Late"), "no Chinese in 'Late' (a comment '# same in Chinese' allows it)"),
        (Message("QR", "QR", user_comments=["same in Chinese"]), None),
        (Message("%(count)s late", "%(count)s 件超期"), None),
        (
            Message("%(count)s late", "%(number)s 件超期"),
            "placeholders differ from those of '%(number)s 件超期'",
        ),
        (Message("{name} left", "走了"), "placeholders differ from those of '走了'"),
        (Message(("one day", "%(n)d days"), ("%(n)d 天",)), None),
        (Message(("one day", "%(n)d days"), ("一天",)), "placeholders differ from those of '一天'"),
        (Message("Late", "超期", flags={"fuzzy"}), "fuzzy"),
    ],
)
def test_a_fault_of_a_translation_is_named(message: Message, complaint: str | None) -> None:
    assert list(messages.faults(message)) == ([complaint] if complaint else [])


def test_one_english_word_with_two_chinese_ones_is_named_with_both_places() -> None:
    here, there = Catalog(locale="zh_Hans"), Catalog(locale="zh_Hans")
    here.add("matter", "事项")
    there.add("matter", "案件")
    there.add("late", "超期")
    (said,) = messages.disagreements({"cases": here, "site": there})
    assert "'事项' in cases" in said
    assert "'案件' in site" in said


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("<p>{% translate 'Late' %}</p>", None),
        ("{# for builders #}<p>{{ case.number }} · 12 %</p>", None),
        ("<p>Late</p>", "Late"),
        ("<p>超期</p>", "超期"),
        ('<input placeholder="Your name">', "Your name"),
        ('<img alt="{% translate "a road" %}">', None),
        ("{% blocktranslate %}Late by {{ days }} days{% endblocktranslate %}", None),
    ],
)
def test_words_in_a_template_that_nobody_could_translate_are_named(
    template: str, words: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    page = tmp_path / "page.html"
    page.write_text(template)
    expected = [f"page.html: not marked for translation: {words!r}"] if words else []
    assert list(messages.unmarked_text(page)) == expected


def test_words_of_a_template_are_extracted_with_their_placeholders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    (tmp_path / "config").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "config" / "urls.py").write_text("name = _('Units')\nlater = pgettext('button', 'Return')\n")
    (tmp_path / "templates" / "page.html").write_text(
        "<div>\n  {% if late %}\n    {% blocktranslate count n=n %}{{ n }} day late{% plural %}{{ n }} days"
        " late{% endblocktranslate %}\n  {% endif %}\n {% translate 'On time' context 'list' %}\n</div>"
    )
    found = {
        (message.id, message.context) for message in messages.extract_from(messages.PROJECT) if message.id
    }
    assert found == {
        ("Units", None),
        ("Return", "button"),
        (("%(n)s day late", "%(n)s days late"), None),
        ("On time", "list"),
    }


@pytest.mark.parametrize(
    ("line", "leaks_it"),
    [
        ("open('/ho" + "me/li/gongzhi/data')", True),
        ("index = https://py" + "pi.org/simple", True),
        ("-----BEGIN EC PRIVATE" + " KEY-----", True),
        ("the page /desk/work/ and the folder data/", False),
        ("see https://example.org/homepage", False),
    ],
)
def test_what_belongs_to_one_machine_is_named(
    line: str, leaks_it: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaks, "ROOT", tmp_path)
    file = tmp_path / "notes.md"
    file.write_text(f"first\n{line}\n")
    assert [said.split(":")[1] for said in leaks.leaks(file)] == (["2"] if leaks_it else [])
