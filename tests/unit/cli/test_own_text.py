import hashlib
import json
import sys

import pytest

from sekisho.audit.personal import places_of
from sekisho.cli.app import main
from sekisho.cli.own_text import has_colours, places_in
from sekisho.model import Decision, Outcome, Personal, PersonalAction, PersonalType
from tests.run_fixture import make_run, row
from tests.text_rows import found_in, text_row

NUMBER = "090-1234-5678"
TEXT = f"前の文。吾輩は猫である。電話は{NUMBER}です。後の文。"
WORK, PHONE = TEXT.index("吾輩"), TEXT.index(NUMBER)


def decision(item, start, field=""):
    spans = Personal(
        field=field,
        start=start,
        end=start + len(NUMBER),
        type=PersonalType.PHONE,
        score=95,
        rule="phone",
        action=PersonalAction.REDACT,
    )
    return Decision(
        item=item,
        media_type="text/plain",
        bytes=1,
        fingerprint=None,
        outcome=Outcome.REVIEW,
        reason="to_redact",
        personal=(spans,),
        snapshot="",
        policy="",
    )


@pytest.fixture
def made(tmp_path):
    """A dataset of a text file, a record and a picture, and the run over it."""
    data = tmp_path / "data"
    data.mkdir()
    record = json.dumps({"id": 7, "text": TEXT}, ensure_ascii=False)
    files = {"a.txt": TEXT.encode(), "b.jsonl": record.encode() + b"\n", "c.txt": NUMBER.encode()}
    for name, raw in files.items():
        (data / name).write_bytes(raw)
    hit = {"spans": f"{WORK}-{WORK + 8}"}
    kinds = {"personal": ["phone"]}
    rows = [
        text_row("a.txt", "review", "to_redact", [found_in(0, "excerpt", **hit)], **kinds),
        text_row("b.jsonl#0", "review", "to_redact", [found_in(0, "excerpt", field="/text", **hit)], **kinds),
        text_row("c.txt", "review", "to_redact", [], sha256=None, **kinds),
        text_row("gone.txt"),
        row("d.jpg"),
    ]
    for one, raw in zip(rows, (files["a.txt"], record.encode()), strict=False):
        one["sha256"] = hashlib.sha256(raw).digest()
    run = make_run(tmp_path / "run", rows)
    places = [decision("a.txt", PHONE), decision("b.jsonl#0", PHONE, "/text"), decision("c.txt", 0)]
    (run / "personal").mkdir()
    (run / "personal" / "u1.jsonl").write_bytes(places_of(places))
    return run, data


def said(made, item, *more, lang="ja"):
    words = ["explain", str(made[0]), item, "--lang", lang, *more]
    return main([*words, "--dataset", str(made[1])])


def test_the_own_text_is_shown_with_marks_and_without_values(made, capsys):
    assert said(made, "a.txt") == 0
    out = capsys.readouterr().out
    assert (
        "データ本体(見つかった箇所に印):\n前の文。⟦吾輩は猫である。⟧電話は⟨電話番号⟩です。後の文。\n" in out
    )
    assert NUMBER not in out
    assert "\x1b" not in out


def test_a_field_of_a_record_is_shown_under_its_pointer(made, capsys):
    assert said(made, "b.jsonl#0", lang="en") == 0
    out = capsys.readouterr().out
    assert "— /text\n前の文。⟦吾輩は猫である。⟧電話は⟨telephone number⟩です。後の文。\n" in out


def test_without_the_dataset_the_places_are_numbers(made, capsys):
    assert main(["explain", str(made[0]), "a.txt", "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert f"characters {WORK}-{WORK + 8}" in out
    assert f"characters {PHONE}-{PHONE + 13} (rule phone, score 95)" in out
    assert "吾輩" not in out


def test_a_terminal_gets_colours_unless_its_user_wants_none(monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert has_colours()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not has_colours()
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not has_colours()
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert not has_colours()


def test_other_bytes_are_not_shown(made, capsys):
    (made[1] / "a.txt").write_text(TEXT + "!")
    assert said(made, "a.txt", lang="en") == 2
    printed = capsys.readouterr()
    assert "its SHA-256 is another" in printed.err
    assert "前の文" not in printed.out
    assert "passages in common" in printed.out


def test_what_has_no_hash_is_not_shown(made, capsys):
    assert said(made, "c.txt") == 2
    printed = capsys.readouterr()
    assert "no SHA-256 is kept" in printed.err
    assert NUMBER not in printed.out + printed.err


@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_without_the_places_a_text_is_not_shown_because_nobody_could_mask_it(made, capsys, damage):
    file = made[0] / "personal" / "u1.jsonl"
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(b"")
    assert said(made, "a.txt", lang="en") == 2
    printed = capsys.readouterr()
    assert "could not be masked" in printed.err
    assert NUMBER not in printed.out


@pytest.mark.parametrize("item", ["gone.txt", "d.jpg"])
def test_what_is_not_there_is_said(made, capsys, item):
    assert said(made, item) == 2
    assert f"{item} can not be read: io_error" in capsys.readouterr().err


def test_an_item_of_another_dataset_is_not_found(made, tmp_path, capsys):
    other = tmp_path / "other.jsonl"
    other.write_bytes(b'{"a":"b"}\n')
    assert said((made[0], other), "a.txt") == 2
    assert "there is no a.txt in" in capsys.readouterr().err


def test_a_picture_is_no_text(made, capsys):
    (made[1] / "d.jpg").write_bytes(b"\xff\xd8\xff")
    assert said(made, "d.jpg") == 2
    assert "d.jpg is no text" in capsys.readouterr().err


def test_all_datasets_of_a_run_are_named(made, capsys):
    assert said(made, "a.txt", "--dataset", str(made[1])) == 2
    assert "RUN is of 1 datasets, not of 2" in capsys.readouterr().err


def test_places_that_are_no_places_are_refused(made, capsys):
    (made[0] / "personal" / "u1.jsonl").write_bytes(b'{"item":"a.txt"}\n')
    assert main(["explain", str(made[0]), "a.txt"]) == 2
    assert "personal/u1.jsonl is not what an audit writes" in capsys.readouterr().err


def test_an_item_without_anything_personal_needs_no_places(made):
    run, _ = made
    assert places_in(run, text_row("x")) == []
    assert places_in(run, {"item": "x", "unit": "u1"}) == []
    assert places_in(run, text_row("x", personal=["phone"], unit="u9")) is None
