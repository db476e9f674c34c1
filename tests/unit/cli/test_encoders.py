import pytest

from sekisho.cli.encoders import opened_encoders
from sekisho.errors import NotFoundError
from sekisho.store.models import Models


def test_no_names_are_no_encoders():
    assert opened_encoders(Models(encoders=())) == ()


def test_a_name_that_is_none_is_refused():
    with pytest.raises(NotFoundError, match="no encoder"):
        opened_encoders(Models(encoders=("./nothing.toml",)))
