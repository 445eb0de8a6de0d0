"""What is taken out of a text before a person reads it for publication."""

import pytest

from gongzhi.cases.anonymous import Person, marked, without_person

WANG = Person("王桂芳", "13900002207", "wang@example.org")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("王桂芳家门口", "某群众家门口"),
        ("请打13900002207", "请打＊＊＊"),
        ("请打 139-0000-9999", "请打 ＊＊＊"),
        ("身份证61242119800101123X", "身份证＊＊＊"),
        ("王大姐您好", "某群众您好"),
        ("写到wang@example.org", "写到＊＊＊"),
        ("停发2个月共1150元，12天", "停发2个月共1150元，12天"),
        ("拨打12345热线", "拨打12345热线"),
    ],
)
def test_numbers_and_the_reporter_are_replaced_and_amounts_stay(text: str, left: str) -> None:
    assert without_person(text, WANG, stands_for_name="某群众") == left


def test_a_person_without_a_name_takes_nothing_out() -> None:
    assert without_person("路塌了。", Person(), stands_for_name="某群众") == "路塌了。"


def test_what_may_tell_who_is_meant_is_marked_and_no_word_is_lost() -> None:
    text = "三组14号王桂芳和李大爷，电话13900002207，共1150元。"
    pieces = marked(text, WANG)
    assert "".join(piece.text for piece in pieces) == text
    assert [p.text for p in pieces if p.is_marked] == ["14号", "王桂芳", "李大爷", "13900002207"]
