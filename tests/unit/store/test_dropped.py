import pytest

from sekisho.errors import EvidenceError
from sekisho.store.dropped import drop_handles, dropped_file, dropped_handles, protected_file

A, B, C = (bytes([n]) * 32 for n in range(3))


@pytest.fixture
def section(tmp_path):
    return protected_file(tmp_path / "assoc.snapshot")


def test_the_files_lie_beside_the_edition(section):
    assert section.name == "assoc.snapshot.protected"
    assert dropped_file(section).name == "assoc.snapshot.protected.dropped"


def test_nothing_is_dropped_at_first(section):
    assert dropped_handles(section) == frozenset()


def test_what_was_dropped_stays_dropped(section):
    assert drop_handles(section, [B, A]) == 2
    assert drop_handles(section, [A, C]) == 1
    assert dropped_handles(section) == {A, B, C}
    assert dropped_file(section).read_text().split() == sorted(h.hex() for h in (A, B, C))


@pytest.mark.parametrize("text", ["zz" * 32, "00", "00" * 32 + "\n" + "00" * 32, "00" * 33])
def test_a_list_that_was_changed_is_refused(section, text):
    dropped_file(section).write_text(text)
    with pytest.raises(EvidenceError, match="no list of handles"):
        dropped_handles(section)
