"""Rows of any names and findings: one leaf for each, the same bytes as canonical JSON, proofs that hold."""

import hashlib
import json

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.audit.leaves import disclose, leaf_of, rows_root, tile_roots
from sekisho.audit.share.bundle import Opened, SharedRow
from sekisho.codec import canonical, parse_as
from sekisho.ledger.tree import level_path, tree_levels, verify_inclusion
from tests.counts import count
from tests.run_fixture import finding, row

KEY = hashlib.sha256(b"key").digest()
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
FINDINGS = st.lists(
    st.builds(
        lambda entry, detail, grant, distance: (
            finding(0, distance=distance, grant=grant) | {"entry": entry, "detail": detail}
        ),
        TEXT,
        TEXT,
        st.none() | TEXT,
        st.integers(0, 256),
    ),
    max_size=4,
)
ROWS = st.builds(
    lambda name, findings, size, digest: (
        row(name, "review", "x", findings) | {"bytes": size, "sha256": digest}
    ),
    TEXT,
    FINDINGS,
    st.integers(0, 2**53 - 1),
    st.none() | st.binary(min_size=32, max_size=32),
)


@settings(max_examples=count(200, 20_000))
@given(ROWS, TEXT, st.none() | st.lists(st.binary(min_size=32, max_size=32), max_size=3))
def test_a_leaf_is_over_canonical_json_and_a_line_can_be_read_again(made, unit, frames):
    more = {} if frames is None else {"frames": [{"pdq": hashed} for hashed in frames]}
    shown, openings = disclose(made | more, unit, KEY)
    fields = _plain(shown)
    assert ("pdq" in fields) == (frames is not None)
    assert leaf_of(shown) == hashlib.sha256(b"\0" + canonical(fields)).digest()
    opened = [Opened(finding=o.finding, n=n, salt=o.salt.hex()) for n, o in enumerate(openings)]
    if opened:
        line = SharedRow(index=0, opened=opened, path=[], row=shown, unit=0)
        raw = canonical(json.loads(canonical(_plain(line))))
        assert parse_as(raw, SharedRow) == line


def _plain(value):
    """Return a struct as what JSON has."""
    if hasattr(value, "__struct_fields__"):
        fields = {name: _plain(getattr(value, name)) for name in value.__struct_fields__}
        return {name: field for name, field in fields.items() if field is not msgspec.UNSET}
    return [_plain(item) for item in value] if isinstance(value, list) else value


@settings(max_examples=count(40, 2000))
@given(st.integers(1, 1100), st.data())
def test_every_path_through_tiles_leads_to_the_root(size, data):
    leaves = [hashlib.sha256(b"%d" % number).digest() for number in range(size)]
    tops = tree_levels(tile_roots(leaves))
    root = bytes.fromhex(rows_root(leaves))
    assert tops[-1][0] == root
    place = data.draw(st.integers(0, size - 1))
    tile = tree_levels(leaves[place // 256 * 256 : (place // 256 + 1) * 256])
    verify_inclusion(
        leaves[place], place, size, level_path(tile, place % 256) + level_path(tops, place // 256), root
    )
