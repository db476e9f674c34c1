import pytest

from sekisho.errors import EvidenceError, InputError
from sekisho.ledger.tiles import (
    ENTRIES,
    MAX_ENTRY,
    decode_bundle,
    encode_bundle,
    entries_path,
    parse_tile_path,
    split_tile,
    tile_path,
    tile_reader,
)
from sekisho.ledger.tree import leaf_hash, leaf_reader, subtree_root, tree_root
from tests.leaf_by_leaf import grow

LEAVES = [leaf_hash(b"%d" % i) for i in range(600)]


def grown(size):
    tiles = {}
    for i in range(size):
        tiles.update(grow(lambda *tile: tiles[tile], i, LEAVES[i]))
    return tiles


TILES = grown(600)


@pytest.mark.parametrize(
    ("index", "width", "name"),
    [
        (0, 256, "000"),
        (7, 1, "007.p/1"),
        (999, 255, "999.p/255"),
        (1000, 256, "x001/000"),
        (1234067, 256, "x001/x234/067"),
        (1234067, 8, "x001/x234/067.p/8"),
    ],
)
def test_paths(index, width, name):
    assert tile_path(2, index, width) == f"tile/2/{name}"
    assert entries_path(index, width) == f"tile/entries/{name}"


@pytest.mark.parametrize("index", [0, 999, 1000, 1234067, 10**18])
@pytest.mark.parametrize("width", [1, 10, 255, 256])
def test_a_path_is_read_back(index, width):
    assert parse_tile_path(tile_path(63, index, width)) == (63, index, width)
    assert parse_tile_path(entries_path(index, width)) == (ENTRIES, index, width)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "checkpoint",
        "tile",
        "tile/",
        "tile/0",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/001",
        "tile/0/001/x002",
        "tile/0/001/002",
        "tile/0/x001",
        "tile/0/X001/002",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/1000",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000/",
        "tile/0/000\n",
        "tile/0/\u0660\u0660\u0660",
        "tile/0/../../.sequence.sqlite",
        "tile/entries/../0/000",
        "tile/0/000.p/../../../checkpoint",
        "tile/0/%2e%2e/000",
        "/tile/0/000",
        "tile//000",
        "tile/entries/" + "x001/" * 7 + "000",
    ],
)
def test_what_is_not_the_path_of_a_tile(path):
    with pytest.raises(InputError):
        parse_tile_path(path)


@pytest.mark.parametrize(
    ("level", "index", "width"), [(64, 0, 1), (-1, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)]
)
def test_a_path_that_can_not_be(level, index, width):
    with pytest.raises(ValueError, match="no tile"):
        tile_path(level, index, width)


def test_which_tiles_a_log_has():
    assert (1, 0, 1) in TILES
    assert (1, 0, 2) in TILES
    assert {tile for tile in grown(256) if tile[0] == 1} == {(1, 0, 1)}
    assert {tile for tile in grown(255) if tile[0] == 1} == set()
    assert len(TILES[0, 0, 256]) == 8192
    assert TILES[1, 0, 2][32:] == subtree_root(LEAVES[256:512])


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 512, 513, 600])
def test_tiles_have_the_root_of_the_leaves(size):
    assert tree_root(tile_reader(lambda *tile: TILES[tile], size), size) == tree_root(
        leaf_reader(LEAVES), size
    )


def test_a_tile_of_another_length_is_refused():
    for cut in (b"", TILES[0, 2, 88][:-1], TILES[0, 2, 88] + b"\0", TILES[0, 2, 88][32:]):
        read = tile_reader(lambda *_tile, cut=cut: cut, 600)
        with pytest.raises(EvidenceError, match="width 88"):
            read(0, 599)


def test_a_hash_beyond_the_tree_is_refused():
    read = tile_reader(lambda *tile: TILES[tile], 600)
    for level, index in [(0, 600), (3, 75), (9, 1), (16, 0)]:
        with pytest.raises(ValueError, match="has no hash"):
            read(level, index)


def test_a_changed_tile_changes_the_root():
    changed = {**TILES, (0, 2, 88): b"\0" + TILES[0, 2, 88][1:]}
    assert tree_root(tile_reader(lambda *tile: changed[tile], 600), 600) != tree_root(
        leaf_reader(LEAVES), 600
    )


def test_bundle():
    entries = (b"", b"one", b"x" * MAX_ENTRY)
    bundle = encode_bundle(entries)
    assert bundle.startswith(b"\0\0\0\x03one\xff\xffx")
    assert decode_bundle(bundle, 3) == entries
    assert split_tile(b"a" * 32 + b"b" * 32, 2) == (b"a" * 32, b"b" * 32)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_bundle_with_another_count_is_refused(count):
    with pytest.raises(EvidenceError):
        decode_bundle(encode_bundle([b"one", b"two"]), count)


@pytest.mark.parametrize("bundle", [b"", b"\0", b"\0\x04one", b"\0\x03one\0", b"\0\x03oneX"])
def test_a_cut_or_longer_bundle_is_refused(bundle):
    with pytest.raises(EvidenceError):
        decode_bundle(bundle, 1)


def test_an_entry_above_64_kb_is_refused():
    with pytest.raises(InputError, match="65535"):
        encode_bundle([b"x" * (MAX_ENTRY + 1)])
