import gzip
import io
import json
import os
import tarfile

import pytest

from sekisho.model import Item, Told
from sekisho.model.signal import SignalFamily, Stance
from sekisho.store.datasets import Chosen, open_datasets
from sekisho.store.datasets.beside import MAX_SIDECAR, Beside, file_told, joined, sidecar_told, with_told
from tests.embedded import packet
from tests.pictures import encode, picture

PNG = encode(picture(1, 32, 32), "PNG")
URL = "https://example.jp/a.png"
REFUSED = packet(attributes={"plus:DataMining": "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED"})
SAMPLE = [
    ("a.png", PNG),
    ("a.json", json.dumps({"url": URL, "x-robots-tag": "noai"}).encode()),
    ("a.txt", b"a cat"),
    ("b.url", b"https://example.jp/b.png\n"),
    ("b.png", PNG),
    ("c.png", PNG),
    ("c.xmp", REFUSED),
]


def tar_of(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def write(folder, kind, members):
    if kind == "folder":
        for name, data in members:
            (folder / name).write_bytes(data)
        return folder
    path = folder / f"s.{kind}"
    raw = tar_of(members)
    path.write_bytes(gzip.compress(raw) if kind.endswith("gz") else raw)
    return path


def told_in(path):
    (dataset,) = open_datasets([path])
    items = [item for unit in dataset.plan() for item in dataset.read(unit)]
    return {item.name.rpartition("#")[2]: item.told for item in items}


@pytest.mark.parametrize("kind", ["tar", "tar.gz"])
def test_a_sidecar_tells_of_its_whole_sample(tmp_path, kind):
    found = told_in(write(tmp_path, kind, SAMPLE))
    assert found["a.png"] == found["a.json"] == found["a.txt"]
    assert (found["a.png"].url, found["a.png"].signals[0].family) == (URL, SignalFamily.X_ROBOTS)
    assert found["b.png"].url == "https://example.jp/b.png"
    (signal,) = found["c.png"].signals
    assert (signal.family, signal.place) == (SignalFamily.PLUS, "xmp")


def test_files_beside_a_file_of_a_folder(tmp_path):
    write(
        tmp_path,
        "folder",
        [*SAMPLE, ("d.png", PNG), ("d.png.json", b'{"tdm_reservation": 1}'), ("e.png", PNG)],
    )
    found = told_in(tmp_path)
    assert found["a.png"] == found["a.txt"] == found["a.json"]
    assert found["c.png"].signals[0].family is SignalFamily.PLUS
    assert found["d.png"].signals[0].family is SignalFamily.TDMREP
    assert found["e.png"] is None


def test_a_sidecar_that_leads_out_of_the_folder_is_an_error(tmp_path):
    (tmp_path / "secret.xmp").write_bytes(REFUSED)
    inside = tmp_path / "set"
    inside.mkdir()
    (inside / "a.png").write_bytes(PNG)
    (inside / "a.xmp").symlink_to(tmp_path / "secret.xmp")
    (signal,) = told_in(inside)["a.png"].signals
    assert (set(signal.stances.values()), signal.note) == ({Stance.ERROR}, "XMP: can not be read")


@pytest.mark.parametrize("kind", ["tar", "tar.gz"])
@pytest.mark.parametrize("position", range(len(SAMPLE)))
def test_a_sample_of_a_tar_is_told_the_same(tmp_path, kind, position):
    (dataset,) = open_datasets([write(tmp_path, kind, SAMPLE)])
    (unit,) = dataset.plan()
    whole = {item.name: item for item in dataset.read(unit)}
    names = dict(dataset.survey(unit))
    left = list(dataset.read(dataset.thin(unit, [position])))
    expected = [] if position not in names else [names[position]]
    assert left == [whole[name] for name in expected]


@pytest.mark.parametrize("kind", ["tar", "tar.gz", "folder"])
def test_items_that_are_read_again_are_told_the_same(tmp_path, kind):
    (dataset,) = open_datasets([write(tmp_path, kind, SAMPLE)])
    whole = [item for unit in dataset.plan() for item in dataset.read(unit)]
    for item in whole:
        assert list(Chosen(dataset).reader([item.name])(item.name)) == [item]


def test_samples_of_one_key_that_stand_apart_stay_apart(tmp_path):
    members = [("a.png", PNG), ("b.png", PNG), ("a.jpg", PNG), ("a.json", b'{"x-robots-tag": "noai"}')]
    (dataset,) = open_datasets([write(tmp_path, "tar", members)])
    (unit,) = dataset.plan()
    assert [item.told is None for item in dataset.read(unit)] == [True, True, False, False]
    assert [item.told is None for item in dataset.read(dataset.thin(unit, [0, 2]))] == [True, False]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (b"a.json", b'{"x-robots-tag": "all", "t": "' + b"x" * MAX_SIDECAR + b'"}'),
        (b"a.xmp", b" " * (MAX_SIDECAR + 1)),
        (b"a.JSON", b'{"x-robots-tag": "all"'),
    ],
)
def test_what_is_too_long_or_broken_is_an_error(name, data):
    (signal,) = sidecar_told(name, data).signals
    assert set(signal.stances.values()) == {Stance.ERROR}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (b"a.json", b'{"t": "' + b"x" * MAX_SIDECAR),
        (b"a.xmp", b"no packet"),
        (b"a.url", b"\xff\xfe nothing"),
        (b"a.txt", b"https://example.jp/"),
    ],
)
def test_what_tells_nothing(name, data):
    assert sidecar_told(name, data) is None


def test_a_shortcut():
    assert (
        sidecar_told(b"a.url", b"[InternetShortcut]\r\nURL=https://example.jp/x\r\n").url
        == "https://example.jp/x"
    )


def test_the_first_address_counts_and_all_signals():
    signals = sidecar_told(b"a.json", b'{"x-robots-tag": "noai"}').signals
    found = joined([None, Told(url="https://a/"), Told(url="https://b/", page="https://p/", signals=signals)])
    assert found == Told(url="https://a/", page="https://p/", signals=signals)
    assert joined([None]) is None


def test_a_sample_without_end_is_not_held():
    told = Told(url=URL)
    members = [Beside(b"a", Item(name=str(n), data=b"x"), told if n == 0 else None) for n in range(3000)]
    taken = iter(members)
    first = next(with_told(taken))
    assert first.told == told
    assert len(list(taken)) > 1500
    assert {item.told for item in with_told(members)} == {told}


def test_a_table_is_heard_for_every_member_of_its_sample():
    item = Item(name="a", data=PNG)
    members = [Beside(b"a", item) for _ in range(2500)] + [Beside(b"b", item), Beside(None, item)]
    found = list(with_told(members, lambda key: Told(url=URL) if key == b"a" else None))
    assert [one.told == Told(url=URL) for one in found] == [True] * 2500 + [False] * 2


def test_a_name_that_is_too_long_for_a_sidecar_has_none(tmp_path):
    name = b"x" * 250 + b".jpg"
    (tmp_path / os.fsdecode(name)).write_bytes(b"")
    assert file_told(os.fsencode(tmp_path), name, b"") is None
