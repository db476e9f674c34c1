import pytest

from sekisho.errors import EvidenceError
from sekisho.ledger.tree import (
    EMPTY_ROOT,
    MAX_SIZE,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    leaf_reader,
    level_path,
    node_hash,
    subtree_root,
    tree_levels,
    tree_root,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(bytes([i])) for i in range(11)]
READ = leaf_reader(LEAVES)
ROOT = tree_root(READ, 11)
PATH = inclusion_proof(READ, 6, 11)
LINK = consistency_proof(READ, 6, 11)
OLD_ROOT = tree_root(READ, 6)


def refused(verify, *arguments):
    with pytest.raises(EvidenceError):
        verify(*arguments)


def test_roots_of_small_trees_by_hand():
    a, b, c = LEAVES[:3]
    assert tree_root(READ, 0) == EMPTY_ROOT
    assert tree_root(READ, 1) == a
    assert tree_root(READ, 3) == node_hash(node_hash(a, b), c)


def test_proofs_by_hand():
    a, b, c = LEAVES[:3]
    assert inclusion_proof(READ, 0, 1) == ()
    assert inclusion_proof(READ, 0, 3) == (b, c)
    assert inclusion_proof(READ, 2, 3) == (node_hash(a, b),)
    assert consistency_proof(READ, 3, 3) == ()
    assert consistency_proof(READ, 2, 3) == (c,)
    assert consistency_proof(READ, 3, 4) == (c, LEAVES[3], node_hash(a, b))


def test_a_proof_holds():
    verify_inclusion(LEAVES[6], 6, 11, PATH, ROOT)
    verify_consistency(6, 11, LINK, OLD_ROOT, ROOT)
    verify_consistency(11, 11, (), ROOT, ROOT)


@pytest.mark.parametrize("index", [-1, 0, 5, 7, 10, 11, 2**63])
def test_inclusion_at_another_index_is_refused(index):
    refused(verify_inclusion, LEAVES[6], index, 11, PATH, ROOT)


@pytest.mark.parametrize("size", [0, 6, 7, 8, 17, MAX_SIZE, MAX_SIZE + 1])
def test_inclusion_in_another_size_is_refused(size):
    refused(verify_inclusion, LEAVES[6], 6, size, PATH, ROOT)


@pytest.mark.parametrize(
    "path",
    [(), PATH[1:], PATH[:-1], (*PATH, ROOT), (PATH[0][:31], *PATH[1:]), (PATH[0] + b"\0", *PATH[1:])],
    ids=["empty", "first", "last", "extra", "31", "33"],
)
def test_an_inclusion_proof_of_another_shape_is_refused(path):
    refused(verify_inclusion, LEAVES[6], 6, 11, path, ROOT)


def test_an_inner_node_is_not_a_leaf():
    inner = node_hash(LEAVES[6], LEAVES[7])
    refused(verify_inclusion, inner, 3, 11, PATH[1:], ROOT)
    refused(verify_inclusion, leaf_hash(LEAVES[6] + LEAVES[7]), 6, 11, PATH, ROOT)


def test_no_proof_has_more_than_63_hashes():
    refused(verify_inclusion, LEAVES[0], 0, MAX_SIZE, [ROOT] * 64, ROOT)
    refused(verify_consistency, 1, MAX_SIZE, [ROOT] * 64, LEAVES[0], ROOT)


@pytest.mark.parametrize(
    ("old", "new", "link", "old_root", "new_root"),
    [
        (0, 11, (), EMPTY_ROOT, ROOT),
        (0, 11, LINK, EMPTY_ROOT, ROOT),
        (0, 0, (), EMPTY_ROOT, EMPTY_ROOT),
        (11, 11, (), OLD_ROOT, ROOT),
        (11, 11, LINK, ROOT, ROOT),
        (11, 6, LINK, ROOT, OLD_ROOT),
        (6, 11, (), OLD_ROOT, ROOT),
        (8, 11, (), tree_root(READ, 8), ROOT),
        (6, 11, LINK[:-1], OLD_ROOT, ROOT),
        (6, 11, (*LINK, ROOT), OLD_ROOT, ROOT),
        (6, 11, LINK, ROOT, ROOT),
        (6, 11, LINK, OLD_ROOT, OLD_ROOT),
        (7, 11, LINK, OLD_ROOT, ROOT),
        (6, 12, LINK[::-1], OLD_ROOT, ROOT),
        (-1, 11, LINK, OLD_ROOT, ROOT),
        (6, 11, LINK, OLD_ROOT[:31], ROOT),
    ],
)
def test_a_false_consistency_proof_is_refused(old, new, link, old_root, new_root):
    refused(verify_consistency, old, new, link, old_root, new_root)


def test_a_changed_history_is_refused():
    other = leaf_reader([leaf_hash(b"changed"), *LEAVES[1:]])
    refused(verify_consistency, 6, 11, consistency_proof(other, 6, 11), OLD_ROOT, tree_root(other, 11))


def test_what_is_not_there_can_not_be_proven():
    for make, arguments in [
        (inclusion_proof, (READ, 11, 11)),
        (inclusion_proof, (READ, -1, 11)),
        (consistency_proof, (READ, 0, 11)),
        (consistency_proof, (READ, 12, 11)),
        (inclusion_proof, (READ, 0, 12)),
        (subtree_root, (LEAVES[:3],)),
        (subtree_root, ((),)),
    ]:
        with pytest.raises(ValueError, match=r"leaf|leaves|proof|perfect"):
            make(*arguments)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 11])
def test_a_tree_in_memory_has_the_roots_and_proofs_of_the_reader(size):
    levels = tree_levels(LEAVES[:size])
    assert levels[-1] == [tree_root(READ, size)]
    for index in range(size):
        assert level_path(levels, index) == inclusion_proof(READ, index, size)


def test_a_tree_in_memory_has_no_path_to_what_is_not_there():
    for index in (-1, 3):
        with pytest.raises(ValueError, match="no leaf"):
            level_path(tree_levels(LEAVES[:3]), index)


def test_a_root_that_was_made_for_it_does_not_save_a_wrong_proof():
    """Whoever signs the root can choose it; the form of the proof must hold all the same."""
    leaf, other = leaf_hash(b"a"), leaf_hash(b"b")
    with pytest.raises(EvidenceError, match="too many hashes"):
        verify_inclusion(leaf, 0, 1, [other], node_hash(other, leaf))
    for wrong in (other[:31], other + b"x", b""):
        with pytest.raises(EvidenceError, match="does not have 32 bytes"):
            verify_inclusion(leaf, 0, 2, [wrong], node_hash(leaf, wrong))
    with pytest.raises(EvidenceError, match="does not have 32 bytes"):
        verify_inclusion(leaf[:31], 0, 1, [], leaf[:31])
    with pytest.raises(EvidenceError, match="at most 63 hashes"):
        verify_inclusion(leaf, 0, 2**63 - 1, [other] * 64, other)
    with pytest.raises(EvidenceError, match="at most 63 hashes"):
        verify_inclusion(leaf, 0, 2**63, [other] * 63, other)
    with pytest.raises(EvidenceError, match="from size 4 to size 2"):
        verify_consistency(4, 2, [other], node_hash(leaf, other), leaf)
    with pytest.raises(EvidenceError, match="from size 0 to size 1"):
        verify_consistency(0, 1, [], leaf, leaf)
    with pytest.raises(EvidenceError, match="is empty"):
        verify_consistency(2, 3, [], leaf, leaf)
