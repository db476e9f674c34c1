from dataclasses import replace

import pytest

from sekisho.model.listed import Listed
from tests.parties import DAY, Party

LISTED = Listed(id="", by=Party(name="a").key, source="", on=DAY, files=(bytes(32),), pictures=())


@pytest.mark.parametrize(
    "change",
    [
        {"files": ()},
        {"files": (bytes(31),)},
        {"pictures": (bytes(33),)},
        {"files": (bytes(32), bytes(32))},
        {"files": (b"\1" * 32, bytes(32))},
    ],
)
def test_a_list_that_exists_is_valid(change):
    with pytest.raises(ValueError, match=r"list|hash"):
        replace(LISTED, **change)
