import hashlib
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.audit.manifest import commits_root, encode_manifest
from sekisho.audit.report.facts import facts
from sekisho.audit.run import seal_run
from sekisho.audit.seal import decode_seal, encode_seal, make_record, seal_entry
from sekisho.audit.share.public import encode_public
from sekisho.audit.verify import NOT_EVIDENCE, verify_receipt, verify_run
from sekisho.codec import canonical, parse
from sekisho.errors import EvidenceError
from sekisho.model import Told
from tests.older_run import make_older
from tests.world import MemoryFiles, MemoryLog, MemorySource, World, drawn, sealed_run

FILES = {"a.png": drawn(1, 48), "b.png": drawn(2, 48), "c.png": b"", "d.png": drawn(3, 48)}


@pytest.fixture(scope="module")
def story():
    world = World()
    world.register(world.holder, drawn(1, 48))
    world.vouch(world.voucher, world.holder)
    log = MemoryLog()
    log.append(seal_entry(b"earlier", bytes(32), world.clock))
    job = world.job(MemorySource(FILES, unit_items=2))
    sealed_run(world, job, log)
    job.files.write("status.json", b"{}")
    job.files.write("configuration.json", canonical(job.configuration()))
    return world, log, dict(job.files.data)


@pytest.fixture
def data(story):
    return dict(story[2])


def verify(data, **facts):
    return verify_run(MemoryFiles(dict(data)), **facts)


def part_of(data, folder):
    return sorted(name for name in data if name.startswith(folder))


def test_a_sealed_run_holds(data, story):
    done = verify(data)
    assert (done.files, done.unnamed) == (14, ())
    assert set(data) - NOT_EVIDENCE == {n for n in data if "." in n} - {"status.json", "configuration.json"}
    assert done.files == len(data) - len(NOT_EVIDENCE)
    assert done.manifest["operator"]["key"] == story[0].operator.key
    assert verify(data, log_key=story[1].vkey) == done


