import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.audit.clean import changed_rows, choose, select

ONE, TWO = b"1" * 32, b"2" * 32
MEMBERS = st.lists(
    st.tuples(st.sampled_from([None, b"a", b"b", b"c"]), st.sampled_from([None, True, False])), max_size=20
)


def test_only_allow_is_known_by_its_digest():
    rows = [("a", "allow", ONE), ("b", "block", TWO), ("c", "review", None), ("d", "allow", None)]
    found = select(rows)
    assert found.known == {"a": ONE, "b": None, "c": None, "d": None}
    assert found.denied == {TWO}


def test_reviews_change_the_outcomes_of_rows():
    rows = [("a", "review", ONE), ("b", "allow", TWO), ("c", "block", None), ("d", "review", ONE)]
    found = list(changed_rows(rows, added=["a", "d"], removed=["b"], ended=["d"]))
    assert [(item, outcome) for item, outcome, _ in found] == [
        ("a", "allow"),
        ("b", "review"),
        ("c", "block"),
        ("d", "review"),
    ]
    assert select(found).denied == {ONE, TWO}, "bytes that do not pass under one name pass under no other"


def test_an_item_decided_twice_is_not_allowed():
    assert select([("a", "allow", ONE), ("a", "allow", ONE)]).known == {"a": None}


@pytest.mark.parametrize(
    ("members", "whole", "kept"),
    [
        ([(b"a", True), (b"a", None)], True, [True, True]),
        ([(b"a", True), (b"a", None), (b"a", False)], True, [False, False, False]),
        ([(b"a", True), (b"a", None), (b"a", False)], False, [True, False, False]),
        ([(b"a", None), (None, None), (None, True), (None, False)], True, [False, False, True, False]),
    ],
)
def test_samples(members, whole, kept):
    assert choose(members, whole_samples=whole) == kept


@given(MEMBERS, st.booleans())
def test_nothing_that_is_not_allowed_is_kept_and_no_sidecar_is_alone(members, whole):
    kept = choose(members, whole_samples=whole)
    assert len(kept) == len(members)
    for (key, allowed), keep in zip(members, kept, strict=True):
        assert not (keep and allowed is False)
        if keep and allowed is None:
            media = [a for k, a in members if k == key and a is not None]
            assert media
            assert all(media)
