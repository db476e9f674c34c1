"""Personal information: offsets hold on every text, nothing crashes, nothing is slower than linear."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.detect.gate import sentences
from sekisho.detect.width import narrow
from sekisho.model import PersonalAction
from tests.counts import count
from tests.labelled import read
from tests.reading import scanner

PIECES = """
山田 太郎 さん ﾔﾏﾀﾞ 様 氏名： 担当： 私は と申します 東京都 千代田区 一丁目 1-2-3 番地 〒100-0000
03-0000-0000 ０９０ @ a@b.jp カード 4111111111111111 マイナンバー 生年月日 昭和50年3月3日
生まれ うつ病 8歳 小学校 第三 「 。 😀 品川300あ12-34 LINE: :: 1.2.3.4 Mr. Ann ( ） 、
"""
PARTS = st.sampled_from([*PIECES.split(), "\n", " ", "　", "\ud800", "\u3099"])
TEXTS = st.one_of(st.text(max_size=80), st.lists(PARTS, max_size=24).map("".join))


@given(st.lists(TEXTS, max_size=4))
@settings(max_examples=count(150, 20_000), deadline=None)
def test_every_span_lies_in_its_text_and_none_overlap(texts):
    for text, found in zip(texts, scanner().scan(texts), strict=True):
        ends = [0, *(f.end for f in found)]
        assert all(end <= f.start < f.end <= len(text) for end, f in zip(ends, found, strict=False))
        assert all(0 <= f.score <= 100 for f in found)
        assert all(f.action is PersonalAction.REVIEW for f in found if f.type == "special_care")


@given(st.lists(TEXTS, min_size=1, max_size=4))
@settings(max_examples=count(60, 4000), deadline=None)
def test_a_batch_gives_what_its_texts_give(texts):
    assert scanner().scan(texts) == [scanner().scan([text])[0] for text in texts]


@given(st.text())
def test_narrow_keeps_every_offset(text):
    assert len(narrow(text)) == len(text)


@given(st.lists(TEXTS, max_size=5))
@settings(deadline=None)
def test_the_gate_gives_sentences_in_order_inside_their_text(texts):
    for text, seen in zip(texts, sentences(texts), strict=True):
        ends = [0, *(s.end for s in seen)]
        assert all(end <= s.start < s.end <= len(text) for end, s in zip(ends, seen, strict=False))


@given(st.sampled_from([row for row in read() if row["spans"]]), st.text(alphabet="雨雪、\n", max_size=12))
@settings(max_examples=count(60, 2000), deadline=None)
def test_what_is_found_moves_with_the_text_before_it(row, before):
    def found(text):
        return [(f.start, f.end, f.type) for f in scanner().scan([text])[0]]

    shift = len(before) + 1
    assert found(before + "\n" + row["text"]) == [(s + shift, e + shift, k) for s, e, k in found(row["text"])]


REPEATED = """
1 0 a@ さん 山田さん 氏名: 区1-1 一丁目 千代田区1 1. :1 1- うつ病私は 青小学校 MrA 渋谷区1-1ア 昭和 1歳
昭和一年一月一日生 アア・ 品川3 ｶﾞ様 (0 〒100-0000 .@ 1.2.3.4 ID: TZ 記号12 普通1
"""
HOSTILE = (
    *REPEATED.split(),
    *("氏名:\n", "「\n", "a@b.jp ", "山 田 <", "0 ", "4111 1111 1111 1111 ", "LINE ID", "1 Aa "),
)


def cost(text):
    begun = time.process_time()
    scanner().scan([text])
    return time.process_time() - begun


@pytest.mark.parametrize("part", HOSTILE)
def test_four_times_the_text_takes_about_four_times_the_time(part):
    size = count(5_000, 100_000)
    one = part * (size // len(part))
    cost(one)
    short, long = min(cost(one) for _ in range(2)), min(cost(one * 4) for _ in range(2))
    assert long < 10 * short + 0.05
