import pytest

from sekisho.media.texts import TextLimits, read_text
from sekisho.media.texts.limits import TextLimits as There
from sekisho.model import TextForm, TextSource


def test_limits_are_whole_numbers_for_the_manifest():
    stated = TextLimits().as_dict()
    assert set(stated) == set(TextLimits.__dataclass_fields__)
    assert all(type(value) is int and value > 0 for value in stated.values())
    assert There is TextLimits


@pytest.mark.parametrize("name", TextLimits.__dataclass_fields__)
def test_every_limit_has_a_say(name):
    """A limit that nothing reads would be a promise that nobody keeps; see `test_read` for what each does."""
    assert hasattr(TextLimits(**{name: 7}), name)


def test_a_text_within_its_limits_is_read():
    assert read_text(b"abc", TextSource(form=TextForm.PLAIN), TextLimits(max_chars=3)).fields[0].text == "abc"
