import io
import json
import shutil
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from sekisho.audit.again.before import open_before
from sekisho.audit.again.source import stored_sources
from sekisho.audit.verify import verify_run
from sekisho.cli.app import main
from sekisho.cli.passed import passed
from sekisho.codec.erased import decode_erased, encode_erased
from sekisho.errors import ErasedError, EvidenceError, RefusedError, UsageError
from sekisho.signing import ERASED, read_payload, sign_statement
from sekisho.store.decided import decisions
from sekisho.store.generation_index import open_generations
from sekisho.store.generations import Generations
from sekisho.store.run_index import open_run
from sekisho.store.runs import RunDirectory
from sekisho.trace.batch import batch_root, leaf_of_record
from sekisho.trace.opening import open_record
from tests.erasing import FILES, scene
from tests.membership import sha256
from tests.removals import forms
from tests.world import MemoryFiles, MemoryLog, print_of, sealed_run

SHOWN = ("again.png", "copy.jpg", "first.png", "mirrored.png")
PHOTO = print_of(FILES["first.png"])


@pytest.fixture
def here(tmp_path):
    return scene(tmp_path)


def verified(here):
    return verify_run(RunDirectory(here.run))


def rows(here, **more):
    units = json.loads((here.run / "manifest.json").read_bytes())["units"]
    return [row for batch in decisions(here.run, units, **more) for row in batch.to_pylist()]


def held(folder, *raws):
    """Return the files of a folder in which one of some bytes stands."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    wanted = [form for raw in raws for form in forms(raw)]
    read = {str(path.relative_to(folder)): plain(path) for path in paths}
    return sorted(name for name, data in read.items() if any(form in data for form in wanted))


def plain(path):
    """Return the bytes of a file, and of a Parquet file all bytes in it."""
    data = path.read_bytes()
    return data + b"".join(values(pq.read_table(path).to_pylist())) if path.suffix == ".parquet" else data


def values(held):
    if isinstance(held, bytes):
        return [held]
    if isinstance(held, dict):
        held = list(held.values())
    return [one for inner in held for one in values(inner)] if isinstance(held, list) else []


def test_every_row_that_shows_the_person_is_blank_and_the_seal_still_holds(here):
    before = rows(here)
    open_run(here.run)
    assert (here.run / "index").is_dir()
    assert here.apply(0) == 0
    done = verified(here)
    assert done.erased == len(SHOWN)
    left = {row["item"]: row for row in rows(here, erased=True)}
    for item in SHOWN:
        row = left[item]
        assert (row["outcome"], row["reason"], row["sha256"], row["pdq"]) == ("erased", "erased", None, None)
        assert row["findings"] == row["frames"] == []
        assert (row["media_type"], row["bytes"], row["pdq_turned"]) == ("", 0, None)
    assert [row for row in before if row["item"] not in SHOWN] == rows(here)
    assert not (here.run / "index").exists()


def test_no_file_of_the_run_or_the_records_has_a_hash_of_the_photo(here):
    open_run(here.run)
    open_generations(Generations.open(here.generations))
    planted = PHOTO.sha256, PHOTO.pdq
    parts = {name.partition("/")[0] for name in held(here.run, *planted)}
    assert {"index", "decisions"} <= parts
    assert held(here.generations, *planted)
    assert here.apply(0) == 0
    assert held(here.run, *planted) == held(here.generations, *planted) == []
    assert verified(here).erased == len(SHOWN)
    assert (here.run / "public.json").is_file()
    index = open_run(here.run)
    assert not index.exact(PHOTO.sha256)
    assert index.exact(sha256(FILES["second.png"]))


def test_the_other_person_is_erased_later_and_twice_changes_nothing(here):
    here.apply(0)
    once = {path: path.read_bytes() for path in here.run.rglob("*") if path.is_file()}
    here.apply(0)
    assert {path: path.read_bytes() for path in once} == once
    assert here.apply(1) == 0
    assert verified(here).erased == len(SHOWN) + 1
    assert len(rows(here)) == 2


def test_verify_says_that_rows_are_erased_and_not_how_few(here, capsys):
    here.apply(0)
    capsys.readouterr()
    assert main(["verify", str(here.run), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "<10 rows are erased" in said


def test_what_is_not_erased_is_still_proven(here):
    here.apply(0)
    for name, path in {path.name: path for path in (here.run / "decisions").iterdir()}.items():
        data = path.read_bytes()
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        with pytest.raises(EvidenceError, match=name):
            verified(here)
        path.write_bytes(data)


def test_rows_that_no_notice_of_a_registry_covers_can_not_be_blanked(here, tmp_path):
    """An operator who blanks a row by itself, or by another's notice, is found."""
    here.apply(0)
    shutil.copytree(here.run, tmp_path / "copy")
    for change in (
        lambda text: text.replace("payload", "peyload", 1),
        lambda text: text[:200] + ("A" if text[200] != "A" else "B") + text[201:],
    ):
        file = here.run / "erased.json"
        text = (tmp_path / "copy" / "erased.json").read_text()
        file.write_text(change(text))
        with pytest.raises(EvidenceError, match=r"erased\.json"):
            verified(here)
    file.unlink()
    with pytest.raises(EvidenceError, match="was changed after"):
        verified(here)


