"""A classifier learns, says why, keeps it in a file that runs nothing, and refuses a broken one."""

from pathlib import Path

import numpy as np
import pytest

from gongzhi.language import segments, storing, training
from gongzhi.language.classifier import Classifier
from gongzhi.language.storing import UnusableModel

pytestmark = pytest.mark.once

SAID = {
    "路": ["村里的路塌了车过不去", "通组路坑坑洼洼", "公路护栏坏了", "路面塌方没人修", "桥面裂了路也断了"],
    "水": ["自来水停了三天", "水管漏水", "井里的水发浑", "自来水有怪味", "水压低做饭没有水"],
    "狗": ["邻居家的狗咬人", "野狗到处跑", "狗晚上叫个不停", "养狗不拴绳", "狗把鸡咬死了"],
}


@pytest.fixture(scope="module")
def model() -> Classifier:
    rows = [(f"{text}{n}号", label) for n in range(3) for label, texts in SAID.items() for text in texts]
    return training.train([text for text, _label in rows], [label for _text, label in rows])


@pytest.mark.parametrize(
    ("text", "label"), [("我们组的路塌方了", "路"), ("自来水管子漏水", "水"), ("那条野狗咬人", "狗")]
)
def test_it_finds_the_label_and_the_words_that_led_there(model: Classifier, text: str, label: str) -> None:
    guess = model.classify(text)
    assert guess.label == label
    assert guess.confidence > 1 / 3
    assert all(word in text for word in guess.words)


@pytest.mark.parametrize("text", ["", " ", "？！", "zzz", "龘", "\x00"])
def test_a_text_that_says_nothing_gets_a_label_with_little_confidence(model: Classifier, text: str) -> None:
    guess = model.classify(text)
    assert guess.label in model.labels
    assert guess.confidence < 0.7
    assert guess.words == ()


def test_a_model_in_a_file_says_the_same(model: Classifier, tmp_path: Path) -> None:
    storing.save(tmp_path / "m.npz", {"label": model})
    again = storing.load(tmp_path / "m.npz")["label"]
    for texts in SAID.values():
        for text in texts:
            assert again.classify(text) == model.classify(text)
    assert again.facts["texts"] == 45


def test_a_text_cut_into_words_and_the_same_uncut_get_the_same_label(model: Classifier) -> None:
    assert model.classify("自来水 停 了 三天").label == model.classify("自来水停了三天").label


@pytest.mark.parametrize("content", [b"", b"no model", b"PK\x03\x04broken"])
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "m.npz"
    path.write_bytes(content)
    with pytest.raises(UnusableModel):
        storing.load(path)


def test_a_file_with_objects_to_be_run_is_refused(model: Classifier, tmp_path: Path) -> None:
    path = tmp_path / "m.npz"
    np.savez(path, names=np.array([{"format": 1}], dtype=object))
    with pytest.raises(UnusableModel):
        storing.load(path)


def test_arrays_that_do_not_fit_their_words_are_refused(model: Classifier, tmp_path: Path) -> None:
    path = tmp_path / "m.npz"
    storing.save(path, {"label": model})
    with np.load(path) as file:
        parts = dict(file)
    parts["label:both_weights"] = parts["label:both_weights"][:-1]
    np.savez(path, **parts)
    with pytest.raises(UnusableModel):
        storing.load(path)


def test_too_few_texts_are_refused() -> None:
    with pytest.raises(training.TooFewTexts):
        training.train(["路", "水"], ["a", "b"])


def test_the_measure_is_the_mean_over_labels() -> None:
    measured = training.measure(["a", "a", "a", "b"], ["a", "a", "a", "a"])
    assert measured.accuracy == 0.75
    assert measured.macro_f1 == pytest.approx((6 / 7 + 0) / 2)


def test_words_are_cut_by_the_longest_known() -> None:
    lexicon = {"自来水", "来水", "停", "自来"}
    assert segments.words_of("自来水停了", lexicon, frozenset("了")) == ["自来水", "停"]
