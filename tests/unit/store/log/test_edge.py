import pytest

from sekisho.errors import EvidenceError
from sekisho.ledger.tiles import encode_bundle, entries_path, tile_path
from sekisho.ledger.tree import EMPTY_ROOT, leaf_hash, leaf_reader, subtree_root, tree_root
from sekisho.store.log.edge import EMPTY_EDGE, lengthen, read_edge, replaced

SIZE = 66_000
DATA = [b"%d" % number for number in range(SIZE)]
LEAVES = [leaf_hash(data) for data in DATA]


def grown(*sizes):
    """Grow to each size in turn; return the edge and all files that became full."""
    edge, made = EMPTY_EDGE, {}
    for size in sizes:
        edge, files = lengthen(edge, encode_bundle(DATA[edge.size : size]))
        assert not made.keys() & dict(files).keys()
        made.update(files)
    return edge, made


def test_an_empty_log():
    assert (EMPTY_EDGE.root(), list(EMPTY_EDGE.partials())) == (EMPTY_ROOT, [])
    assert lengthen(EMPTY_EDGE, b"") == (EMPTY_EDGE, [])


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 1000, 65_535, 65_536, SIZE])
def test_the_root_is_that_of_the_whole_tree(size):
    assert grown(size)[0].root() == tree_root(leaf_reader(LEAVES), size)


def test_the_files_are_the_same_in_whatever_steps_it_grew():
    assert grown(1, 2, 255, 256, 700, 1024, 65_536, 65_537, SIZE) == grown(SIZE)


def test_full_tiles_hold_the_hashes_of_the_level_below():
    edge, made = grown(SIZE)
    assert made[tile_path(0, 3)] == b"".join(LEAVES[768:1024])
    assert made[tile_path(1, 0)][:32] == subtree_root(LEAVES[:256])
    assert made[entries_path(256)] == encode_bundle(DATA[65_536:65_792])
    assert max(map(len, edge.rows)) < 256
    names = dict(edge.partials())
    assert names[entries_path(257, 208)] == encode_bundle(DATA[65_792:])
    assert set(names) == {
        entries_path(257, 208),
        tile_path(0, 257, 208),
        tile_path(1, 1, 1),
        tile_path(2, 0, 1),
    }


@pytest.mark.parametrize("size", [0, 1, 256, 300, 65_536, SIZE])
def test_it_is_read_back_from_its_files(size):
    edge, made = grown(size)
    made.update(edge.partials())

    def read(level, index, width):
        return made[entries_path(index, width) if level < 0 else tile_path(level, index, width)]

    assert read_edge(read, size) == edge


def test_entries_that_do_not_belong_to_their_tile_are_refused():
    made = dict(grown(3)[0].partials())
    forged = {0: made[tile_path(0, 0, 3)], -1: encode_bundle([b"0", b"1", b"9"])}
    with pytest.raises(EvidenceError, match="do not hash"):
        read_edge(lambda level, *_: forged[level], 3)
    with pytest.raises(EvidenceError, match="cut short"):
        read_edge(lambda level, *_: forged[level][:-1] if level < 0 else forged[level], 3)


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_run_that_is_cut_short_is_refused(cut):
    with pytest.raises(EvidenceError, match="cut short"):
        lengthen(EMPTY_EDGE, encode_bundle([b"abc"])[:-cut])


def test_which_partial_tiles_a_full_one_replaces():
    assert list(replaced(255, 256)) == ["tile/entries/000.p", "tile/0/000.p"]
    assert list(replaced(256, 511)) == []
    assert list(replaced(0, 600)) == []
    assert list(replaced(65_535, 65_536)) == ["tile/entries/255.p", "tile/0/255.p", "tile/1/000.p"]
