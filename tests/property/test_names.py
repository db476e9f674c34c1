"""Names of items: every member has one, no two members share one, and each leads back."""

from hypothesis import given
from hypothesis import strategies as st

from sekisho.store.datasets.names import escape, item_name, sample_key, split_item, unescape

PATHS = st.binary(min_size=1, max_size=24).filter(lambda b: b"\0" not in b)
NASTY = st.lists(
    st.sampled_from([b"#", b"~", b"~2", b"%", b"%23", b"a", b".", b"1:", b"\n", b"\xff", b"\xe2\x80\xae"])
)
RAW = st.one_of(PATHS, NASTY.map(b"".join).filter(bool))
NTH = st.integers(min_value=1, max_value=12)
MEMBERS = st.one_of(
    st.tuples(RAW, st.none(), st.just(0)),
    st.tuples(RAW, st.just(b""), st.just(0)),
    st.tuples(RAW, st.one_of(RAW, st.just(b"")), NTH),
)


def _name(member):
    path, inner, nth = member
    return item_name(escape(path), inner, nth)


@given(RAW)
def test_escape_leads_back(raw):
    assert unescape(escape(raw)) == raw


@given(RAW)
def test_an_escaped_name_is_one_visible_line(raw):
    text = escape(raw)
    assert text.splitlines() == [text]
    assert not set(text) & set("#~\u202e\u2066")
    assert text.encode()


@given(MEMBERS, MEMBERS)
def test_two_members_never_share_a_name(one, other):
    assert (_name(one) == _name(other)) == (one == other)


@given(MEMBERS, st.integers(min_value=1, max_value=99))
def test_a_name_leads_back_to_its_member(member, number):
    found = split_item(f"{number}:{_name(member)}", several=True)
    assert (found.path, found.member, found.nth) == member
    assert found.dataset == number
    assert split_item(_name(member), several=False)[1:] == member


@given(RAW)
def test_a_sample_key_begins_the_name_and_has_no_dot_in_its_last_part(name):
    key = sample_key(name)
    if key is not None:
        assert name.startswith(key + b".")
        assert key.rpartition(b"/")[2]
        assert b"." not in key.rpartition(b"/")[2]
