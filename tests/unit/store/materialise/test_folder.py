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
    "a.cls": b"cat",
    "b.jpg": b"\xff\xd8\xffb",
    "b.cls": b"dog",
    "sub/a.jpg": b"\xff\xd8\xffsub",
    "sub/b.cls": b"not beside a picture",
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
    assert out == {n: FILES[n] for n in ("a.jpg", "a.cls", "sub/a.jpg")}
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
    (tmp_path / "d" / "a.cls").write_bytes(b"\x89PNG\r\n\x1a\n")
    out, tally = run(dataset, tmp_path)
    assert set(out) == {"a.jpg", "sub/a.jpg"}
    assert tally.refused == ["a.cls"]


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


TEXTS = {
    "a.jpg": b"\xff\xd8\xffa",
    "a.txt": b"a caption",
    "b.jpg": b"\xff\xd8\xffb",
    "b.txt": b"b caption",
    "c.txt": b"call 03",
    "d.md": b"on hold",
    "e.epub": b"PK",
    "f.txt": b"",
    "g.jsonl": b'{"t":"x"}\n{"t":"y"}\n',
}


def run_texts(tmp_path, known, mode="copy", **more):
    for name, data in TEXTS.items():
        (tmp_path / "t" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "t" / name).write_bytes(more.pop(name, data))
    (tmp_path / "out").mkdir()
    order = Order(known=known, denied=frozenset(), choose=choose, mode=mode, **more)
    materialise_dataset(open_datasets([tmp_path / "t"])[0], os.fsencode(tmp_path / "out"), order)
    return {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()}, order.tally


def sha(name):
    return hashlib.sha256(TEXTS[name]).digest()


KNOWN = {name: None for name in TEXTS if name not in ("f.txt", "g.jsonl")} | {
    "a.jpg": sha("a.jpg"),
    "a.txt": sha("a.txt"),
    "b.txt": sha("b.txt"),
    "g.jsonl#0": hashlib.sha256(b'{"t":"x"}').digest(),
    "g.jsonl#1": None,
}


@pytest.mark.parametrize("mode", ["copy", "hardlink"])
def test_a_text_is_kept_with_its_picture_and_if_it_is_allowed_itself(tmp_path, mode):
    out, tally = run_texts(tmp_path, KNOWN | {"d.md": sha("d.md")}, mode)
    assert out == {n: TEXTS[n] for n in ("a.jpg", "a.txt", "d.md")} | {"g.jsonl": b'{"t":"x"}\n'}
    assert (tally.kept, tally.refused) == (4, [])


def test_a_picture_stays_without_a_caption_that_is_not_allowed(tmp_path):
    out, _ = run_texts(tmp_path, KNOWN | {"a.txt": None})
    assert set(out) == {"a.jpg", "g.jsonl"}


@pytest.mark.parametrize("mode", ["copy", "hardlink"])
def test_a_text_is_edited(tmp_path, mode):
    edits = {
        "c.txt": (sha("c.txt"), [("", 5, 7, "[phone]")]),
        "b.txt": (sha("b.txt"), [("", 0, 2, "")]),
        "e.epub": (sha("e.epub"), [("x", 0, 1, "")]),
    }
    out, tally = run_texts(tmp_path, KNOWN | {"b.txt": None}, mode, edits=edits)
    assert set(out) == {"a.jpg", "a.txt", "c.txt", "g.jsonl"}, "the picture of b.txt is not allowed"
    assert out["c.txt"] == b"call [phone]"
    assert (tmp_path / "t" / "c.txt").read_bytes() == b"call 03"
    assert (tally.edited, tally.unedited) == (1, ["e.epub"])


def test_a_text_that_changed_is_neither_copied_nor_edited(tmp_path):
    edits = {"c.txt": (sha("c.txt"), [("", 5, 7, "[phone]")])}
    changed = {"c.txt": b"call 99", "a.txt": b"A caption"}
    out, tally = run_texts(tmp_path, KNOWN, edits=edits, **changed)
    assert set(out) == {"a.jpg", "g.jsonl"}
    assert tally.refused == ["a.txt", "c.txt"]


def test_of_a_run_before_texts_only_pictures_and_sidecars_are_kept(tmp_path):
    out, tally = run_texts(tmp_path, {"a.jpg": sha("a.jpg"), "b.jpg": None}, texts=False)
    assert set(out) == {"a.jpg", "a.txt"}
    assert tally.refused == []


def test_a_text_that_is_not_allowed_takes_no_other_with_it(tmp_path):
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "n.en.txt").write_bytes(b"chapter")
    (tmp_path / "t" / "n.ja.txt").write_bytes(b"held")
    (tmp_path / "t" / "a.ja.txt").write_bytes(b"held too")
    more = {"n.en.txt": hashlib.sha256(b"chapter").digest(), "n.ja.txt": None, "a.ja.txt": None}
    out, tally = run_texts(tmp_path, KNOWN | more)
    assert set(out) == {"a.jpg", "a.txt", "g.jsonl", "n.en.txt"}
    assert tally.refused == []
