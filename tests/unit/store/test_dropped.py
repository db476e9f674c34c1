import pytest

from sekisho.errors import InputError
from sekisho.store.dropped import dropped_file, keep_notice, kept_notices, protected_file


@pytest.fixture
def section(tmp_path):
    return protected_file(tmp_path / "assoc.snapshot")


def test_the_files_lie_beside_the_edition(section):
    assert section.name == "assoc.snapshot.protected"
    assert dropped_file(section).name == "assoc.snapshot.protected.dropped"


def test_nothing_is_dropped_at_first(section):
    assert kept_notices(section) == ()


def test_a_notice_is_kept_once_and_stays(section):
    assert keep_notice(section, b'{"a":1}\n')
    assert keep_notice(section, b'{"b":2}')
    assert not keep_notice(section, b'{"a":1}')
    assert kept_notices(section) == (b'{"a":1}', b'{"b":2}')
    assert dropped_file(section).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("envelope", [b"", b"\n", b"a\nb"])
def test_what_is_not_one_line_is_refused(section, envelope):
    with pytest.raises(InputError, match="one line"):
        keep_notice(section, envelope)
    assert kept_notices(section) == ()
