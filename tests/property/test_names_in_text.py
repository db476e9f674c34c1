"""Names in text: the compiled scan finds what the plain way and Aho-Corasick find, and nothing else."""

from datetime import date

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from sekisho.lexicon.fold import fold_many
from sekisho.lexicon.forms import LATIN, named_forms
from sekisho.lexicon.romaji import canonical, letters_of
from sekisho.match.forms import find_forms
from sekisho.match.names import names_in
from sekisho.model import Entry, EntryId, KeyId, Kind, Name, Registrant, Trust
from sekisho.snapshot.names import build_names, check_names, merged_names
from tests.counts import count
from tests.name_oracle import forms_in
from tests.tokens import few_words

KANJI, KANA, LETTERS = "星野光月桜葵太郎", "あいうおかこしゃゅょうっんーガギ", "aioukhstncjymbpl"
LIKE = "аοｈ0１ÉЅς"
BETWEEN = " ・-,\u200b\u0301　。"
_part = st.one_of(
    st.text(KANJI, min_size=1, max_size=3),
    st.text(KANA, min_size=1, max_size=5),
    st.text(LETTERS, min_size=1, max_size=6),
)
_text = st.lists(_part, min_size=1, max_size=3).map(" ".join).filter(str.strip)
NAMES = st.builds(Name, text=_text, reading=st.just("") | _text, qualifier=st.just(()) | st.just(("x",)))
ENTRIES = st.lists(st.lists(NAMES, max_size=3).map(tuple), max_size=5)
NOISE = st.text(KANJI + KANA + LETTERS + LIKE + BETWEEN + "😀x", max_size=60)


@st.composite
def texts_with(draw, entries):
    """Draw texts, most of which hold a name of an entry or a piece of one."""
    given_names = [text for names in entries for name in names for text in (name.text, name.reading) if text]
    pieces = (
        st.one_of(NOISE, st.sampled_from(given_names), st.sampled_from(given_names).map(str.upper))
        if (given_names)
        else NOISE
    )
    return ["".join(draw(st.lists(pieces, max_size=6))) for _ in range(draw(st.integers(0, 4)))]


@st.composite
def worlds(draw):
    entries = draw(ENTRIES)
    return entries, draw(texts_with(entries))


@given(worlds())
@example(([(Name(text="ij"),)], ["yij", "ayij jim"]))
@settings(max_examples=count(150, 3000))
def test_the_scan_finds_what_the_plain_way_finds(world):
    entries, texts = world
    names = build_names(entries)
    found = {number: set() for number in range(len(texts))}
    for one in find_forms(fold_many(texts), names):
        found[one.text].add((names.form(one.row), one.begin, one.end))
    forms = {names.form(row) for row in range(len(names.keys))}
    assert found == {number: forms_in(text, forms) for number, text in enumerate(texts)}


@given(worlds())
def test_the_scan_finds_what_aho_corasick_finds(world):
    automata = pytest.importorskip("ahocorasick_rs")
    entries, texts = world
    names = build_names(entries)
    forms = [form for row in range(len(names.keys)) if not (form := names.form(row)).startswith(LATIN)]
    if not forms:
        return
    automaton = automata.AhoCorasick(forms)
    folded = fold_many(texts)
    for number in range(len(texts)):
        wanted = {
            (forms[at], begin, end)
            for at, begin, end in automaton.find_matches_as_indexes(folded[number].text, overlapping=True)
        }
        found = {
            (names.form(one.row), one.begin, one.end)
            for one in find_forms(folded, names)
            if one.text == number and not one.latin
        }
        assert found == wanted


@given(ENTRIES, st.integers(0, 5))
def test_a_table_is_the_sum_of_its_parts(entries, at):
    whole = build_names(entries)
    assert check_names(whole)
    parts = [(build_names(entries[:at]), 0), (build_names(entries[at:]), min(at, len(entries)))]
    merged = merged_names(parts)
    assert all((one == other).all() for one, other in zip(merged, whole, strict=True))


@given(st.lists(st.text(KANJI + KANA, min_size=2, max_size=4), min_size=1, max_size=3))
def test_a_name_is_found_as_it_is_written_in_either_order_and_with_dots(parts):
    table = build_names([(Name(text=" ".join(parts)),)])
    assume(len(table.keys))
    for text in (" ".join(parts), "・".join(parts), "\u200b".join(parts[::-1])):
        assert find_forms(fold_many([text]), table), text


@given(st.text(LETTERS, min_size=1, max_size=12))
def test_the_canonical_spelling_is_one_step_from_itself(word):
    """What is canonical may still be read as another spelling (`oh` + `u`), but soon comes to rest."""
    seen = [word]
    while (after := canonical(seen[-1])) != seen[-1]:
        seen.append(after)
    assert len(seen) <= len(word) + 2
    assert letters_of(seen[-1])


@given(st.lists(NAMES, max_size=3).map(tuple))
def test_every_form_has_units(names):
    assert all(units.strip(LATIN) for units in named_forms(names))


@given(worlds(), st.lists(st.text(st.characters(), max_size=40), max_size=3))
def test_no_text_stops_the_rules_and_every_hit_lies_in_its_text(world, strange):
    entries, texts = world
    held = [
        Entry(
            id=EntryId(f"e-{number:032x}"),
            registrant=Registrant(key=KeyId("ed25519:x")),
            kind=Kind.WORK,
            trust=Trust.DECLARED,
            title=names[0].text if names else "",
            registered=date(2026, 11, 22),
            names=names,
        )
        for number, names in enumerate(entries)
    ]
    given_texts = [*texts, *strange, "".join([*texts, *strange])]
    for words in (few_words, None):
        found = names_in(given_texts, fold_many(given_texts), [build_names(entries)], held.__getitem__, words)
        assert len(found) == len(given_texts)
        for text, hits in zip(given_texts, found, strict=True):
            assert all(0 <= hit.start < hit.end <= len(text) for hit in hits)
            assert list(hits) == sorted(hits, key=lambda hit: (hit.start, -hit.end, hit.entry))
