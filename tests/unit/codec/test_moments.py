from datetime import UTC, datetime

import pytest

from sekisho.codec.moments import moment, moment_text
from sekisho.errors import InputError


def test_a_time_is_written_to_the_second_and_read_back():
    at = datetime(2026, 11, 22, 3, 4, 5, 999_999, tzinfo=UTC)
    assert moment_text(at) == "2026-11-22T03:04:05Z"
    assert moment(moment_text(at)) == at.replace(microsecond=0)


@pytest.mark.parametrize(
    "wrong", ["2026-11-22T03:00:00", "2026-11-22T25:00:00Z", "2026-02-30T00:00:00Z", "now", ""]
)
def test_what_no_calendar_has(wrong):
    with pytest.raises(InputError, match="no such time"):
        moment(wrong)
