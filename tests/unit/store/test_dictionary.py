import builtins
import pickle

import pytest

from sekisho.errors import MissingExtraError
from sekisho.store.dictionary import open_dictionary

pytest.importorskip("sudachipy")


def test_a_name_is_cut_into_family_and_given_name():
    words = open_dictionary()("山田太郎です")
    assert [(w.surface, w.pos[2:]) for w in words[:2]] == [("山田", ("人名", "姓")), ("太郎", ("人名", "名"))]


@pytest.mark.parametrize(
    "text",
    ["", "関所", "あ" * 10_000, "1" * 50_000, "山田さんと、" * 3000, "\ud800山田\U0001f600太郎", "\0\n"],
)
def test_words_cover_the_text_in_order_without_a_gap(text):
    words = open_dictionary()(text)
    ends = [0, *(w.end for w in words)]
    assert [w.start for w in words] == ends[:-1]
    assert ends[-1] == len(text)


def test_a_long_text_is_cut_where_a_sentence_ends():
    text = "短い文です。" * 1000
    words = open_dictionary()(text)
    assert [w.surface for w in words] == [w.surface for w in open_dictionary()("短い文です。")] * 1000


def test_what_the_dictionary_does_not_have_is_not_known():
    assert [w.known for w in open_dictionary()("hoshizukin 光")] == [False, True, True]


def test_a_short_text_is_read_in_katakana():
    opened = open_dictionary()
    assert opened.reading("光太郎") == "コウタロウ"
    assert opened.reading("") == ""
    assert len(opened.reading("あ" * 10_000)) <= 4096


def test_what_is_opened_can_be_sent_to_a_worker():
    opened = open_dictionary()
    assert pickle.loads(pickle.dumps(opened))("関所を通る") == opened("関所を通る")  # noqa: S301 - our own


def test_without_the_extra_the_hint_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name == "sudachipy":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError) as caught:
        open_dictionary()
    assert caught.value.hint == "pip install 'sekisho[text]'"
