import gc
import time

import pytest

from sekisho.lexicon.fold import fold_many
from sekisho.lexicon.forms import MAX_FORM
from sekisho.match.forms import Found, find_forms
from sekisho.model import Name
from sekisho.snapshot.names import NO_NAMES, build_names
from tests.name_oracle import forms_in

TABLE = build_names(
    [
        (Name(text="星野 光太郎", reading="ほしの こうたろう"),),
        (Name(text="Luke Stone"), Name(text="R7-K4")),
        (Name(text="光", qualifier=("剣士",)),),
        (Name(text="とても長い題名の本があってその題名は四十字を超えてもまだ終わらないのでとても長い"),),
        (Name(text="かと うみ"),),
    ]
)


def found(*texts):
    hits = find_forms(fold_many(texts), TABLE)
    return [(hit.text, TABLE.form(hit.row).strip("\x01"), hit.begin, hit.end, hit.latin) for hit in hits]


def test_a_form_is_found_with_its_place_in_folded_units():
    assert found("あ、星野・光太郎!") == [(0, "星野光太郎", 1, 6, False), (0, "光", 3, 4, False)]


@pytest.mark.parametrize(
    "text",
    [
        "Hoshino Kōtarō",
        "HOSHINO KOUTAROU",
        "hosino kotaro",
        "ｈｏｓｈｉｎｏ　ｋｏｔａｒｏ",
        "hoshino-kohtaroh",
        "hоshіnо kоtаrо",
        "h0shin0 k0t4r0",
        "h o s h i n o k o t a r o",
        "h.o.s.h.i.n.o k.o.t.a.r.o",
        "ho\u200bshi\u00adno ko\u2060taro",
    ],
)
def test_latin_spellings_are_one_form(text):
    (hit,) = find_forms(fold_many([text]), TABLE)
    assert hit.latin
    assert TABLE.form(hit.row) == "\x01hosinokotaro"
    assert (hit.begin, hit.end) == (0, len(fold_many([text]).units))


@pytest.mark.parametrize(
    "text", ["xhoshino kotaro", "hoshino kotarox", "hoshino kotaro2", "hoshino, x, kotaro"]
)
def test_a_latin_form_begins_and_ends_with_a_word(text):
    assert found(text) == []


def test_words_apart_are_not_read_as_one():
    assert found("kato umi")[0][1] == "katoumi"
    assert found("katou mi")[0][1] == "katomi"
    assert found("luke stone")[0][1] == "rukestone"
    assert found("r7 k4")[0][1] == "rtka"


def test_texts_of_a_batch_do_not_run_together():
    assert found("星野", "光太郎", "", "luke", "stone") == [(1, "光", 0, 1, False)]
    assert [hit[0] for hit in found("", "光", "", "Luke Stone", "光")] == [1, 3, 4]


def test_a_long_name_is_found_by_its_first_letters():
    text = "とても長い題名の本があってその題名は四十字を超えてもまだ終わらないのでとても長い"
    assert [hit[3] - hit[2] for hit in found(f"「{text}」を読む")] == [MAX_FORM]
    assert found(text[: MAX_FORM - 1]) == []
    assert [hit[3] - hit[2] for hit in found(text[:MAX_FORM] + "甘い")] == [MAX_FORM]


def test_more_hits_than_were_expected_are_all_found():
    assert [hit[2] for hit in found("光" * 5000)] == list(range(5000))
    assert len(found("光" * 5000, "Luke Stone; " * 500)) == 5999


def test_without_forms_or_without_letters_nothing_is_found():
    assert find_forms(fold_many(["星野"]), NO_NAMES) == []
    assert found("", "。。。") == []
    assert find_forms(fold_many([]), TABLE) == []


def test_a_hit_is_a_value():
    (hit,) = find_forms(fold_many(["光"]), TABLE)
    assert hit == Found(text=0, begin=0, end=1, row=hit.row, latin=False)


def test_it_finds_what_the_plain_way_finds_in_mixed_text():
    forms = {TABLE.form(row) for row in range(len(TABLE.keys))}
    text = (
        "Luke Stone×星野光太郎 (hoshino kotaro) R 7 K 4、"
        "l u k e; s t o n e 光　光る ﾎｼﾉｺｳﾀﾛｳ Lukе\u0301 Stone"
    )
    hits = {(TABLE.form(h.row), h.begin, h.end) for h in find_forms(fold_many([text]), TABLE)}
    assert hits == forms_in(text, forms)


@pytest.mark.parametrize("text", ["ほ", "ほしのこうたろ", "ho", "h ", "hoshino kotar ", "光"])
def test_no_text_is_slower_than_linear(text):
    def seconds(folded):
        gc.collect()
        # A collection in the midst of it counts all objects of the process.
        gc.disable()
        began = time.process_time()
        find_forms(folded, TABLE)
        spent = time.process_time() - began
        gc.enable()
        return spent

    seconds(fold_many([text * 10]))
    short, long = (fold_many([text * times]) for times in (20_000, 80_000))
    small = min(seconds(short) for _ in range(5))
    assert min(seconds(long) for _ in range(5)) < 12 * small + 0.01
