"""Texts through the whole command line: registered, audited, explained, verified, nothing of them kept."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest

from sekisho.cli.app import main
from tests.system.audit_world import SOURCE, World, rows
from tests.texts import page, phrase

pytest.importorskip("sudachipy")
pytest.importorskip("phonenumbers")

NOVEL, OTHER, SHORT = phrase(1, 4000), phrase(2, 4000), "静かな海に白い舟がひとつ浮かぶ"
NUMBER, MAIL = "090-1234-5678", "hanako.y@example.jp"
FORM = f"電話 {NUMBER}\nメール {MAIL}"
CALL = f"{page(9, 400)}\n連絡先の電話番号は{NUMBER}です。\n{page(10, 200)}"
LANGS = ["ja", "en"]

RECORDS = {
    "copy": NOVEL[500:2500],
    "excerpt": page(1, 600) + "\n" + NOVEL[1000:1120] + "\n" + page(2, 600),
    "line": page(3, 200) + f"\n{SHORT}\n" + page(4, 200),
    "form": FORM,
    "call": CALL,
    "free": page(5, 800),
}
"""What is to become of a record, and its text."""
EXPECTED = {
    "copy": ("block", "verified_without_permission"),
    "excerpt": ("review", "excerpt"),
    "line": ("review", "short_work"),
    "form": ("review", "to_redact"),
    "call": ("review", "to_redact"),
    "free": ("allow", "no_known_objection"),
}


def run_main(*words, code=0):
    assert main(list(map(str, words))) == code, words


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A registry of texts, made by the real commands, and an edition of it."""
    folder = tmp_path_factory.mktemp("texts")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEKISHO_HOME", str(folder / "home"))
        works = folder / "works"
        works.mkdir()
        for name, text in (("novel", NOVEL), ("other", OTHER), ("short", SHORT)):
            (works / f"{name}.txt").write_text(text, encoding="utf-8")
        run_main("registry", "init", "--name", "Registry of Tests")
        run_main("key", "new", "studio", "--label", "Studio of Tests")
        run_main("fingerprint", works, "-o", folder / "prints.jsonl", "--holder", "aozora")
        run_main(
            *("register", folder / "prints.jsonl", "--holder", "aozora", "--kind", "work"),
            *("--trust", "verified", "--title", "月夜の航海日誌"),
        )
        run_main("snapshot", "publish", "-o", folder / "edition.snapshot")
    return folder


def world_of(home):
    return World(folder=home, snapshot=home / "edition.snapshot", on=datetime.now(UTC).date().isoformat())


