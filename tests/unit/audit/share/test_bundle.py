import hashlib
import json

import pytest

from sekisho.audit.leaves import committed, disclose, leaf_of
from sekisho.audit.seal import decode_seal, shared_seal
from sekisho.audit.shape import checked_manifest
from sekisho.audit.share.bundle import Opened, SharedRow, encode_share, is_bundle, verify_bundle
from sekisho.audit.share.rows import shared_rows
from sekisho.codec import canonical
from sekisho.errors import EvidenceError
from sekisho.ledger.tree import level_path, tree_levels
from sekisho.signing import SEAL, SHARE, open_statement, sign_statement
from sekisho.store.parts import RunParts
from sekisho.store.runs import RunDirectory
from tests.parties import Party
from tests.shared_run import AT, ENTRY, HOLDER, ROW_KEY, UNITS, found, make_shared_run
from tests.world import MemoryFiles, MemoryLog

OPERATOR, LOG = Party(name="studio"), MemoryLog()
PARTS = ("seal.json", "public.json", "receipt.tlog-proof")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The bundle of HOLDER, its rows, and the run's own seal."""
    run, _ = make_shared_run(tmp_path_factory.mktemp("made"), OPERATOR, LOG)
    files = RunDirectory(run)
    bundle = MemoryFiles({name: files.read(name) for name in PARTS})
    bundle.data["seal.json"] = shared_seal(bundle.data["seal.json"])
    manifest = checked_manifest(json.loads(files.read("manifest.json")))
    rows = list(shared_rows(RunParts(run), manifest, ROW_KEY, [ENTRY]))
    share, lines = encode_share(HOLDER.key, rows, bundle, signer=OPERATOR, at=AT)
    bundle.data |= {"share.json": share, "rows.jsonl": lines, "README.txt": b"words"}
    return bundle.data, rows, files.read("seal.json")


@pytest.fixture
def data(made):
    return dict(made[0])


def verify(data, **facts):
    return verify_bundle(MemoryFiles(dict(data)), **facts)


def signed(data, shared, *, signer=OPERATOR, lines=None, **changes):
    """Let the operator sign whatever rows it likes."""
    share, encoded = encode_share(HOLDER.key, shared, MemoryFiles(data), signer=signer, at=AT)
    payload = json.loads(open_statement(share).payload) | changes
    if lines is not None:
        encoded = lines
        payload["files"]["rows.jsonl"] = hashlib.sha256(lines).hexdigest()
    return data | {
        "share.json": sign_statement(SHARE, canonical(payload), signer),
        "rows.jsonl": encoded,
    }


def test_a_bundle_holds(data):
    done = verify(data)
    assert (done.rows, done.findings, done.registrant, done.at) == (3, 4, HOLDER.key, AT)
    assert done.public.totals.items == 12
    assert verify(data, log_key=LOG.vkey) == done


def test_a_public_bundle_holds(data):
    done = verify({name: data[name] for name in PARTS})
    assert (done.rows, done.registrant, done.at) == (0, None, None)


