"""The compiled fold is Unicode's rules applied one after the other, and it never loses its place."""

import unicodedata

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sekisho.lexicon.fold import fold, fold_many
from tests.counts import count
from tests.winnowing import fold_oracle

# What was assigned in Unicode 3.2 is folded alike by every Python; later characters are in the table alone.
OLD = unicodedata.ucd_3_2_0
ASSIGNED = [c for c in map(chr, range(0x110000)) if OLD.category(c) not in {"Cn", "Cs", "Co"}]
KANA = st.sampled_from("かがはばぱうゔゝわカガハヴヷワヽｶﾊｳーｰ々あ\u3099\u309a\u309b\u309cﾞﾟ \n\u200b")
HANGUL = st.sampled_from("가각한글ᄀ하ᅵᆨᇂㄱㅏㅎﾡￂ \n\u0301")
SOME = st.sampled_from("㍻㈱ﬁß①Ⅷ㎏ﷺ½éÅçİıςσйё國学鷗鴎ｱＡ９.、")
TEXT = st.text(st.one_of(KANA, HANGUL, SOME, st.sampled_from(ASSIGNED)), max_size=60)
ANYTHING = st.text(st.characters(), max_size=60) | st.text(st.integers(0, 0x10FFFF).map(chr), max_size=40)


@settings(max_examples=count(400, 20_000), deadline=None)
@given(TEXT)
@example("か\n\u3099が\u3099\u309a")
@example("ﷺ" * 200 + "か\u3099")
def test_it_is_what_unicode_says_one_step_after_the_other(text):
    folded = fold(text)
    assert (folded.text, folded.source.tolist()) == fold_oracle(text)


def test_every_character_alone_is_what_unicode_says():
    folded = fold_many(ASSIGNED)
    wrong = [c for i, c in enumerate(ASSIGNED) if folded[i].text != fold_oracle(c)[0]]
    assert wrong == []


@settings(max_examples=count(300, 20_000), deadline=None)
@given(ANYTHING)
def test_nothing_raises_and_folding_twice_changes_nothing(text):
    folded = fold(text)
    again = fold("".join(text.split("\n")))
    assert fold(again.text).text == again.text
    assert len(folded.units) == len(folded.source)
    assert all(a <= b for a, b in zip(folded.source, folded.source[1:], strict=False))
    assert all(0 <= s < len(text) for s in folded.source)


@settings(max_examples=count(100, 5_000), deadline=None)
@given(st.lists(ANYTHING, max_size=8))
def test_many_are_each_alone(texts):
    many = fold_many(texts)
    assert len(many) == len(texts)
    for i, text in enumerate(texts):
        alone = fold(text)
        assert many[i].units.tolist() == alone.units.tolist()
        assert many[i].source.tolist() == alone.source.tolist()


@settings(max_examples=count(200, 5_000), deadline=None)
@given(TEXT)
def test_how_a_text_was_normalised_does_not_matter(text):
    # A spacing mark (U+309B) becomes a space and a mark: that, too, joins the kana before it.
    for form in ("NFC", "NFD"):
        plain = "".join(c for c in text if c not in "\u3099\u309a")
        assert fold(unicodedata.normalize(form, plain)).text == fold(plain).text
