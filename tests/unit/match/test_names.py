import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from sekisho.errors import SnapshotTampered
from sekisho.lexicon.fold import fold_many
from sekisho.match.name_rules import MAX_CUTS
from sekisho.match.names import NameForm, NameHit, NameRule, match_names, names_in
from sekisho.model import Kind, Name
from sekisho.snapshot.names import build_names
from tests.hostile import parts, with_sections
from tests.tokens import few_words
from tests.world import World, drawn

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def snapshot():
    world = World()
    entries = (
        ("星屑航路", (Name(text="星野 光太郎", reading="ほしの こうたろう"),)),
        ("星屑航路", (Name(text="美咲", reading="みさき"),)),
        ("光の塔", (Name(text="光", reading="ひかり", qualifier=("剣士", "光の塔")),)),
        ("", (Name(text="蒼月 葵", reading="あおつき あおい"),)),
        ("", (Name(text="ゼノヴィルカ"), Name(text="ゼノの鳥"))),
        ("", (Name(text="青い鳥", reading="あおいとり"),)),
        ("", (Name(text="Luke Ray", reading="ルーク・レイ"), Name(text="Luna"))),
        ("", (Name(text="千歳"),)),
        ("", (Name(text="星野 ひかり", reading="ほしの ひかり"),)),
    )
    for seed, (title, names) in enumerate(entries):
        world.register(world.holder, drawn(seed), kind=Kind.CHARACTER, title=title, names=names)
    return world.open()


def called(snapshot, text, words=few_words):
    """Return what is called by name in a text, as it is written there, and why it counts."""
    (hits,) = match_names([text], fold_many([text]), snapshot, words)
    return [(text[hit.start : hit.end], hit.rule) for hit in hits]


LONG = [
    "星野光太郎",
    "星野　光太郎",
    "光太郎・星野",
    "ほしのこうたろう",
    "ﾎｼﾉ ｺｳﾀﾛｳ",
    "ほしの光太郎",
    "星野コウタロウ",
    "hoshino kotaro",
    "KŌTARŌ HOSHINO",
    "Hоshinо Kоtarо",
    "h0shino k0utar0u",
]


@pytest.mark.parametrize("name", LONG)
def test_a_long_name_counts_in_every_form(snapshot, name):
    assert called(snapshot, f"夕焼け、{name}、海") == [(name, NameRule.LONG)]
    assert called(snapshot, f"夕焼け、{name}、海", None) == [(name, NameRule.LONG)]


SHORT = {
    "蒼月葵が笑う": "蒼月葵",
    "蒼月　葵の絵": "蒼月　葵",
    "アオツキ・アオイの絵": "アオツキ・アオイ",
    "ゼノヴィルカの絵": "ゼノヴィルカ",
    "Luke Ray, smiling": "Luke Ray",
    "ルーク・レイ": "ルーク・レイ",
    "ホシノ・コータロー": "ホシノ・コータロー",
}


@pytest.mark.parametrize("text", SHORT)
def test_a_short_name_counts_where_words_end_and_nothing_else_is_meant(snapshot, text):
    assert [name for name, _ in called(snapshot, text)] == [SHORT[text]]


SILENT = [
    "光がさす森",
    "ひかりがさす",
    "美咲に手紙を書く",
    "みさきの絵",
    "青い鳥が飛ぶ",
    "あおいとりのイラスト",
    "ほしのひかりが飛ぶ",
    "ぜのゔぃるか",
    "超ゼノヴィルカン",
    "千歳の空",
    "luke ray",
    "a luke rayon shirt",
    "Luna over the sea",
    "ほしのこたろ",
    "の",
    "",
]


@pytest.mark.parametrize("text", SILENT)
def test_what_is_an_ordinary_word_or_a_part_of_one_does_not_count(snapshot, text):
    assert called(snapshot, text) == []


CUES = {
    "星屑航路の美咲": ("美咲", NameRule.CUE),
    "美咲と、星野光太郎": ("美咲", NameRule.CUE),
    "美咲のイラスト": ("美咲", NameRule.CUE),
    "剣士の光が": ("光", NameRule.QUALIFIED),
    "光の塔、光": ("光", NameRule.QUALIFIED),
    "『青い鳥』の絵": ("青い鳥", NameRule.CUE),
    "in the style of Luna": ("Luna", NameRule.CUE),
    "千歳風の絵": ("千歳", NameRule.CUE),
}


@pytest.mark.parametrize("text", CUES)
def test_something_of_the_same_work_or_a_wish_for_a_picture_is_a_cue(snapshot, text):
    assert CUES[text] in called(snapshot, text)


def test_a_name_with_a_qualifier_never_counts_without_it(snapshot):
    for text in ("光のイラスト", "光風の絵", "『光』", "光、" + "あ" * 200 + "、剣士"):
        assert called(snapshot, text) == []


