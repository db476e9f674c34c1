from datetime import datetime

import pytest

from sekisho.model import Told


def test_when_an_item_was_fetched_is_a_moment():
    with pytest.raises(ValueError, match="aware"):
        Told(captured=datetime(2026, 11, 1))  # noqa: DTZ001
    assert Told().url == ""
