import gzip
import io
import pickle
import tarfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.audit.job import cut, no_lenses
from sekisho.cli.audit import texts
from sekisho.cli.audit.texts import has_text, may_have_text, open_for, open_lenses
from sekisho.errors import MissingExtraError
from sekisho.policy import read_policy, shipped_policy
from sekisho.store.datasets import open_datasets
from tests.pictures import encode, picture

ASKED, SILENT = shipped_policy("opt-in"), read_policy('[text]\npersonal = "ignore"', "own.toml")
PICTURE = encode(picture(1, 48, 48), "PNG")


def opened(path):
    datasets = open_datasets([path])
    return datasets, cut(datasets)


def folder(path, **files):
    path.mkdir()
    for name, data in files.items():
        (path / name.replace("_", ".")).write_bytes(data)
    return path


def tar(path, *, captions):
    """Write a tar with one picture, and a caption beside it if that is asked for."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in [("a.png", PICTURE), *([("a.txt", b"a caption")] if captions else [])]:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    packed = gzip.compress(out.getvalue(), 1, mtime=0) if path.suffix == ".gz" else out.getvalue()
    path.write_bytes(packed)
    return path


def shard(path):
    """Write a tar with a picture, and what img2dataset has counted of it."""
    return tar(folder(path) / "0.tar", captions=False).with_name("0_stats.json").write_bytes(b"{}") and path


def parquet(path, **columns):
    pq.write_table(pa.table(columns), path)
    return path


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda place: folder(place / "d", a_png=PICTURE), (False, False)),
        (lambda place: folder(place / "d", a_png=PICTURE, b_txt=b"words"), (True, True)),
        (lambda place: folder(place / "d", a_jsonl=b'{"a":"b"}\n'), (True, True)),
        (lambda place: shard(place / "d"), (False, False)),
        (lambda place: tar(place / "a.tar", captions=True), (True, True)),
        (lambda place: tar(place / "a.tar", captions=False), (False, False)),
        (lambda place: tar(place / "a.tar.gz", captions=True), (True, True)),
        (lambda place: tar(place / "a.tar.gz", captions=False), (True, False)),
        (lambda place: parquet(place / "a.parquet", image=[PICTURE], n=[1]), (False, False)),
        (lambda place: parquet(place / "a.parquet", image=[PICTURE], caption=["words"]), (True, True)),
        (lambda place: parquet(place / "a.parquet", text=["words"]), (True, True)),
    ],
)
def test_whether_there_are_texts_is_known_from_the_plan_but_for_gzipped_tars(tmp_path, make, expected):
    datasets, cuts = opened(make(tmp_path))
    assert (may_have_text(cuts), has_text(datasets, cuts)) == expected


def test_pictures_alone_need_no_lens_and_say_nothing_of_texts(tmp_path):
    datasets, cuts = opened(folder(tmp_path / "d", a_png=PICTURE))
    found = open_for(datasets, cuts, ASKED, ("text",))
    assert (found.lenses, found.text) == (no_lenses, None)


@pytest.fixture
def without_extra(monkeypatch):
    def missing():
        raise MissingExtraError("SudachiPy is not installed", hint="pip install 'sekisho[text]'")

    monkeypatch.setattr(texts, "open_dictionary", missing)


def test_texts_are_read_with_what_is_installed(tmp_path):
    pytest.importorskip("sudachipy")
    datasets, cuts = opened(folder(tmp_path / "d", b_txt=b"words"))
    found = open_for(datasets, cuts, ASKED, ("title", "text"))
    lenses = pickle.loads(pickle.dumps(found.lenses))()  # noqa: S301 - our own
    assert lenses.personal is not None
    assert [word.surface for word in lenses.words("東京です")] == ["東京", "です"]
    assert found.text["fields"] == ["text", "title"]
    assert {"SudachiPy", "phonenumbers"} <= set(found.text["packages"])
    assert found.text["limits"]["max_chars"] > 0
    assert open_for(datasets, cuts, SILENT, ()).lenses().personal is None


@pytest.mark.usefixtures("without_extra")
def test_without_the_extra_nothing_is_left_out_in_silence(tmp_path):
    datasets, cuts = opened(folder(tmp_path / "d", a_png=PICTURE, b_txt=b"words"))
    with pytest.raises(MissingExtraError, match="personal information") as caught:
        open_for(datasets, cuts, ASKED, ())
    assert "pip install 'sekisho[text]'" in caught.value.hint
    assert 'personal = "ignore"' in caught.value.hint
    assert caught.value.exit_code == 2


@pytest.mark.usefixtures("without_extra")
def test_without_the_extra_a_policy_may_say_that_nobody_looks(tmp_path):
    datasets, cuts = opened(folder(tmp_path / "d", b_txt=b"words"))
    found = open_for(datasets, cuts, SILENT, ())
    assert found.lenses is no_lenses
    assert found.text is not None


@pytest.mark.usefixtures("without_extra")
@pytest.mark.parametrize("captions", [True, False])
def test_without_the_extra_a_gzipped_tar_is_unpacked_to_know(tmp_path, captions):
    datasets, cuts = opened(tar(tmp_path / "a.tar.gz", captions=captions))
    if captions:
        with pytest.raises(MissingExtraError):
            open_for(datasets, cuts, ASKED, ())
    else:
        assert open_for(datasets, cuts, ASKED, ()).text is None


def test_other_versions_of_what_texts_are_read_with_are_another_configuration(tmp_path, monkeypatch):
    datasets, cuts = opened(folder(tmp_path / "d", b_txt=b"words"))
    before = open_for(datasets, cuts, SILENT, ()).text
    monkeypatch.setattr(texts, "version", lambda _name: "99")
    assert open_for(datasets, cuts, SILENT, ()).text != before


def test_the_lenses_for_names_alone_find_nothing_personal():
    pytest.importorskip("sudachipy")
    assert open_lenses(personal=False).personal is None
    assert open_lenses(personal=True).personal is not None