@pytest.mark.parametrize("names", [(*PARTS, "share.json", "rows.jsonl"), PARTS], ids=["registrant", "public"])
def test_every_changed_byte_of_every_file_is_noticed(data, names):
    data = {name: data[name] for name in names}
    for name in names:
        good = data[name]
        for at in {*range(0, len(good), max(1, len(good) // 120)), len(good) - 1}:
            for flip in (1, 0x20, 0x80):
                changed = good[:at] + bytes([good[at] ^ flip]) + good[at + 1 :]
                with pytest.raises(EvidenceError):
                    verify({**data, name: changed})


def test_every_file_that_is_cut_grown_or_gone_is_noticed(data):
    for name in sorted(set(data) - {"README.txt"}):
        for changed in (data[name][:-1], data[name] + b"\n", data[name] + b" ", b""):
            with pytest.raises(EvidenceError, match=name.partition(".")[0]):
                verify({**data, name: changed})
        with pytest.raises(EvidenceError, match=f"{name} is missing"):
            verify({k: v for k, v in data.items() if k != name})


def test_the_readme_is_no_evidence(data):
    assert verify(data | {"README.txt": b"other"}) == verify(
        {k: v for k, v in data.items() if k != "README.txt"}
    )


@pytest.mark.parametrize("name", ["notes.txt", "more.json", "decisions/part-u1.parquet"])
def test_a_file_that_was_put_there_is_named(data, name):
    with pytest.raises(EvidenceError, match=f"{name} is not part of the bundle"):
        verify(data | {name: b""})


def test_a_seal_with_the_row_key_is_refused(made, data):
    with pytest.raises(EvidenceError, match="key to every row"):
        verify(data | {"seal.json": made[2]})


@pytest.mark.parametrize("change", ["item", "outcome", "reason", "media_type", "problem"])
def test_a_row_that_was_never_sealed_is_named_even_if_the_operator_signs_it(made, data, change):
    rows = list(made[1])
    rows[1] = replaced(rows[1], row=replaced(rows[1].row, **{change: "x"}))
    with pytest.raises(EvidenceError, match=r"rows\.jsonl, row 2 is not a row of the sealed run"):
        verify(signed(data, rows))


def replaced(struct, **changes):
    fields = {name: getattr(struct, name) for name in struct.__struct_fields__}
    return type(struct)(**fields | changes)


@pytest.mark.parametrize(
    ("field", "value"),
    [("index", 0), ("index", 99), ("unit", 1), ("path", []), ("path", ["00" * 32] * 3)],
)
def test_a_row_at_another_place_is_refused(made, data, field, value):
    rows = [replaced(made[1][0], **{field: value})]
    with pytest.raises(EvidenceError, match="row 1"):
        verify(signed(data, rows))


def test_a_unit_that_is_not_there_is_refused(made, data):
    with pytest.raises(EvidenceError, match="no unit 7"):
        verify(signed(data, [replaced(made[1][0], unit=7)]))


def test_rows_twice_or_out_of_order_are_refused(made, data):
    rows = made[1]
    for bent in ([rows[0], rows[0]], [rows[1], rows[0]]):
        with pytest.raises(EvidenceError, match="row 2 stands twice or out of order"):
            verify(signed(data, bent))


def test_a_finding_that_is_not_the_rows_is_refused(made, data):
    opened = made[1][0].opened[0]
    other = committed(found("e-" + "7" * 32))
    for bent, why in (
        ([replaced(opened, finding=other)], "not the one that the row commits to"),
        ([replaced(opened, salt="00" * 32)], "not the one that the row commits to"),
        ([replaced(opened, n=5)], "not the row's"),
        ([opened, opened], "stand twice"),
    ):
        with pytest.raises(EvidenceError, match=why):
            verify(signed(data, [replaced(made[1][0], opened=bent)]))


def test_rows_of_another_form_are_refused(made, data):
    good = data["rows.jsonl"].splitlines()[0]
    for bent in (b"{}", b"[]", b"\xff", good.replace(b'"index":', b'"index": '), good[:-1], b"[" * 100_000):
        with pytest.raises(EvidenceError, match=r"rows\.jsonl, row 1"):
            verify(signed(data, made[1][:1], lines=bent + b"\n"))
    without = json.loads(good) | {"opened": []}
    with pytest.raises(EvidenceError, match=r"rows\.jsonl, row 1"):
        verify(signed(data, made[1][:1], lines=canonical(without) + b"\n"))


def test_fewer_rows_than_were_signed_are_noticed(made, data):
    with pytest.raises(EvidenceError, match="has 3 rows, but share"):
        verify(signed(data, made[1], rows=4))


def test_a_share_by_another_than_the_operator_is_refused(made, data):
    with pytest.raises(EvidenceError, match="not by the operator"):
        verify(signed(data, made[1], signer=Party(name="another")))


@pytest.mark.parametrize("changes", [{"at": "yesterday"}, {"v": 2}, {"registrant": "me"}, {"more": 1}])
def test_a_share_of_another_form_is_refused(made, data, changes):
    with pytest.raises(EvidenceError, match=r"share\.json"):
        verify(signed(data, made[1], **changes))


def test_a_statement_of_another_type_is_no_share(data):
    payload = open_statement(data["share.json"]).payload
    with pytest.raises(EvidenceError, match=r"share\.json"):
        verify(data | {"share.json": sign_statement(SEAL, payload, OPERATOR)})


def test_a_share_that_names_no_files_is_refused(made, data):
    with pytest.raises(EvidenceError, match="was changed"):
        verify(signed(data, made[1], files={}))


def test_a_log_that_the_verifier_knows_decides(data):
    with pytest.raises(EvidenceError, match="receipt is of the log"):
        verify(data, log_key=MemoryLog("other").vkey)


def test_a_public_file_of_another_run_is_noticed(data):
    other = json.loads(data["public.json"]) | {"root": "0" * 64}
    with pytest.raises(EvidenceError, match=r"public\.json was changed"):
        verify(data | {"public.json": json.dumps(other).encode()})


def test_a_row_about_a_person_is_refused_even_if_the_operator_gives_it(data):
    rows = UNITS["u3"]
    made = [disclose(row, "u3", ROW_KEY) for row in rows]
    levels = tree_levels([leaf_of(shown) for shown, _ in made])
    shown, (opening,) = made[3]
    given = SharedRow(
        index=3,
        opened=[Opened(finding=opening.finding, n=0, salt=opening.salt.hex())],
        path=[item.hex() for item in level_path(levels, 3)],
        row=shown,
        unit=2,
    )
    with pytest.raises(EvidenceError, match="row 1: a finding of this kind is never given"):
        verify(signed(data, [given]))


def test_what_a_bundle_is(data):
    assert is_bundle(MemoryFiles(data))
    assert is_bundle(MemoryFiles({name: data[name] for name in PARTS}))
    assert is_bundle(MemoryFiles({"rows.jsonl": b""}))
    assert not is_bundle(MemoryFiles(data | {"manifest.json": b""}))
    assert not is_bundle(MemoryFiles({"public.json": b"", "decisions/part-u1.parquet": b""}))
    assert not is_bundle(MemoryFiles({}))


def test_the_seal_in_it_is_the_runs_without_the_row_key(made, data):
    own, given = decode_seal(made[2]), decode_seal(data["seal.json"])
    assert (own.row_key, given.row_key) == (ROW_KEY, None)
    assert own.payload == given.payload