def test_without_a_tokenizer_a_short_name_counts_between_marks_and_before_particles(snapshot):
    assert called(snapshot, "「ゼノヴィルカ」", None) == [("ゼノヴィルカ", NameRule.SHORT)]
    assert called(snapshot, "蒼月葵の笑顔", None) == [("蒼月葵", NameRule.SHORT)]
    assert called(snapshot, "ゼノヴィルカン", None) == []


def test_a_hit_within_a_longer_one_is_left_out(snapshot):
    text = "星野光太郎と、剣士と、光"
    assert called(snapshot, text) == [("星野光太郎", NameRule.LONG), ("光", NameRule.QUALIFIED)]


def test_a_prompt_that_asks_for_words_calls_nobody(snapshot):
    assert called(snapshot, "星野光太郎についての感想文を書いて") == []
    assert called(snapshot, "星野光太郎の感想文の挿絵を描いて") == [("星野光太郎", NameRule.LONG)]


def test_a_hit_says_where_it_is_and_how_it_is_written(snapshot):
    texts = ["", "これは星野こうたろう。"]
    nothing, (hit,) = match_names(texts, fold_many(texts), snapshot, few_words)
    assert nothing == ()
    number = next(n for n in range(snapshot.entries) if snapshot.entry(n).names[0].text == "星野 光太郎")
    assert hit == NameHit(number, 3, 10, NameForm.MIXED, NameRule.LONG)


def test_every_entry_that_has_a_name_is_found():
    world = World()
    for seed in (1, 2):
        world.register(world.holder, drawn(seed), names=(Name(text="星野 光太郎"),))
    snapshot = world.open()
    world.register(world.rival, drawn(3), names=(Name(text="星野 光太郎"),))
    snapshot = world.advance(snapshot)
    (hits,) = match_names(["星野光太郎"], fold_many(["星野光太郎"]), snapshot, None)
    assert sorted(hit.entry for hit in hits) == [0, 1, 2]


def test_a_form_that_the_registration_does_not_give_counts_for_nobody():
    world = World()
    world.register(world.holder, drawn(1), names=(Name(text="星野 光太郎"),))
    other = World()
    other.register(other.holder, drawn(1), names=(Name(text="山田 光太郎"),))
    forged = {k: v for k, v in parts(other.publish())[1].items() if k.startswith("names.")}
    snapshot = world.open(with_sections(world.publish(), world.registry, forged))
    for text in ("山田光太郎", "星野光太郎"):
        assert match_names([text], fold_many([text]), snapshot, None) == [()]


def test_a_registration_that_does_not_hold_is_an_error():
    world = World()
    world.register(world.holder, drawn(1), names=(Name(text="星野 光太郎"),), signer=world.stranger)
    snapshot = world.open()
    with pytest.raises(SnapshotTampered):
        match_names(["星野光太郎"], fold_many(["星野光太郎"]), snapshot, None)


def test_many_short_names_in_a_long_text_cost_no_more_than_linear(snapshot):
    calls = Counter()

    def counted(text, /):
        calls[len(text)] += 1
        return few_words(text)

    text = "光と美咲、" * 2000
    assert called(snapshot, text, counted) == []
    assert calls == {len("光と美咲"): MAX_CUTS, len(text): 1}


@pytest.fixture(scope="module")
def suite():
    entry = _entries()
    prompts = [json.loads(line) for line in (DATA / "legitimate_use.jsonl").read_text("utf-8").splitlines()]
    return entry, build_names([e.names for e in entry]), prompts


def _entries():
    world = World()
    world.register(world.holder, drawn(1))
    some = world.open().entry(0)
    rows = [json.loads(line) for line in (DATA / "invented_names.jsonl").read_text("utf-8").splitlines()]
    return [
        replace(
            some,
            id=f"e-{number:032x}",
            title=row["title"],
            names=tuple(
                Name(
                    text=name["text"],
                    reading=name.get("reading", ""),
                    qualifier=tuple(name.get("qualifier", ())),
                )
                for name in row["names"]
            ),
        )
        for number, row in enumerate(rows)
    ]


def test_lawful_prompts_are_hardly_ever_held(suite):
    dictionary = pytest.importorskip("sekisho.store.dictionary")
    pytest.importorskip("sudachipy")
    entries, table, prompts = suite
    texts = [prompt["text"] for prompt in prompts]
    hits = names_in(texts, fold_many(texts), [table], entries.__getitem__, dictionary.open_dictionary())
    lawful = [bool(hit) for hit, prompt in zip(hits, prompts, strict=True) if not prompt["hold"]]
    called = [bool(hit) for hit, prompt in zip(hits, prompts, strict=True) if prompt["hold"]]
    assert len(entries) >= 200
    assert len(prompts) >= 150
    assert sum(lawful) <= 0.02 * len(lawful)
    assert sum(called) >= 0.9 * len(called)
