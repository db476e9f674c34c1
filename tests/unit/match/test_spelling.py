import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.lexicon.fold import code_points, fold_many
from sekisho.lexicon.romaji import canonical, latin_letters
from sekisho.match.spelling import letters_of, spell


def spelled(text):
    """Return the words of a text, spelled."""
    folded = fold_many([text])
    n = len(folded.units)
    letters, opens = np.zeros(n, np.uint8), np.zeros(n, np.uint8)
    characters, _ = code_points([text])
    if not letters_of(folded.units, folded.source, 0, n, characters, 0, latin_letters(), letters, opens):
        return None
    stream = np.zeros(2 * n + 2, np.uint32)
    place, stop, edges = (np.zeros(2 * n + 2, kind) for kind in (np.int32, np.int32, np.uint8))
    count = spell(letters, opens, n, stream, place, stop, edges)
    made = "".join(
        "|" + chr(unit) if edge else chr(unit)
        for unit, edge in zip(stream[:count].tolist(), edges.tolist(), strict=False)
        if unit
    )
    return made.removeprefix("|").split("|")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hoshino Kōtarō", ["hosino", "kotaro"]),
        ("k a t o umi", ["kato", "umi"]),
        ("光", None),
        ("2026", None),
        ("", None),
    ],
)
def test_the_words_of_a_text_are_spelled_apart(text, expected):
    assert spelled(text) == expected


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=30))
def test_it_spells_letter_by_letter_as_the_readable_one(word):
    assert "".join(spelled(word)) == canonical(word)
