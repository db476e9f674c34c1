import pytest

from sekisho.store.datasets.names import ItemName, escape, is_unsafe, item_name, sample_key, split_item


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"a/b.jpg", "a/b.jpg"),
        ("\u684c.jpg".encode(), "桌.jpg"),
        (b"a#1~2%.jpg", "a%231%7E2%25.jpg"),
        (b"\xffx\n", "%FFx%0A"),
        ("\u202egpj.exe".encode(), "%E2%80%AEgpj.exe"),
    ],
)
def test_escape(raw, text):
    assert escape(raw) == text


def test_names_as_the_contract_says():
    assert item_name("sub/shard.tar", b"a.jpg") == "sub/shard.tar#a.jpg"
    assert item_name("shard.tar", b"a.jpg", 2) == "shard.tar#a.jpg~2"
    assert item_name("file.parquet", b"0") == "file.parquet#0"
    assert item_name("shard.tar", b"", 0) == "shard.tar#"
    assert item_name("shard.tar", b"", 1) == "shard.tar#~1"


def test_the_number_of_a_dataset_is_read_only_if_there_are_several():
    assert split_item("2:a.jpg", several=True) == ItemName(2, b"a.jpg")
    assert split_item("2:a.jpg", several=False) == ItemName(0, b"2:a.jpg")
    with pytest.raises(ValueError, match="number of a dataset"):
        split_item("a.jpg", several=True)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        (b"a.b/000.seg.png", b"a.b/000"),
        (b"000.jpg", b"000"),
        (b"README", None),
        (b"a/.hidden", None),
    ],
)
def test_sample_key(name, key):
    assert sample_key(name) == key


@pytest.mark.parametrize(
    "name", [b"/etc/x.jpg", b"../x.jpg", b"a/../../x.jpg", b"a\\..\\x.jpg", b"C:\\x.jpg", b"", b"a\0b"]
)
def test_names_that_point_elsewhere(name):
    assert is_unsafe(name)


@pytest.mark.parametrize("name", [b"a..b.jpg", b"./a.jpg", b"a/..b/c.jpg"])
def test_names_that_only_look_like_it(name):
    assert not is_unsafe(name)