@pytest.fixture
def world(home, monkeypatch):
    monkeypatch.setenv("SEKISHO_HOME", str(home / "home"))
    return world_of(home)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """JSON lines, and a folder of files in several charsets and forms."""
    folder = tmp_path_factory.mktemp("data") / "corpus"
    (folder / "files").mkdir(parents=True)
    lines = [json.dumps({"kind": kind, "body": text}, ensure_ascii=False) for kind, text in RECORDS.items()]
    (folder / "records.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "files" / "copy-sjis.txt").write_bytes(NOVEL[500:2500].encode("cp932"))
    body = f"<p>{page(6, 300)}</p><p>{OTHER[700:860]}</p><p>{page(7, 300)}</p>"
    (folder / "files" / "excerpt-page.html").write_text(
        '<html><head><meta charset="utf-8"><title>x</title></head>'
        f"<body><article>{body}</article></body></html>",
        encoding="utf-8",
    )
    (folder / "files" / "free.md").write_text(page(8, 500), encoding="utf-8")
    (folder / "files" / "labels.bin").write_bytes(b"\x00\x01")
    return folder


@pytest.fixture(scope="module")
def audited(home, dataset, tmp_path_factory):
    run = tmp_path_factory.mktemp("run") / "RUN"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEKISHO_HOME", str(home / "home"))
        ended = world_of(home).audit(dataset, out=run, jobs=2, text_field="body")
    assert ended.code == 1, ended.err
    return run, ended


def kind_of(item):
    if item.startswith("records.jsonl#"):
        return [*RECORDS][int(item.partition("#")[2])]
    return item.partition("/")[2].partition("-")[0].partition(".")[0]


def test_every_text_is_decided_as_it_should_be(audited):
    found = rows(audited[0])
    assert len(found) == len(RECORDS) + 3
    assert {item: (row["outcome"], row["reason"]) for item, row in found.items()} == {
        item: EXPECTED[kind_of(item)] for item in found
    }


def test_a_finding_names_work_places_and_shares(audited):
    found = rows(audited[0])
    (copy,) = found["records.jsonl#0"]["findings"]
    detail = json.loads(copy["detail"])
    assert (copy["method"], detail["grade"], detail["field"]) == ("passages", "copy", "/body")
    assert detail["coverage"] > 950
    assert 450 < detail["containment"] < 550
    (part,) = found["records.jsonl#1"]["findings"]
    start, stop = map(int, json.loads(part["detail"])["spans"].split("-"))
    text = RECORDS["excerpt"]
    assert text[start:stop] in NOVEL
    assert stop - start > 100
    (page_of,) = found["files/excerpt-page.html"]["findings"]
    assert json.loads(page_of["detail"])["grade"] == "excerpt"


def test_nothing_of_a_text_and_no_value_is_kept_anywhere(audited):
    run = audited[0]
    said = audited[1].out + audited[1].err
    kept = b"".join(path.read_bytes() for path in run.rglob("*") if path.is_file())
    for path in (run / "decisions").iterdir():
        kept += repr(pq.read_table(path).to_pylist()).encode()
    for text in (NUMBER, NUMBER.replace("-", ""), MAIL, NOVEL[1000:1012], SHORT, page(5, 12)):
        assert text.encode() not in kept
        assert text not in said
    line = json.dumps({"kind": "form", "body": FORM}, ensure_ascii=False).encode()
    for value in (line, FORM.encode(), NUMBER.encode(), MAIL.encode()):
        digest = hashlib.sha256(value)
        assert digest.digest() not in kept
        assert digest.hexdigest().encode() not in kept


def test_places_of_what_is_personal_are_the_operators_alone(audited):
    run = audited[0]
    assert rows(run)["records.jsonl#3"]["sha256"] is None
    assert rows(run)["records.jsonl#4"]["sha256"] is not None
    assert rows(run)["records.jsonl#3"]["personal"] == ["email", "phone"]
    files = list((run / "personal").iterdir())
    assert {path.stat().st_mode & 0o777 for path in (run / "personal", *files)} == {0o700, 0o600}
    places = [json.loads(line) for path in files for line in path.read_bytes().splitlines()]
    values = {
        RECORDS[kind_of(p["item"])][p["start"] : p["end"]] for p in places if p["item"].startswith("records")
    }
    assert {NUMBER, MAIL} <= values


def test_manifest_and_report_say_what_ran_and_what_was_found(audited):
    run = audited[0]
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    assert {s["name"]: s["ran"] for s in manifest["stages"]} == {
        **dict.fromkeys(("sha256", "pdq", "rotations", "excerpts", "names", "personal"), True),
        **dict.fromkeys(("protected", "local", "model", "frames"), False),
        "rules": True,
    }
    read_with = manifest["configuration"]["text"]
    assert read_with["fields"] == ["body"]
    assert {"SudachiPy", "SudachiDict-core", "phonenumbers"} <= set(read_with["packages"])
    texts = manifest["totals"]["texts"]
    assert texts["items"] == len(RECORDS) + 3
    assert texts["personal"]["phone"] == 2
    found = json.loads((run / "report.json").read_text(encoding="utf-8"))["texts"]
    assert {one["grade"]: one["items"] for one in found["grades"]} == {"copy": 2, "excerpt": 2, "line": 1}
    assert {one["title"] for one in found["found"]} == {"月夜の航海日誌"}
    # The other one is little else than personal information, so it can not be edited.
    assert found["edits"] == [{"edits": ["redact"], "items": 1}]
    assert found["withheld"] == 1
    report = (run / "report.html").read_text(encoding="utf-8")
    assert "引用は適法な場合があります" in report
    assert "<img" not in report


def test_the_run_is_verified_with_and_without_the_places(audited, world, tmp_path):
    run = tmp_path / "RUN"
    shutil.copytree(audited[0], run)
    ended = world.command("verify", str(run), "--lang", "en")
    assert (ended.code, "not covered" in ended.out) == (0, False)
    for path in (run / "personal").iterdir():
        path.unlink()
    assert world.command("verify", str(run), "--lang", "en").out == ended.out
    part = next((run / "decisions").iterdir())
    part.write_bytes(part.read_bytes()[:-1] + b"\0")
    assert world.command("verify", str(run)).code == 4


@pytest.mark.parametrize("lang", LANGS)
def test_explain_shows_the_text_with_marks_and_without_values(audited, world, dataset, lang):
    words = ["--lang", lang, "--dataset", str(dataset)]
    ended = world.command("explain", str(audited[0]), "records.jsonl#1", *words)
    assert ended.code == 0, ended.err
    marked = ended.out.partition("⟦")[2].partition("⟧")[0]
    assert marked in NOVEL
    assert len(marked) > 100
    assert {"ja": "抜粋", "en": "excerpt"}[lang] in ended.out
    ended = world.command("explain", str(audited[0]), "records.jsonl#4", *words)
    assert {"ja": "⟨電話番号⟩", "en": "⟨telephone number⟩"}[lang] in ended.out
    assert NUMBER not in ended.out + ended.err
    ended = world.command("explain", str(audited[0]), "records.jsonl#3", *words)
    assert ended.code == 2
    assert NUMBER not in ended.out + ended.err


@pytest.mark.parametrize("lang", LANGS)
def test_the_summary_says_texts_in_both_languages(audited, world, dataset, tmp_path, lang):
    ended = world.audit(dataset, out=tmp_path / "RUN", jobs=1, text_field="body", lang=lang)
    wanted = {
        "ja": ("文章: 9 件。一致の強さ別: 複製 2、抜粋 2、短い作品 1", "個人情報(箇所):"),
        "en": (
            "Texts: 9; by strongest match: copy 2, excerpt 2, short work 1",
            "Personal information (places):",
        ),
    }
    assert all(part in ended.out for part in wanted[lang]), ended.out
    # The same run, made by another number of workers: the same evidence.
    for name in ("manifest.json", "public.json"):
        assert (tmp_path / "RUN" / name).read_bytes() == (audited[0] / name).read_bytes()
    for path in audited[0].glob("personal/*"):
        assert (tmp_path / "RUN" / "personal" / path.name).read_bytes() == path.read_bytes()


def test_texts_are_read_again_when_a_run_is_decided_again(audited, world, tmp_path):
    run, again = audited[0], tmp_path / "AGAIN"
    ended = world.command(
        "audit", "--again", str(run), "--snapshot", str(world.snapshot), "-o", str(again), "--lang", "en"
    )
    assert ended.code == 1, ended.err
    assert "9 items are read again" in ended.err

    def decided(path):
        kept = ("item", "outcome", "reason", "findings", "sha256", "personal", "edits")
        return [{name: row[name] for name in kept} for row in rows(path).values()]

    assert decided(again) == decided(run)
    assert world.command("verify", str(again)).code == 0


def test_texts_that_are_gone_are_not_decided_again(audited, world, tmp_path):
    copy = tmp_path / "RUN"
    shutil.copytree(audited[0], copy)
    status = json.loads((copy / "status.json").read_text())
    status["datasets"] = [str(tmp_path / "nowhere") for _ in status["datasets"]]
    (copy / "status.json").write_text(json.dumps(status))
    out = str(tmp_path / "X")
    ended = world.command("audit", "--again", str(copy), "--snapshot", str(world.snapshot), "-o", out)
    assert ended.code == 2
    assert "texts, which are read again" in ended.err
    assert not (tmp_path / "X").exists()


def test_a_sample_draws_texts_too(world, dataset, tmp_path):
    ended = world.audit(dataset, out=tmp_path / "RUN", sample=4, text_field="body", fail_on="never")
    assert ended.code == 0, ended.err
    assert len(rows(tmp_path / "RUN")) == 4
    assert json.loads((tmp_path / "RUN" / "manifest.json").read_text())["sample"]["of"] == 9


def test_review_lists_texts_by_grade_and_kind(audited, world):
    ended = world.command("review", str(audited[0]), "--list", "--lang", "en")
    assert ended.code == 1
    assert "月夜の航海日誌: excerpt" in ended.out
    assert "personal information:" in ended.out
    assert NUMBER not in ended.out


NO_EXTRA = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"sudachipy", "phonenumbers", "stdnum"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Missing())
from sekisho.cli.app import main
raise SystemExit(main(sys.argv[1:]))
"""
"""Runs a command on a machine where the extra `[text]` is not installed."""


def without_extra(world, words):
    environment = os.environ | {"PYTHONPATH": str(SOURCE), "SEKISHO_HOME": str(world.home)}
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", NO_EXTRA, *words], env=environment, capture_output=True, text=True, check=False
    )


def test_without_the_extra_texts_are_not_audited_and_pictures_are(world, dataset, tmp_path):
    ended = without_extra(world, world.words(dataset, out=tmp_path / "RUN"))
    assert ended.returncode == 2, ended.stderr
    assert "pip install 'sekisho[text]'" in ended.stderr
    assert not (tmp_path / "RUN").exists()
    own = tmp_path / "own.toml"
    own.write_text('base = "opt-in"\n[text]\npersonal = "ignore"\n')
    ended = without_extra(world, world.words(dataset, out=tmp_path / "RUN", policy=own, text_field="body"))
    assert ended.returncode == 1, ended.stderr
    manifest = json.loads((tmp_path / "RUN" / "manifest.json").read_text(encoding="utf-8"))
    assert {s["name"]: s["ran"] for s in manifest["stages"]}["personal"] is False
    assert not (tmp_path / "RUN" / "personal").exists()
