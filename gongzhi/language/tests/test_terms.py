"""Terms: what a text holds is found by every part of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongzhi.language import terms
from gongzhi.language.pinyin import spellings, syllables_of
from gongzhi.language.snippets import snippet

pytestmark = pytest.mark.once

han = st.text(alphabet="路灯水电王桂芳村组塌方的了三不〇", min_size=1, max_size=12)
mixed = st.text(alphabet="路灯水村组三A3b七0915-，。 Ｂ９é", max_size=40)


def finds(text: str, words: str) -> bool:
    held = set(terms.codes_of(terms.terms_of(text) | terms.sound_terms_of(text)))
    return any(set(terms.codes_of(way)) <= held for way in terms.question(words).ways)


@settings(max_examples=60, deadline=None)
@given(mixed, han, mixed)
def test_every_run_of_characters_in_a_text_finds_it(before: str, part: str, after: str) -> None:
    assert finds(before + part + after, part)


@settings(max_examples=60, deadline=None)
@given(mixed, st.from_regex(r"[a-z0-9]{1,12}", fullmatch=True), mixed)
def test_every_word_and_number_is_found_whole_and_short_ones_by_their_beginning(
    before: str, word: str, after: str
) -> None:
    text = f"{before}，{word}，{after}"
    assert finds(text, word)
    assert all(finds(text, word[:length]) for length in range(1, min(len(word), 8) + 1))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_no_text_breaks_a_question_or_its_terms(text: str) -> None:
    asked = terms.question(text)
    assert len(asked.ways) <= 8
    assert all(way for way in asked.ways)
    assert not any(term.startswith("\x03") for way in asked.ways for term in way), "nobody types a mark"
    assert not any(term.startswith("\x03") for term in terms.terms_of(text))
    assert all(-(2**31) <= code < 2**31 for code in terms.codes_of(terms.terms_of(text)))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("村口路灯不亮", "ludeng"),
        ("村口路灯不亮", "cunkouludeng"),
        ("村口路灯不亮", "ld"),
        ("西安来的车", "xian"),
        ("找吕女士", "lvnvshi"),
        ("重庆方向", "chongqing"),
        ("A3区ＢＢ楼", "a3"),
        ("A3区ＢＢ楼", "bb楼"),
        ("电话0915-5212345", "0915"),
    ],
)
def test_ways_people_type(text: str, words: str) -> None:
    assert finds(text, words)


@pytest.mark.parametrize(
    ("text", "words"), [("路灯", "灯路"), ("路灯", "dl"), ("电话123456789", "456"), ("路", "")]
)
def test_what_is_not_there_is_not_found(text: str, words: str) -> None:
    assert not finds(text, words)


def test_a_long_run_of_letters_does_not_take_long() -> None:
    assert spellings("a" * 400)[0] == ("a",) * 400
    assert spellings("gangangangangangangangangangangangangangangangangx") == []
    assert len(terms.question("zhangangang" * 30).ways) <= 8


def test_every_syllable_of_the_language_can_be_typed() -> None:
    common = (
        "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小"
        "么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知"
        "民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间"
        "新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼"
        "体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或"
        "司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林题建南度统色字请交爱让认"
        "算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联权往展该领传近留红治决周保达办运武"
        "半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设"
        "始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争"
        "究包组造落视济喜离虽坏兴切格告警算绿旅女吕"
    )
    unknown = {sound for sound in syllables_of(common) if not spellings(sound)}
    assert unknown == set()


@settings(max_examples=60, deadline=None)
@given(mixed, han, mixed)
def test_a_snippet_is_a_part_of_the_text_with_the_hit_in_it(before: str, part: str, after: str) -> None:
    text = f"{before}{part}{after}"
    pieces = snippet(text, part, longest=200)
    if pieces:
        assert "".join(piece.text for piece in pieces) == " ".join(text.split())
        assert part in [piece.text for piece in pieces if piece.is_hit]


def test_a_snippet_of_a_long_text_stands_around_the_hit() -> None:
    pieces = snippet("一" * 100 + "路灯" + "二" * 100, "路灯", longest=40)
    assert [piece.text for piece in pieces if piece.is_hit] == ["路灯"]
    assert pieces[0].text == pieces[-1].text == "…"
    assert sum(len(piece.text) for piece in pieces) == 42