def test_every_flipped_byte_of_every_file_is_noticed_and_the_file_named(data):
    for name in sorted(set(data) - NOT_EVIDENCE):
        good = data[name]
        step = max(1, len(good) // 60)
        for at in {0, len(good) - 1, *range(0, len(good), step)} if good else ():
            for flip in (1, 0x20):
                changed = good[:at] + bytes([good[at] ^ flip]) + good[at + 1 :]
                with pytest.raises(EvidenceError, match=name):
                    verify({**data, name: changed})


def test_every_file_that_is_cut_grown_or_gone_is_named(data):
    for name in sorted(set(data) - NOT_EVIDENCE):
        for changed in (data[name][:-1], data[name] + b"\n", data[name] + b" "):
            if changed != data[name]:
                with pytest.raises(EvidenceError, match=name):
                    verify({**data, name: changed})
        gone = {k: v for k, v in data.items() if k != name}
        with pytest.raises(EvidenceError, match=f"{name} is missing"):
            verify(gone)


@pytest.mark.parametrize("name", sorted(NOT_EVIDENCE))
def test_what_is_not_evidence_may_change(data, name):
    assert verify({**data, name: b"changed"}).unnamed == ()


@pytest.mark.parametrize("folder", ["decisions/", "commits/", "clean/"])
def test_a_file_put_beside_the_evidence_is_refused(data, folder):
    with pytest.raises(EvidenceError, match=f"{folder}more"):
        verify({**data, f"{folder}more": b""})


def test_another_file_is_reported(data):
    assert verify({**data, "notes.txt": b"", "reports/x.html": b""}).unnamed == (
        "notes.txt",
        "reports/x.html",
    )


@pytest.mark.parametrize("folder", ["decisions/", "commits/", "clean/"])
def test_files_that_units_have_exchanged_are_noticed(data, folder):
    one, two = part_of(data, folder)
    assert data[one] != data[two]
    with pytest.raises(EvidenceError, match=f"{one}|{two}"):
        verify({**data, one: data[two], two: data[one]})


def again(story, data, *, signer=None, change=None, salt=b"t" * 32, log=None, **fields):
    """Seal changed files as an operator could who has the key."""
    world, own, _ = story
    log, signer = log or own, signer or world.operator
    if change:
        manifest = json.loads(data["manifest.json"])
        change(manifest)
        data["manifest.json"] = json.dumps(manifest).encode()
    reports = {n: data[n] for n in ("report.html", "report.json", "public.json") if n in data}
    row_key = decode_seal(story[2]["seal.json"]).row_key
    record = make_record(
        manifest=data["manifest.json"],
        files=reports,
        operator=fields.get("named", signer.key),
        at=world.clock,
    )
    entry = seal_entry(record, salt, world.clock)
    index = log.append(entry)
    data["seal.json"] = encode_seal(
        record=record,
        salt=fields.get("written_salt", salt),
        entry=fields.get("entry", entry),
        index=fields.get("index", index),
        origin=fields.get("origin", log.origin),
        vkey=fields.get("vkey", log.vkey),
        signer=signer,
        row_key=fields.get("row_key", row_key),
    )
    data["receipt.tlog-proof"] = log.prove(fields.get("proved", index))
    return data


def test_the_seal_that_the_next_tests_bend_is_good(story, data):
    assert verify(again(story, data)).seal.salt == b"t" * 32


@pytest.mark.parametrize(
    ("bent", "why"),
    [
        ({"written_salt": b"u" * 32}, "does not commit"),
        ({"written_salt": b"u" * 31}, r"seal\.json"),
        ({"entry": seal_entry(b"another", b"t" * 32, World().clock)}, "does not commit"),
        ({"index": 99}, "names 99"),
        ({"proved": 0}, "does not fit"),
        ({"origin": "log.example/other"}, "does not fit"),
        ({"vkey": MemoryLog("other").vkey}, "does not fit"),
        ({"vkey": "nonsense"}, r"seal\.json"),
    ],
    ids=str,
)
def test_a_receipt_that_is_not_of_this_seal_is_refused(story, data, bent, why):
    with pytest.raises(EvidenceError, match=why):
        verify(again(story, data, **bent))


def test_a_receipt_of_another_log_is_refused(story, data):
    other = MemoryLog("other")
    receipt = again(story, dict(data), log=other)["receipt.tlog-proof"]
    with pytest.raises(EvidenceError, match="receipt"):
        verify({**data, "receipt.tlog-proof": receipt})


def test_a_log_key_that_the_verifier_knows_decides(story, data):
    other = MemoryLog("other")
    forged = again(story, data, log=other)
    assert verify(forged).seal.vkey == other.vkey
    with pytest.raises(EvidenceError, match="receipt is of the log"):
        verify(forged, log_key=story[1].vkey)


def test_a_seal_by_another_operator_than_the_manifest_names_is_refused(story, data):
    with pytest.raises(EvidenceError, match="another operator"):
        verify(again(story, data, signer=story[0].stranger))


def test_a_seal_that_names_one_operator_and_is_signed_by_another_is_refused(story, data):
    world = story[0]
    with pytest.raises(EvidenceError, match="signed by"):
        verify(again(story, data, signer=world.stranger, named=world.operator.key))


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.update(root="0" * 64),
        lambda m: m.pop("root"),
        lambda m: m.pop("clean"),
        lambda m: m["clean"].pop("sha256"),
        lambda m: m["clean"].update(sha256="0" * 64),
        lambda m: m["units"].reverse(),
        lambda m: m["units"].pop(),
        lambda m: m["units"].append(m["units"][0]),
        lambda m: m["units"][0].pop("part_sha256"),
        lambda m: m["units"][0].update(rows=99),
        lambda m: m["units"][0].update(id="../../secret"),
        lambda m: m["units"][0].update(id="a\0"),
        lambda m: m["units"][0].update(clean_sha256=5),
        lambda m: m.update(units={}),
        lambda m: m.update(operator=None),
    ],
)
def test_a_manifest_that_the_operator_bent_before_sealing_is_refused(story, data, change):
    with pytest.raises(EvidenceError):
        verify(again(story, data, change=change))


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"null", b"[" * 100_000, b"\xff", b'{"units":NaN}'])
def test_a_manifest_that_is_none_is_refused(story, data, raw):
    data["manifest.json"] = raw
    with pytest.raises(EvidenceError, match=r"manifest\.json"):
        verify(again(story, data))


