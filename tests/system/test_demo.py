"""The demo as a new user runs it: one command, in a process of its own."""

import os
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

from sekisho.demo.corpus import PROMPTS, TEXTS
from sekisho.demo.dataset import ACT_TWO, TILES


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [sys.executable, "-m", "sekisho", "demo", "-o", "out", "--lang", "en"],
        cwd=folder,
        env={**os.environ, "SEKISHO_HOME": str(folder / "home")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "out", done.stdout


def _outcomes(run):
    return {
        row["item"]: row["outcome"]
        for part in (run / "decisions").glob("*.parquet")
        for row in pq.read_table(part, columns=["item", "outcome"]).to_pylist()
    }


def test_every_tile_is_decided_as_the_wall_expects(played):
    out, _ = played
    assert _outcomes(out / "operator/run-1") == {tile.item: tile.expected for tile in TILES}


def test_the_holders_wish_decides_about_one_tile_and_no_other(played):
    out, _ = played
    runs = [_outcomes(out / f"operator/run-{n}") for n in (1, 2, 3)]
    assert [run[ACT_TWO.item] for run in runs] == ["block", "allow", "block"]
    assert {i for i in runs[0] if runs[0][i] != runs[1][i]} == {ACT_TWO.item}
    assert runs[2] == runs[0]


def test_the_changed_file_is_named(played):
    _, said = played
    assert "exit code 4" in said
    assert "decisions/part-" in said.partition("Act 3")[2]


def _reasons(run):
    return {
        row["item"]: (row["outcome"], row["reason"])
        for part in (run / "decisions").glob("*.parquet")
        for row in pq.read_table(part, columns=["item", "outcome", "reason"]).to_pylist()
    }


@pytest.mark.parametrize(
    ("run", "file", "pages"),
    [("run-texts", "web.jsonl", TEXTS), ("run-prompts", "prompts.jsonl", PROMPTS)],
)
def test_every_text_is_decided_as_the_corpus_expects(played, run, file, pages):
    out, _ = played
    expected = {f"{file}#{number}": (page.expected, page.reason) for number, page in enumerate(pages)}
    assert _reasons(out / "operator" / run) == expected


def test_the_clean_texts_hold_no_personal_information_and_nothing_that_is_held(played):
    out, said = played
    clean = (out / "operator/clean-texts/web.jsonl").read_text(encoding="utf-8")
    assert len(clean.splitlines()) == sum(p.reason in {"no_known_objection", "to_redact"} for p in TEXTS)
    assert "hanako" not in clean
    assert "[phone]" in clean
    assert "hanako" not in said
    assert not list((out / "operator/run-texts").glob("personal/*"))


def _verify(folder):
    """Verify answer.json in a folder as somebody who has never met any of the three."""
    return subprocess.run(
        [sys.executable, "-m", "sekisho", "verify", "answer.json", "--lang", "en"],
        cwd=folder,
        env={**os.environ, "SEKISHO_HOME": str(folder / "nobody")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_answer_is_verified_by_anybody_and_a_changed_one_by_nobody(played, tmp_path):
    out, said = played
    data = (out / "publisher/inbox/answer.json").read_bytes()
    (tmp_path / "answer.json").write_bytes(data)
    done = _verify(tmp_path)
    assert done.returncode == 0, done.stderr
    act = " ".join(said.partition("Act 5")[2].split())
    for proven in ("no file with these bytes", "near copy of the picture: 1", "not proven"):
        assert proven in done.stdout
        assert proven in act
    at = len(data) // 2
    (tmp_path / "answer.json").write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    assert _verify(tmp_path).returncode == 4
    assert (out / "publisher/verify.html").stat().st_size > 1000


def test_no_picture_leaves_the_publishers_desk(played):
    out, _ = played
    pictures = {p.read_bytes() for p in out.glob("publisher/works/*/*.png")}
    assert len(pictures) == 19
    pictures.add((out / "publisher/works/novels/whale.txt").read_bytes())
    carried = [p for desk in ("publisher/outbox", "registry") for p in (out / desk).rglob("*") if p.is_file()]
    assert carried
    for file in carried:
        assert not any(picture[:64] in file.read_bytes() for picture in pictures), file


def test_nothing_is_written_outside_the_folder(played):
    out, _ = played
    assert sorted(p.name for p in out.parent.iterdir()) == ["out"]
    assert sorted(p.name for p in out.iterdir()) == ["operator", "publisher", "registry", "wall.html"]


def test_a_second_time_into_the_same_folder_is_refused(played):
    out, _ = played
    done = subprocess.run(
        [sys.executable, "-m", "sekisho", "demo", "-o", "out"],
        cwd=out.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "exists already" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_page_has_a_parse_error(played):
    """By the rules of HTML, read by others' code: a browser would repair what is wrong and say nothing."""
    html5lib = pytest.importorskip("html5lib")
    out, _ = played
    pages = sorted(out.rglob("*.html"))
    assert {"report.html", "verify.html", "wall.html"} <= {page.name for page in pages}
    for page in pages:
        html5lib.HTMLParser(strict=True).parse(page.read_text(encoding="utf-8"))
