import builtins
import pickle

import pytest

from sekisho.detect import open_personal
from sekisho.detect.rules import validity
from sekisho.errors import MissingExtraError
from tests.labelled import made, read
from tests.reading import found, scanner, types

MARKED = read()


def test_the_committed_sentences_are_those_that_are_made():
    for name in ("marked", "later", "care"):
        assert [dict(row) for row in read(name)] == [dict(row) for row in made(name)]


def test_there_are_enough_sentences_and_half_of_them_hold_nothing():
    empty = sum(not row["spans"] for row in MARKED)
    assert len(MARKED) >= 200
    assert 0.4 < empty / len(MARKED) < 0.6


@pytest.mark.parametrize("row", [row for row in MARKED if not row["spans"]], ids=lambda row: row["text"][:12])
def test_nothing_is_found_where_nothing_is(row):
    assert found(row["text"]) == []


def test_recall_and_precision_are_as_published():
    spans = wrong = hit = 0
    for row, given in zip(MARKED, scanner().scan([row["text"] for row in MARKED]), strict=True):
        there = {tuple(span) for span in row["spans"]}
        spans += len(there)
        hit += sum(
            any(f.type == kind and 2 * (min(e, f.end) - max(s, f.start)) >= e - s for f in given)
            for s, e, kind in there
        )
        wrong += sum(not any(f.type == k and s < f.end and f.start < e for s, e, k in there) for f in given)
    assert hit / spans >= 0.95
    assert wrong / (hit + wrong) <= 0.02


def test_offsets_are_of_the_text_given():
    text = "😀ﾀﾞ　氏名：ﾔﾏﾓﾄ ｱｷﾗ、電話は０３－００００－００００"
    assert [value for value, *_ in found(text)] == ["ﾔﾏﾓﾄ ｱｷﾗ", "０３－００００－００００"]


def test_a_historical_name_is_left_alone_and_a_public_one_is_not_beside_a_phone_number():
    assert found("歌手の佐藤花子さんが歌う。") == []
    assert types("歌手の佐藤花子さん 090-0000-1111") == {"name", "phone"}
    assert types("夏目漱石の『こころ』 090-0000-1111") == {"phone"}


def test_names_of_a_tale_are_left_alone():
    tale = "「おはよう」と山田太郎さんが言った。\n" * 40
    assert found(tale) == []
    assert types(tale + "山田太郎さん 090-0000-1111") == {"name", "phone"}


def test_nothing_that_is_given_says_minor():
    text = "ひなたちゃん（8歳）は小学3年生で、青波市立第三小学校に通う。七五三の写真。うつ病で通院中。"
    given = scanner().scan([text])[0]
    assert {f.type.value for f in given} >= {"name", "school"}
    words = "minor", "young", "child", "kid", "infant", "teen", "juvenile"
    assert not [f for f in given if any(word in f"{f.rule}{f.type}{f!r}" for word in words)]


def test_a_finding_holds_no_value():
    text = "担当：山田太郎 090-0000-1111 taro@example.jp"
    shown = repr(scanner().scan([text])[0]) + repr(scanner())
    assert not [part for part in ("山田", "太郎", "0000", "taro") if part in shown]


def test_a_scanner_is_a_value_that_can_be_sent_to_a_worker():
    sent = pickle.loads(pickle.dumps(scanner()))  # noqa: S301 - our own
    assert sent.scan(["山田太郎さん"]) == scanner().scan(["山田太郎さん"])


def test_without_a_dictionary_labels_and_numbers_are_found():
    assert {kind for _, kind, _ in found("氏名：山本 健太 090-0000-1111", words=False)} == {"name", "phone"}


def test_a_batch_gives_what_its_texts_give():
    texts = [row["text"] for row in MARKED[:80]]
    assert scanner().scan(texts) == [scanner().scan([text])[0] for text in texts]


def test_without_the_extra_the_hint_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name.startswith(("phonenumbers", "stdnum")):
            raise ImportError(name)
        return real(name, *rest, **more)

    validity.require_validity.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError) as caught:
        open_personal(None)
    assert caught.value.hint == "pip install 'sekisho[text]'"