def test_what_erased_rows_were_adds_up_with_the_totals_that_were_sealed(here):
    here.apply(0)
    files = RunDirectory(here.run)
    said = decode_erased(read_payload(files.read("erased.json").strip(), ERASED))
    for outcome, reason in (("block", "verified_without_permission"), ("review", "protected_person")):
        parts = {u: replace(p, was=((outcome, reason, len(p.rows)),)) for u, p in said.parts.items()}
        bent = encode_erased(replace(said, parts=parts))
        files.write("erased.json", sign_statement(ERASED, bent, here.world.operator))
        if reason == "protected_person":
            assert verified(here).erased == len(SHOWN)
        else:
            with pytest.raises(EvidenceError, match=r"erased\.json says"):
                verified(here)


def test_another_operators_run_is_not_touched(here, capsys):
    other = scene_of_another(here)
    assert main(["erase", str(here.section), "--apply", str(here.notice(0)), "--run", str(other)]) == 2
    assert "whose key is not here" in capsys.readouterr().err
    assert not (other / "erased.json").exists()


def scene_of_another(here):
    other = here.folder / "other"
    shutil.copytree(here.run, other)
    manifest = (other / "manifest.json").read_text()
    key = here.world.operator.key
    (other / "manifest.json").write_text(
        manifest.replace(key, key[:-4] + ("AAAA" if key[-4:] != "AAAA" else "BBBB"))
    )
    return other


def test_a_person_who_is_nowhere_shown_leaves_everything_as_it_was(here):
    before = {path: path.read_bytes() for path in here.run.rglob("*") if path.is_file()}
    assert main(["erase", str(here.section), "--apply", str(here.notice(7)), "--run", str(here.run)]) == 0
    assert {path: path.read_bytes() for path in here.run.rglob("*") if path.is_file()} == before
    assert verified(here).erased == 0


def test_generation_records_are_erased_and_the_others_still_open(here):
    store = Generations.open(here.generations)
    records = [one for segment in store.segments() for one in segment.records()]
    digests = [segment.digest for segment in store.segments()]
    root = batch_root([leaf_of_record(*one) for one in records])
    here.apply(0)
    left = [one for segment in store.segments() for one in segment.records()]
    assert [bool(record) for record, _ in left] == [False, True, True, True, False]
    assert batch_root([leaf_of_record(*one) for one in left]) == root
    assert [segment.digest for segment in store.segments()] == digests
    assert open_record(left, 1, (b"", b"", b""), ("", "")).record == records[1][0]
    with pytest.raises(ErasedError):
        open_record(left, 0, (b"", b"", b""), ("", ""))