@pytest.mark.parametrize(
    ("raw", "why"), [(None, "root"), (b"[]", "something else"), (b"{", "something else")]
)
def test_a_commit_that_was_changed_together_with_the_manifest_is_noticed(story, data, raw, why):
    name = part_of(data, "commits/")[0]
    data[name] = canonical(parse(data[name]) | {"bytes": 1}) if raw is None else raw

    def change(manifest):
        for unit in manifest["units"]:
            if unit["id"] in name:
                unit |= {"bytes": 1, "commit_sha256": hashlib.sha256(data[name]).hexdigest()}

    with pytest.raises(EvidenceError, match=why):
        verify(again(story, data, change=change))


def test_the_receipt_alone_can_be_verified(data):
    seal = decode_seal(data["seal.json"])
    verify_receipt(seal, data["receipt.tlog-proof"])
    with pytest.raises(EvidenceError, match="receipt"):
        verify_receipt(seal, b"")


def part_changed(data, change):
    """Change one row of a part, and everything above it, as an operator could who has no row key."""
    name = part_of(data, "decisions/")[0]
    table = pq.read_table(io.BytesIO(data[name]))
    rows = table.to_pylist()
    change(rows)
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), sink)
    data[name] = sink.getvalue()
    unit = name.removeprefix("decisions/part-").removesuffix(".parquet")
    commit = parse(data[f"commits/{unit}.json"]) | {"part_sha256": hashlib.sha256(data[name]).hexdigest()}
    data[f"commits/{unit}.json"] = canonical(commit)

    def follow(manifest):
        for listed in manifest["units"]:
            if listed["id"] == unit:
                listed |= {
                    "part_sha256": commit["part_sha256"],
                    "commit_sha256": hashlib.sha256(canonical(commit)).hexdigest(),
                }
        commits = [data[f"commits/{listed['id']}.json"] for listed in manifest["units"]]
        manifest["root"] = commits_root(commits)

    return follow


def set_row(**fields):
    return lambda rows: rows[0].update(fields)


@pytest.mark.parametrize(
    "change",
    [
        set_row(outcome="review", reason="granted_all"),
        set_row(item="another.png"),
        set_row(bytes=7),
        set_row(sha256=bytes(32)),
        set_row(media_type="image/gif"),
        set_row(problem="timeout"),
        lambda rows: [row.update(findings=[{"kind": "work"}]) for row in rows],
        set_row(leaf=bytes(32)),
        set_row(leaf=None),
        set_row(item=None),
        lambda rows: rows.pop(),
        lambda rows: rows.reverse(),
    ],
)
def test_a_row_that_was_changed_with_everything_above_it_is_noticed(story, data, change):
    follow = part_changed(data, change)
    with pytest.raises(EvidenceError, match=r"decisions/part-"):
        verify(again(story, data, change=follow))


def test_a_part_that_has_only_been_written_otherwise_holds(story, data):
    del data["public.json"]
    follow = part_changed(data, lambda _rows: None)
    assert verify(again(story, data, change=follow)).seal.row_key


@pytest.mark.parametrize(("key", "why"), [(None, "no row key"), (bytes(32), "leaf"), (b"short", "seal")])
def test_a_run_is_verified_with_its_own_row_key_only(story, data, key, why):
    with pytest.raises(EvidenceError, match=why):
        verify(again(story, data, row_key=key))


