import io
import json
from dataclasses import replace

import pytest
from PIL import Image

from sekisho.audit.job import plan
from sekisho.audit.run import done_before, leave_seal, left_behind, lost, seal_run, thumbnails
from sekisho.audit.seal import decode_seal
from sekisho.audit.verify import verify_run
from sekisho.audit.work import clean_name, commit_name, do_unit, part_name
from sekisho.errors import EvidenceError
from tests.scanned import NUMBER, phone_lenses
from tests.world import MemoryLog, MemorySource, World, drawn, sealed_run

FILES = {f"{n}.png": drawn(n, 48) for n in range(5)} | {"bad.png": b"", "note.txt": None}


@pytest.fixture
def world():
    made = World()
    made.register(made.holder, drawn(1, 48))
    made.vouch(made.voucher, made.holder)
    return made


@pytest.fixture
def ran(world):
    return sealed_run(world, world.job(MemorySource(FILES, unit_items=2)), MemoryLog())


def test_a_run_leaves_manifest_reports_seal_and_receipt(ran):
    names = ran.job.files.names()
    assert {"manifest.json", "report.html", "report.json", "seal.json", "receipt.tlog-proof"} <= set(names)
    assert json.loads(ran.job.files.read("manifest.json")) == ran.manifest()
    assert verify_run(ran.job.files).manifest == ran.manifest()


def test_the_seal_names_the_reports_and_the_logs_entry(world):
    log = MemoryLog()
    log.append(b"{}")
    ran = sealed_run(world, world.job(MemorySource(FILES)), log)
    seal = decode_seal(ran.job.files.read("seal.json"))
    assert set(seal.record.files) == {"report.html", "report.json", "public.json"}
    assert (seal.index, seal.entry, len(log.entries)) == (1, log.entries[1], 2)


def test_a_run_without_a_report_is_sealed_for_what_there_is(world):
    job = world.job(MemorySource(FILES))
    log = MemoryLog()
    ran = sealed_run(world, job, log)
    for name in ("report.html", "report.json", "public.json"):
        del job.files.data[name]
    index = leave_seal(ran, signer=world.operator, log=log, salt=b"x" * 32, at=world.clock)
    assert index == 1
    assert decode_seal(job.files.read("seal.json")).record.files == {}
    assert verify_run(job.files).unnamed == ()


def test_only_commits_that_hold_are_not_done_again(world):
    job = world.job(MemorySource(FILES, unit_items=2))
    planned = plan(job)
    assert done_before(job, planned) == {}
    for p in planned[:2]:
        do_unit(job, job.open_snapshot(), p, {}, lambda _: None)
    assert list(done_before(job, planned)) == [p.id for p in planned[:2]]
    job.files.data[commit_name(planned[0].id)] = b"{"
    assert list(done_before(job, planned)) == [planned[1].id]


def test_an_interrupted_run_ends_as_an_uninterrupted_one(world, ran):
    job = world.job(MemorySource(FILES, unit_items=2))
    do_unit(job, job.open_snapshot(), plan(job)[1], {}, lambda _: None)
    sealed_run(world, job, MemoryLog())
    assert job.files.data == ran.job.files.data


def test_thumbnails_are_made_of_the_items_that_are_wanted(ran):
    units = {p.id for p in ran.planned}
    made = dict(thumbnails(ran, ["1.png", "4.png", "bad.png", "nothing"], units))
    assert made.keys() == {"1.png", "4.png"}
    assert all(Image.open(io.BytesIO(small)).format == "JPEG" for small in made.values())
    assert dict(thumbnails(ran, ["1.png"], [])) == {}
    assert dict(thumbnails(ran, [], units)) == {}


def test_two_runs_over_the_same_data_have_the_same_rows_and_roots(world, ran):
    again = sealed_run(world, world.job(MemorySource(FILES, unit_items=2)), MemoryLog())
    assert again.manifest() == ran.manifest()
    for name in ran.job.files.names():
        if name.startswith("decisions/") or name == "public.json":
            assert again.job.files.read(name) == ran.job.files.read(name)
    assert all(len(unit["rows_root"]) == 64 for unit in ran.manifest()["units"])
    key = ran.job.row_key
    assert decode_seal(ran.job.files.read("seal.json")).row_key == key
    assert all(key not in ran.job.files.read(name) for name in ran.job.files.names())
    assert key.hex().encode() not in ran.job.files.read("manifest.json")


def test_a_finished_run_is_sealed_again_with_what_was_added(world, ran):
    files, log = ran.job.files, MemoryLog()
    before = decode_seal(files.read("seal.json"))
    files.write("changes.jsonl", b"{}\n")
    files.write("notes.txt", b"mine")
    reviewers = [world.rival.key, world.operator.key]
    seal_run(files, signer=world.operator, log=log, salt=b"y" * 32, at=world.clock, reviewers=reviewers)
    after = decode_seal(files.read("seal.json"))
    assert after.row_key == before.row_key
    assert after.record.reviewers == tuple(sorted(reviewers))
    assert set(after.record.files) - set(before.record.files) == {"changes.jsonl"}
    assert verify_run(files).unnamed == ("notes.txt",)
    seal_run(files, signer=world.operator, log=log, salt=b"z" * 32, at=world.clock, sample=7)
    assert decode_seal(files.read("seal.json")).record.reviewers == tuple(sorted(reviewers))
    assert decode_seal(files.read("seal.json")).record.sample == 7


def test_a_run_whose_seal_was_changed_is_not_sealed_again(world, ran):
    ran.job.files.write("seal.json", b"{}")
    with pytest.raises(EvidenceError, match=r"seal\.json"):
        seal_run(ran.job.files, signer=world.operator, log=MemoryLog(), salt=b"y" * 32, at=world.clock)


def test_what_was_removed_after_it_was_done_is_lost(world):
    ran = sealed_run(
        world,
        world.job(MemorySource({"a.png": drawn(1, 48), "b.png": drawn(2, 48)}, unit_items=1)),
        MemoryLog(),
    )
    assert lost(ran.job, ran.planned) == []
    for name in (clean_name(ran.planned[1].id), part_name(ran.planned[0].id)):
        del ran.job.files.data[name]
    assert set(lost(ran.job, ran.planned)) == {clean_name(ran.planned[1].id), part_name(ran.planned[0].id)}


def test_places_of_units_that_are_not_planned_any_more_are_left_behind(world):
    files = {"a.txt": f"電話 {NUMBER}", "b.txt": f"電話 {NUMBER}"}
    job = replace(world.job(MemorySource(files, unit_items=1)), open_lenses=phone_lenses)
    planned = plan(job)
    for p in planned:
        do_unit(job, job.open_snapshot(), p, {}, lambda _: None, job.open_lenses())
    assert left_behind(job, planned) == []
    gone = planned[0].id
    assert set(left_behind(job, planned[1:])) == {
        *(f"clean/{gone}.txt", f"commits/{gone}.json"),
        *(f"decisions/part-{gone}.parquet", f"personal/{gone}.jsonl", f"membership/{gone}.run"),
    }


def test_no_text_is_read_again_for_a_picture_that_it_has_not(world):
    # It begins as a picture does; under the name of a text it is none.
    files = {"a.txt": "BM and more words", "1.png": drawn(1, 48)}
    job = replace(world.job(MemorySource(files)), open_lenses=phone_lenses)
    sealed_run(world, job, MemoryLog())
    report = job.files.read("report.html").decode()
    assert report.count("<img") == 1
    assert report.count('class="a-text"') == 1