def test_a_segment_that_was_changed_otherwise_is_no_erased_one(here):
    here.apply(0)
    segment = Generations.open(here.generations).segments()[0]
    data = segment.path.read_bytes()
    segment.path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(EvidenceError, match="not what was recorded"):
        segment.records()
    segment.path.write_bytes(data)
    segment.path.with_suffix(".erased").write_bytes(b"{}")
    with pytest.raises(EvidenceError, match="wrong form"):
        segment.records()


def test_runs_are_named_only_with_a_notice(here, capsys):
    assert main(["erase", "--run", str(here.run), "--yes"]) == 2
    assert "--apply" in capsys.readouterr().err


def test_a_command_that_was_killed_before_it_wrote_the_parts_is_gone_on_with(here, tmp_path):
    shutil.copytree(here.run / "decisions", tmp_path / "parts")
    here.apply(0)
    done = {path.name: path.read_bytes() for path in (here.run / "decisions").iterdir()}
    for count, name in enumerate(sorted(done), 1):
        shutil.copy(tmp_path / "parts" / name, here.run / "decisions" / name)
        assert verified(here).erased <= len(SHOWN)
        if count == len(done):
            assert verified(here).erased == 0
            assert len(rows(here)) == len(FILES) - 1
    here.apply(0)
    assert {path.name: path.read_bytes() for path in (here.run / "decisions").iterdir()} == done
    here.apply(1)
    later = {path.name: path.read_bytes() for path in (here.run / "decisions").iterdir()}
    for name, data in done.items():
        (here.run / "decisions" / name).write_bytes(data)
    here.apply(1)
    assert {path.name: path.read_bytes() for path in (here.run / "decisions").iterdir()} == later
    assert verified(here).erased == len(SHOWN) + 1


def test_a_run_is_decided_again_without_what_was_erased(here):
    here.apply(0)
    files = RunDirectory(here.run)
    before = open_before(files)
    job = here.world.job(files=MemoryFiles())
    sources = stored_sources(before, files, job.policy, [None])
    again = sealed_run(
        here.world,
        replace(job, sources=sources, parent=before.parent),
        MemoryLog(),
        word="again",
    )
    assert verify_run(again.job.files).erased == 0
    items = [
        row["item"]
        for name in again.job.files.names()
        if name.startswith("decisions/")
        for row in pq.read_table(io.BytesIO(again.job.files.read(name))).to_pylist()
    ]
    assert sorted(items) == ["broken.png", "free.png", "second.png"]


def test_what_an_erased_row_was_is_not_explained(here, capsys):
    here.apply(0)
    capsys.readouterr()
    assert main(["explain", str(here.run), "first.png", "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "is erased" in said
    assert "person" not in said


def test_what_passes_of_an_erased_run_is_what_is_left_and_never_what_a_review_took_out(here):
    here.apply(0)
    chosen = passed(here.run, frozenset()).selection
    assert {item for item, digest in chosen.known.items() if digest is not None} == {"free.png"}
    assert set(chosen.known) == {"free.png", "second.png", "broken.png"}
    (here.run / "reviews.jsonl").write_bytes(b"")
    with pytest.raises(RefusedError, match="were erased"):
        passed(here.run, frozenset())
    with pytest.raises(UsageError, match="can not be carried over"):
        open_before(RunDirectory(here.run))


def test_of_an_erased_run_other_rows_are_still_shared_and_traced(here, tmp_path, capsys):
    (tmp_path / "photo.png").write_bytes(FILES["free.png"])
    (tmp_path / "gone.png").write_bytes(FILES["first.png"])
    here.apply(0)
    capsys.readouterr()
    found = []
    for name in ("photo.png", "gone.png"):
        assert main(["trace", str(tmp_path / name), "--run", str(here.run), "--format", "json"]) == 0
        found.append(json.loads(capsys.readouterr().out)["total"])
    assert found == [1, 0]
