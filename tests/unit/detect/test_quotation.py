import time

import pytest

from sekisho.detect.quotation import BLOCK, LAW, MARKS, quotation
from tests.counts import count
from tests.quoting import copying, quoting

QUOTING, COPYING = list(quoting()), list(copying())
POEM = "雨ニモマケズ風ニモマケズ雪ニモ夏ノ暑サニモマケヌ丈夫ナカラダヲモチ"


def found(text, *wanted):
    spans = [(text.index(part), text.index(part) + len(part)) for part in wanted or (POEM,)]
    return quotation(text, spans)


def test_the_set_is_as_large_as_it_has_to_be():
    assert len(QUOTING) >= 60
    assert len(COPYING) >= 30
    lengths = [b - a for case in QUOTING for a, b in case.spans if not case.kind.startswith("hard")]
    assert min(lengths) >= 25
    assert max(lengths) <= 300
    kinds = {case.kind.split("-")[0] for case in QUOTING}
    assert kinds >= {"criticism", "paper", "news", "teaching", "law", "parody", "hard"}


@pytest.mark.parametrize("case", QUOTING, ids=[case.kind for case in QUOTING])
def test_a_text_that_quotes_is_seen_to_quote(case):
    assert quotation(case.text, case.spans)
    inner = [(a + min(6, (b - a) // 4), b - min(9, (b - a) // 4)) for a, b in case.spans]
    assert quotation(case.text, inner)


@pytest.mark.parametrize("case", COPYING, ids=[case.kind for case in COPYING])
def test_a_text_that_copies_is_not_taken_for_one_that_quotes(case):
    assert not quotation(case.text, case.spans)


def test_with_every_work_hardly_any_quotation_is_missed_and_no_copy_taken_for_one():
    every = count(4, 0)
    cases = list(quoting(every))
    missed = [case.kind for case in cases if not quotation(case.text, case.spans)]
    assert len(missed) <= len(cases) // 100
    assert [case.kind for case in copying(every) if quotation(case.text, case.spans)] == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (f"賢治は手帳に「{POEM}」と書いた。", MARKS),
        (f"宮沢賢治より：\n\n> {POEM}", BLOCK),
        (f"「{POEM}」（手帳、1931年）", MARKS),
        (f"第一条　目的\n第二条　{POEM}\n第三条　附則", LAW),
        (f"「{POEM}」", ""),
        (f"宮沢賢治『雨ニモマケズ』\n\n{POEM}", ""),
        (POEM, ""),
    ],
)
def test_the_rule_says_what_shows_it(text, rule):
    assert found(text) == rule


def test_every_span_has_to_be_quoted():
    text = f"『手帳』に「{POEM}」とある。そして私も思う。サウイフモノニワタシハナリタイ。"
    assert found(text) == MARKS
    assert found(text, POEM, "サウイフモノニワタシハナリタイ") == ""


def test_no_spans_are_no_quotation():
    assert quotation(f"『手帳』「{POEM}」", []) == ""


def test_a_source_far_away_is_none_but_at_the_ends_of_the_text_it_counts():
    filler = "それはさておき今日の天気の話をしよう。" * 60
    assert found(f"{filler}『手帳』{filler}「{POEM}」{filler}") == ""
    assert found(f"『手帳』を読む{filler}「{POEM}」{filler}") == MARKS


def test_what_is_found_names_no_source_for_itself():
    inner = f"『手帳』より。{POEM}"
    assert found(f"彼は言った。「{inner}」", inner) == ""


def test_a_span_over_two_quotations_with_the_writers_words_between_is_quoted():
    text = f"賢治は『手帳』に「{POEM}」と書き、さらに「{POEM[::-1]}」と続けた。"
    begin = text.index(POEM)
    end = text.index(POEM[::-1]) + len(POEM)
    assert quotation(text, [(begin, end)]) == MARKS
    dialogue = f"『手帳』\n「{POEM}」\n「{POEM[::-1]}」"
    begin = dialogue.index(POEM)
    assert quotation(dialogue, [(begin, begin + 2 * len(POEM) + 3)]) == ""


@pytest.mark.parametrize(
    "inner", [f"{POEM}」と彼、{POEM}", f"「{POEM}", f"{POEM}“", f"{POEM}『", f"{POEM}」『"]
)
def test_half_a_dialogue_within_a_quotation_does_not_end_it(inner):
    assert found(f"『手帳』には「{inner}」とある。", inner) == MARKS


@pytest.mark.parametrize(
    "kind", ["「", "」", "「」", '"', "“\n", "> a\n", "「『", "『a』", "第一条", "　　a\nb\n", "("]
)
def test_nothing_is_slower_than_linear(kind):
    def cost(size):
        text = (kind * size)[: 2 * size]
        spans = [(at, at + 40) for at in range(0, len(text) - 60, 100)]
        begin = time.process_time()
        quotation(text, spans)
        return time.process_time() - begin

    small, large = (min(cost(size) for _ in range(2)) for size in (5_000, 40_000))
    assert large < 40 * small + 0.05
