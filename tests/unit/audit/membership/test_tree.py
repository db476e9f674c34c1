import hashlib

import pytest

from sekisho.audit.membership import merge
from sekisho.audit.membership.records import Run, encode_run, map_key
from sekisho.audit.membership.tree import TOPS, build_map, encode_tops, open_map, runs_of
from sekisho.errors import EvidenceError, UsageError
from sekisho.ledger.prefix import (
    encode_absence,
    encode_presence,
    map_leaf,
    map_root,
    verify_absent,
    verify_present,
)
from sekisho.ledger.tree import EMPTY_ROOT
from tests.world import MemoryFiles

NONCE = b"n" * 32


def digest(number):
    return hashlib.sha256(str(number).encode()).digest()


def made(counts):
    """Return the files of a run, and its manifest as far as the map is concerned."""
    files, units, number = MemoryFiles(), [], 0
    for unit, count in enumerate(counts):
        digests = [digest(number + n) for n in range(count)]
        files.write(f"membership/u{unit}.run", encode_run(digests, digests, NONCE))
        units.append({"id": f"u{unit}", "membership_rows": count})
        number += count
    named, tops = build_map(files, runs_of(units), nonce=NONCE, rows=number + 2)
    files.write(TOPS, encode_tops(tops))
    return files, {"units": units, "membership": named.as_dict()}, named


@pytest.fixture(autouse=True)
def small_slices(monkeypatch):
    monkeypatch.setattr(merge, "SLICE_RECORDS", 8)


def test_the_root_is_that_of_all_pairs():
    _, _, named = made([30, 0, 25])
    pairs = sorted((map_key(NONCE, digest(n)), digest(n)) for n in range(55))
    assert named.root == map_root(map_leaf(*pair) for pair in pairs)
    assert (named.files, named.rows) == (55, 57)


def test_commits_and_manifest_name_the_same_runs():
    units = [{"id": "a", "membership_rows": 3}]
    assert runs_of(units) == runs_of([{"unit": "a", "membership_rows": 3}]) == [Run("membership/a.run", 3)]


@pytest.mark.parametrize("tops", [True, False])
def test_every_file_is_proven_present_and_others_absent(tops):
    files, manifest, named = made([30, 0, 25])
    opened = open_map(files, manifest, files.read(TOPS) if tops else None)
    for number in range(55):
        key = map_key(NONCE, digest(number))
        verify_present(named.root, key, digest(number), encode_presence(opened.prove(key)))
    for number in range(55, 110):
        key = map_key(NONCE, digest(number))
        verify_absent(named.root, key, encode_absence(opened.prove(key)))


def test_slices_without_keys_are_passed():
    files, manifest, named = made([9])
    opened = open_map(files, manifest, files.read(TOPS))
    for high in range(0, 256, 3):
        key = bytes([high]) + bytes(31)
        verify_absent(named.root, key, encode_absence(opened.prove(key)))


def test_an_empty_map():
    files, manifest, named = made([0])
    assert (named.root, named.files) == (EMPTY_ROOT, 0)
    assert open_map(files, manifest, files.read(TOPS)).prove(b"k" * 32) is None
    assert open_map(files, manifest).prove(b"k" * 32) is None


@pytest.mark.parametrize("tops", [b"x", b"x" * 64, b"\xff" * 64 + bytes(64)])
def test_broken_tops_are_made_again(tops):
    files, manifest, _ = made([30])
    key = map_key(NONCE, digest(3))
    assert open_map(files, manifest, tops).prove(key) == open_map(files, manifest).prove(key)


def test_runs_that_are_not_those_of_the_map():
    files, manifest, _ = made([30])
    opened = open_map(files, manifest, files.read(TOPS))
    data = files.data["membership/u0.run"]
    files.data["membership/u0.run"] = data[:-1] + bytes([data[-1] ^ 1])
    with pytest.raises(EvidenceError, match="changed after"):
        opened.prove(b"\xff" * 32)
    with pytest.raises(EvidenceError, match="do not have the root"):
        open_map(files, manifest)


def test_an_older_run_has_no_map():
    with pytest.raises(UsageError, match="before Sekisho kept a map") as caught:
        open_map(MemoryFiles(), {"units": []})
    assert "--again" in caught.value.hint
