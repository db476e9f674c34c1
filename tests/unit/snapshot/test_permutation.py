import numpy as np

from sekisho.match.brute_excerpts import brute_key
from sekisho.snapshot.permutation import permutation_of, permuted
from tests.parties import Party

MASK = 2**48 - 1
HASHES = np.array([0, 1, 2, 2**24, 2**47, MASK, 0x123456789ABC], np.uint64)


def undone(key, constants):
    """Return the hash that a key was made of."""
    x = key
    for factor in reversed(constants[1:]):
        x ^= x >> 24
        x = x * pow(factor, -1, 2**48) & MASK
    return x ^ constants[0]


def test_every_key_leads_back_to_its_hash():
    constants = permutation_of(Party(name="registry").key)
    random = np.random.default_rng(1).integers(0, 2**48, 2000, np.uint64)
    hashes = np.concatenate([HASHES, random])
    keys = permuted(hashes, constants).tolist()
    assert all(key <= MASK for key in keys)
    assert [undone(key, constants.tolist()) for key in keys] == hashes.tolist()


def test_it_does_what_the_oracle_does():
    constants = permutation_of(Party(name="registry").key)
    assert permuted(HASHES, constants).tolist() == [brute_key(h, constants.tolist()) for h in HASHES.tolist()]


def test_two_registries_share_no_key():
    keys = [set(permuted(HASHES, permutation_of(Party(name=n).key)).tolist()) for n in ("one", "two")]
    assert not keys[0] & keys[1]


def test_hashes_that_lie_side_by_side_are_spread_over_all_cells():
    keys = permuted(np.arange(200_000, dtype=np.uint64), permutation_of(Party(name="registry").key))
    filled = np.bincount((keys >> np.uint64(32)).astype(np.int64), minlength=1 << 16)
    assert filled.max() < 20
    assert (filled > 0).mean() > 0.9


def test_the_constants_do_not_change_silently():
    constants = permutation_of("ed25519:11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")  # RFC 8032, test 1
    assert [f"{c:012x}" for c in constants.tolist()] == [
        "f2e10eec6d38",
        "82274ed1c77d",
        "7c41991e70af",
        "6bbaca78935d",
    ]
    assert f"{permuted(np.array([1], np.uint64), constants)[0]:012x}" == "7207b1c76125"