def test_a_public_file_that_says_something_else_than_the_rows_is_noticed(story, data):
    data["public.json"] = data["public.json"].replace(b'"rows": 2', b'"rows": 3', 1)
    with pytest.raises(EvidenceError, match="says something else than the rows"):
        verify(again(story, data))


def test_a_run_of_the_layout_before_texts_holds(story):
    world, log, data = story
    files = MemoryFiles(dict(data))
    make_older(files, world.operator, log)
    part = part_of(files.data, "decisions/")[0]
    assert pq.read_table(io.BytesIO(files.read(part))).schema.names[-1] == "leaf"
    done = verify_run(files)
    assert (done.files, done.unnamed) == (12, ())
    rows = [
        row
        for unit in done.manifest["units"]
        for row in pq.read_table(io.BytesIO(files.read(f"decisions/part-{unit['id']}.parquet"))).to_batches()
    ]
    found = facts(done.manifest, rows, titles=lambda _: ("", "", ""), timing={})
    assert found["texts"]["items"] == 0


def test_places_of_what_is_personal_are_no_evidence_and_may_be_gone(data):
    unit = json.loads(data["manifest.json"])["units"][0]["id"]
    held = verify(data)
    data[f"personal/{unit}.jsonl"] = b"{}"
    assert verify(data) == held
    data["personal/other.jsonl"] = b"{}"
    assert verify(data).unnamed == ("personal/other.jsonl",)


def _manifest_of(files, world, log, change):
    """Change the manifest and seal it again, as a dishonest operator can."""
    document = json.loads(files.read("manifest.json"))
    change(document)
    files.write("manifest.json", encode_manifest(document))
    flow = json.loads(files.read("report.json"))["flow"]
    files.write("public.json", encode_public(document, flow))
    seal_run(files, signer=world.operator, log=log, salt=b"o" * 32, at=world.clock)


@pytest.mark.parametrize("field", ["nonce", "root", "files", "rows"])
def test_a_map_that_is_not_that_of_the_rows_is_refused(story, field):
    world, log, data = story
    files = MemoryFiles(dict(data))
    other = {"nonce": "0" * 64, "root": "0" * 64, "files": 1, "rows": 99}[field]
    _manifest_of(files, world, log, lambda made: made["membership"].update({field: other}))
    with pytest.raises(EvidenceError, match="map of the files"):
        verify_run(files)
    assert verify_run(files, rows=False)


def test_a_file_for_the_map_that_is_not_what_the_rows_give_is_refused(data):
    name = part_of(data, "membership/")[0]
    with pytest.raises(EvidenceError, match="was changed after"):
        verify({**data, name: data[name] + b"x" * 64})
    with pytest.raises(EvidenceError, match="is missing"):
        verify({key: value for key, value in data.items() if key != name})
    with pytest.raises(EvidenceError, match="not part of the sealed run"):
        verify({**data, "membership/more.run": b""})


def test_the_slices_of_the_map_are_no_evidence(data):
    assert verify({**data, "membership/tops": b"anything"})
    assert verify({key: value for key, value in data.items() if key != "membership/tops"})


def test_the_files_of_hosts_are_evidence():
    world = World()
    told = {"a.png": Told(url="https://a.example/1")}
    job = world.job(MemorySource(FILES, unit_items=2, told=told))
    sealed_run(world, job, MemoryLog())
    (name,) = part_of(job.files.data, "hosts/")
    assert verify(job.files.data).files == 15
    for other in ({name: job.files.data[name] + b"x"}, {"hosts/other.parquet": b"x"}):
        with pytest.raises(EvidenceError, match="hosts/"):
            verify(job.files.data | other)
    del job.files.data[name]
    with pytest.raises(EvidenceError, match=name):
        verify(job.files.data)
