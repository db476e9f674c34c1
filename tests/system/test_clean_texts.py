"""A corpus through the whole command line, both ways: what passes is the same, what is edited fits."""

import gzip
import hashlib
import io
import json
import tarfile
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.cli.app import main
from sekisho.policy.read import SHIPPED
from tests.pages import response_of, warc_of
from tests.system.audit_world import SOURCE, World, rows
from tests.texts import page, phrase

for extra in ("sudachipy", "phonenumbers", "fastwarc"):
    pytest.importorskip(extra)

NOVEL = phrase(11, 4000)
RAIN = "朝から雨が降り、駅前の店で傘を買った。"
NUMBER = "090-1234-5678"
TEXTS = {
    "free": page(21, 500),
    "cut": page(22, 700) + "\n" + NOVEL[900:1010] + "\n" + page(23, 700),
    "mask": f"{RAIN * 4}\n連絡先の電話番号は{NUMBER}です。\n{RAIN * 2}",
    "copy": NOVEL[100:2500],
}
LINES = [
    json.dumps({"kind": kind, "body": text}, ensure_ascii=False).encode() for kind, text in TEXTS.items()
]


def run_main(*words, code=0):
    assert main(list(map(str, words))) == code, words


def tar_of(texts):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in texts:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A registry of one novel, a corpus of every kind of container, and the run of an audit over it."""
    folder = tmp_path_factory.mktemp("clean")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEKISHO_HOME", str(folder / "home"))
        (folder / "works").mkdir()
        (folder / "works" / "novel.txt").write_text(NOVEL, encoding="utf-8")
        run_main("registry", "init", "--name", "Registry of Tests")
        run_main("key", "new", "studio")
        run_main("fingerprint", folder / "works", "-o", folder / "p.jsonl", "--holder", "aozora")
        run_main(
            *("register", folder / "p.jsonl", "--holder", "aozora", "--kind", "work"), "--trust", "verified"
        )
        run_main("snapshot", "publish", "-o", folder / "edition.snapshot")
        corpus = folder / "corpus"
        corpus.mkdir()
        data = b"\r\n".join(LINES)
        (corpus / "a.jsonl").write_bytes(data)
        (corpus / "b.jsonl.gz").write_bytes(gzip.compress(data))
        (corpus / "c.jsonl.zst").write_bytes(pa.compress(data, "zstd", asbytes=True))
        pq.write_table(pa.table({"body": [*TEXTS.values()], "n": range(4)}), corpus / "d.parquet")
        (corpus / "e.tar").write_bytes(tar_of((f"{k}.txt", t.encode("utf-16")) for k, t in TEXTS.items()))
        for kind, text in TEXTS.items():
            (corpus / f"f-{kind}.txt").write_text(text, encoding="utf-8")
        pages = [(text.encode(), "text/plain; charset=utf-8") for text in TEXTS.values()]
        (corpus / "g.warc.gz").write_bytes(warc_of(pages, packed=True))
        policy = SOURCE / "sekisho" / "policy" / "shipped" / "opt-in.toml"
        assert "opt-in" in SHIPPED
        text = policy.read_text(encoding="utf-8")
        (folder / "cut.toml").write_text(
            text.replace('excerpt = "review"', 'excerpt = "cut"'), encoding="utf-8"
        )
        day = datetime.now(UTC).date().isoformat()
        world = World(folder=folder, snapshot=folder / "edition.snapshot", on=day)
        ended = world.audit(corpus, out=folder / "RUN", policy=folder / "cut.toml", jobs=2)
    assert ended.code == 1, ended.err
    return folder


def cleaned(made, tmp_path, *switches, code=0, dataset=None):
    out = tmp_path / "out"
    words = [*switches, *(["--dataset", str(dataset)] if dataset else [])]
    run_main("clean", made / "RUN", "-o", out, "--keep-personal", *words, code=code)
    return out


def lines_of(raw):
    return [json.loads(line) for line in raw.splitlines()]


def unpacked(path):
    data = path.read_bytes()
    if path.suffix == ".zst":
        return pa.CompressedInputStream(pa.BufferReader(data), "zstd").read()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def test_every_kind_is_decided_alike(made):
    found = {}
    for item, row in rows(made / "RUN").items():
        found.setdefault((row["outcome"], row["reason"], tuple(row["edits"])), []).append(item)
    assert {key: len(items) for key, items in found.items()} == {
        ("allow", "no_known_objection", ()): 7,
        ("review", "to_cut", ("cut",)): 7,
        ("review", "to_redact", ("redact",)): 7,
        ("block", "verified_without_permission", ()): 7,
    }


def test_what_passes_is_the_same_byte_for_byte(made, tmp_path):
    out = cleaned(made, tmp_path)
    for name in ("a.jsonl", "b.jsonl.gz", "c.jsonl.zst"):
        assert unpacked(out / name) == LINES[0] + b"\r\n"
    assert pq.read_table(out / "d.parquet").to_pylist() == [{"body": TEXTS["free"], "n": 0}]
    assert (out / "e.tar").read_bytes() == tar_of([("free.txt", TEXTS["free"].encode("utf-16"))])
    assert {p.name for p in out.glob("f-*")} == {"f-free.txt"}
    free = response_of(TEXTS["free"].encode(), "text/plain; charset=utf-8")
    assert gzip.decompress((out / "g.warc.gz").read_bytes()) == free


def checked_edits(found):
    """Check the edited texts of one container, by kind; return the one that was cut."""
    assert found["mask"] == TEXTS["mask"].replace(NUMBER, "[phone]")
    assert found["free"] == TEXTS["free"]
    assert "copy" not in found
    cut = found["cut"]
    assert NOVEL[930:980] not in cut
    assert cut.startswith(page(22, 700))
    assert cut.endswith(page(23, 700))
    return cut


def test_every_kind_is_edited_alike(made, tmp_path):
    out = cleaned(made, tmp_path, "--cut", "--redact")
    cut = set()
    for name in ("a.jsonl", "b.jsonl.gz", "c.jsonl.zst"):
        raw = unpacked(out / name)
        assert raw.startswith(LINES[0] + b"\r\n")
        cut.add(checked_edits({row["kind"]: row["body"] for row in lines_of(raw)}))
    table = pq.read_table(out / "d.parquet").to_pylist()
    cut.add(checked_edits({[*TEXTS][row["n"]]: row["body"] for row in table}))
    with tarfile.open(out / "e.tar") as archive:
        members = {
            m.name.removesuffix(".txt"): archive.extractfile(m).read().decode("utf-16") for m in archive
        }
    cut.add(checked_edits(members))
    files = {p.stem.removeprefix("f-"): p.read_text(encoding="utf-8") for p in out.glob("f-*")}
    cut.add(checked_edits(files))
    assert len(cut) == 1
    assert b"copy" not in (out / "g.warc.gz").read_bytes()
    assert NUMBER.encode() not in gzip.decompress((out / "g.warc.gz").read_bytes())


def test_what_can_not_be_edited_is_named(made, tmp_path, capsys):
    cleaned(made, tmp_path, "--cut", "--redact")
    said = capsys.readouterr()
    assert "12 of the items were edited" in said.out
    assert "g.warc.gz#2 can not be edited" in said.err
    assert "2 items that can not be edited" in said.err


def test_a_corpus_that_changed_is_refused(made, tmp_path, capsys):
    moved = tmp_path / "moved"
    moved.mkdir()
    for file in (made / "corpus").iterdir():
        data = file.read_bytes()
        if file.name in ("a.jsonl", "f-mask.txt"):
            data = data.replace(NUMBER.encode(), b"090-1234-9999")
        (moved / file.name).write_bytes(data)
    out = cleaned(made, tmp_path, "--redact", code=3, dataset=moved)
    assert [row["kind"] for row in lines_of(unpacked(out / "a.jsonl"))] == ["free"]
    assert not (out / "f-mask.txt").exists()
    assert "refused: a.jsonl#2" in capsys.readouterr().err


def test_two_copies_are_equal(made, tmp_path):
    def digests(folder):
        folder.mkdir()
        out = cleaned(made, folder, "--cut", "--redact")
        return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in out.iterdir()}

    assert digests(tmp_path / "1") == digests(tmp_path / "2")
