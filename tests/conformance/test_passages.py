"""Published vectors of fold and passages, computed by plain Python (tests/winnowing.py), for any language."""

import json
from pathlib import Path

import pytest

from sekisho.fingerprint.passages import passages_many
from sekisho.fingerprint.winnow import hash_whole
from sekisho.lexicon.fold import fold, fold_many
from tests.winnowing import fold_oracle, line_oracle, passages_oracle

VECTORS = json.loads((Path(__file__).parent.parent / "vectors/passages.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_vectors(vector):
    many = fold_many([vector["text"]])
    assert fold(vector["text"]).text == vector["units"]
    assert many.source.tolist() == vector["source"]
    assert f"{int(hash_whole(many.units)):012x}" == vector["line"]
    rows = passages_many(many)
    found = zip(rows.positions.tolist(), rows.latin.tolist(), rows.hashes.tolist(), strict=True)
    expected = [(p["position"], p["profile"] == "latin", int(p["hash"], 16)) for p in vector["passages"]]
    assert list(found) == expected


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["name"])
def test_the_vectors_are_what_the_page_says(vector):
    assert fold_oracle(vector["text"]) == (vector["units"], vector["source"])
    codes = [ord(c) for c in vector["units"]]
    assert f"{line_oracle(codes):012x}" == vector["line"]
    expected = [(p["position"], p["profile"] == "latin", int(p["hash"], 16)) for p in vector["passages"]]
    assert passages_oracle(codes) == expected


def test_the_vectors_say_something():
    profiles = {p["profile"] for v in VECTORS for p in v["passages"]}
    assert profiles == {"cjk", "latin"}
    modern, old = ({p["hash"] for p in v["passages"]} for v in VECTORS[:2])
    assert modern & old
    assert modern != old
