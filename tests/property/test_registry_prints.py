from hypothesis import given
from hypothesis import strategies as st

from sekisho.model import Print
from sekisho.registry.prints import by_entry, encode_prints, read_prints
from tests.parties import Party

AOZORA = Party(name="aozora")
HASHES = st.binary(min_size=32, max_size=32)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
PRINTS = st.lists(
    st.builds(
        Print, sha256=HASHES, pdq=st.none() | HASHES, quality=st.none() | st.integers(0, 100), name=NAMES
    ),
    max_size=8,
)


@given(PRINTS)
def test_any_prints_survive_the_file(prints):
    read = read_prints(encode_prints(prints, AOZORA))
    assert list(read.prints) == prints
    assert read.holder == AOZORA.key


@given(PRINTS)
def test_grouping_loses_and_reorders_nothing(prints):
    assert [p for group in by_entry(prints) for p in group] == prints
