import pytest

from sekisho.media.texts.pointers import is_name, step_of


@pytest.mark.parametrize(
    "key", ["text", "", "本文", "a b", "2026-11-22", "m~n", "a/b", "feature_00000012", "x" * 64, "題" * 21]
)
def test_a_key_that_names_a_field(key):
    assert is_name(key)
    assert step_of(key, 3) == key.replace("~", "~0").replace("/", "~1")


@pytest.mark.parametrize(
    "key",
    [
        "090-1234-5678",
        "０９０１２３４５６７８",
        "a@example.jp",
        "x" * 65,
        "題" * 22,
        "a\nb",
        "\x1b[2J",
        "\u202ea",
        "\ud83d",
    ],
)
def test_a_key_that_is_data_is_named_by_its_place(key):
    assert not is_name(key)
    assert step_of(key, 3) == "~k3"
