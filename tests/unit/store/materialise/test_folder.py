import hashlib
import os

import pytest

from sekisho.audit.clean import choose
from sekisho.errors import UsageError
from sekisho.store.datasets import open_datasets
from sekisho.store.materialise.folder import materialise_dataset
from sekisho.store.materialise.order import Order

FILES = {
    "a.jpg": b"\xff\xd8\xffa",
    "a.txt": b"cat",
    "b.jpg": b"\xff\xd8\xffb",
    "b.txt": b"dog",
    "sub/a.jpg": b"\xff\xd8\xffsub",
    "sub/b.txt": b"not beside a picture",
    "README": b"about",
}


@pytest.fixture
def dataset(tmp_path):
    for name, data in FILES.items():
        (tmp_path / "d" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "d" / name).write_bytes(data)
    (tmp_path / "out").mkdir()
    return open_datasets([tmp_path / "d"])[0]


def run(dataset, tmp_path, mode="copy", **known):
    decided = {n: None for n in FILES if n.endswith(".jpg")}
    decided |= {n: hashlib.sha256(FILES[n]).digest() for n in ("a.jpg", "sub/a.jpg")}
    order = Order(known=decided | known, denied=frozenset(), choose=choose, mode=mode)
    materialise_dataset(dataset, os.fsencode(tmp_path / "out"), order)
    out = {
        p.relative_to(tmp_path / "out").as_posix(): p.read_bytes()
        for p in (tmp_path / "out").rglob("*")
        if p.is_file()
    }
    return out, order.tally


@pytest.mark.parametrize("mode", ["copy", "hardlink"])
def test_allowed_pictures_and_their_sidecars(dataset, tmp_path, mode):
    out, tally = run(dataset, tmp_path, mode)
    assert out == {n: FILES[n] for n in ("a.jpg", "a.txt", "sub/a.jpg")}
    assert (tally.kept, tally.sidecars, tally.dropped, tally.refused) == (2, 1, 4, [])
    same = (tmp_path / "d" / "a.jpg").samefile(tmp_path / "out" / "a.jpg")
    assert same == (mode == "hardlink")


@pytest.mark.parametrize("mode", ["copy", "hardlink"])
def test_a_changed_picture_leaves_nothing(dataset, tmp_path, mode):
    (tmp_path / "d" / "a.jpg").write_bytes(b"\xff\xd8\xffchanged")
    out, tally = run(dataset, tmp_path, mode)
    assert set(out) == {"sub/a.jpg"}
    assert tally.refused == ["a.jpg"]


def test_a_new_picture_under_a_sidecar_s_name_is_refused(dataset, tmp_path):
    (tmp_path / "d" / "a.txt").write_bytes(b"\x89PNG\r\n\x1a\n")
    out, tally = run(dataset, tmp_path)
    assert set(out) == {"a.jpg", "sub/a.jpg"}
    assert tally.refused == ["a.txt"]


def test_a_link_to_the_outside_is_not_followed(dataset, tmp_path):
    (tmp_path / "secret").write_bytes(FILES["a.jpg"])
    (tmp_path / "d" / "a.jpg").unlink()
    (tmp_path / "d" / "a.jpg").symlink_to("../secret")
    assert set(run(dataset, tmp_path)[0]) == {"sub/a.jpg"}


def test_a_link_that_can_not_be_made_says_what_to_do(dataset, tmp_path):
    (tmp_path / "out" / "a.jpg").write_bytes(b"in the way")
    with pytest.raises(UsageError) as error:
        run(dataset, tmp_path, "hardlink")
    assert "--mode copy" in error.value.hint
