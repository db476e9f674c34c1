import hashlib
import importlib.util
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from sekisho.errors import SekishoError
from sekisho.lexicon import table as module
from sekisho.lexicon.fold import fold
from sekisho.lexicon.table import SIZE, SPECIAL, TABLE_SHA256, fold_table

SCRIPT = Path(__file__).parents[3] / "scripts" / "make_fold_table.py"
WRITTEN_OUT = 290
"""Old forms of the Joyo list that are characters of their own; the others are compatibility characters."""


@pytest.fixture(scope="module")
def generator():
    specification = importlib.util.spec_from_file_location("make_fold_table", SCRIPT)
    made = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = made
    specification.loader.exec_module(made)
    return made


def test_the_file_is_the_one_the_code_names():
    raw = (files("sekisho.lexicon") / "table.bin").read_bytes()
    assert hashlib.sha256(raw).hexdigest() == TABLE_SHA256
    assert len(raw) < 100_000


def test_a_table_that_was_changed_is_refused(monkeypatch):
    monkeypatch.setattr(module, "TABLE_SHA256", "0" * 64)
    fold_table.cache_clear()
    with pytest.raises(SekishoError, match="fold table") as raised:
        fold_table()
    assert "install" in raised.value.hint
    monkeypatch.undo()
    assert fold_table().values[ord("A")] == ord("a")


def test_its_arrays_have_their_sizes_and_are_read_only():
    table = fold_table()
    assert table.values.shape == (SIZE,)
    assert table.voiced.shape == table.half_voiced.shape == (96,)
    assert not any(a.flags.writeable for a in (table.values, table.several, table.voiced, table.half_voiced))


def test_every_unit_is_its_own_fold():
    values = fold_table().values
    plain = np.unique(values[(values > 0) & (values < SPECIAL)])
    assert (values[plain[plain < SIZE]] == plain[plain < SIZE]).all()


def test_the_old_forms_of_the_joyo_list_meet_the_modern_ones(generator):
    pairs = generator.JOYO_OLD.split()
    assert [p for p in pairs if fold(p[0]).text != fold(p[1]).text] == []
    assert len(pairs) > WRITTEN_OUT


@pytest.mark.parametrize(
    "pair", ["逸\ufa67", "謁\ufa62", "祈\ufa4e", "神\ufa19", "福\ufa1b", "社\ufa4c", "類\uf9d0", "響\ufa69"]
)
def test_old_forms_that_are_compatibility_characters_meet_the_modern_ones(pair):
    assert ord(pair[1]) >= 0xF900
    assert fold(pair[0]).text == fold(pair[1]).text


@pytest.mark.parametrize("name", ["LINKED", "SHAPES"])
def test_other_shapes_of_one_character_meet(generator, name):
    pairs = getattr(generator, name).split()
    assert [p for p in pairs if fold(p[0]).text != fold(p[1]).text] == []


@pytest.mark.parametrize(
    "pair",
    [
        "後后",
        "乾干",
        "鍼針",
        "譚談",
        "籐藤",
        "斎斉",
        "予預",
        "欠闕",
        "着著",
        "竜瀧",
        "余世",
        "体休",
        "面麺",
        "谷穀",
        "才纔",
        "沈瀋",
    ],
)
def test_words_that_japanese_keeps_apart_stay_apart(pair):
    assert fold(pair[0]).text != fold(pair[1]).text


def test_only_a_character_that_joyo_does_not_have_is_folded_away(generator):
    modern = "".join(p[0] for p in generator.JOYO_OLD.split() if p[0] not in "頬剥填叱")
    assert fold(modern).text == modern


def tiny(tmp_path, variants="", mappings=""):
    paths = tmp_path / "variants.txt", tmp_path / "mappings.txt"
    for path, text in zip(paths, (variants, mappings), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def test_the_generator_refuses_a_link_that_unihan_does_not_have(generator, tmp_path):
    with pytest.raises(ValueError, match="not linked"):
        generator.old_kanji(*tiny(tmp_path))


def test_the_generator_refuses_to_fold_away_what_is_in_use(generator, tmp_path, monkeypatch):
    monkeypatch.setattr(generator, "LINKED", "")
    joyo = "".join(f"U+{ord(c):04X}\tkJoyoKanji\t2010\n" for c in "亜亞")
    with pytest.raises(ValueError, match="亞"):
        generator.old_kanji(*tiny(tmp_path, mappings=joyo))


def test_the_generator_makes_the_runs_that_the_reader_expands(generator):
    table = fold_table()
    lengths, offsets = generator.runs(table.values)
    assert lengths.sum() == SIZE
    restored = np.arange(SIZE, dtype=np.uint32) + np.repeat(offsets, lengths)
    restored[np.repeat(offsets, lengths) == SPECIAL] = 0
    assert (restored == table.values).all()
