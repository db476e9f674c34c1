import hashlib
import io
import json
import shutil
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.audit.erased import check_blanked, erased_of, is_named, kept_erased
from sekisho.audit.leaves import columns_of
from sekisho.audit.seal import decode_seal
from sekisho.codec import canonical
from sekisho.codec.erased import decode_erased, encode_erased
from sekisho.errors import EvidenceError
from sekisho.signing import ERASED, ERASURE, read_payload, sign_statement
from sekisho.store.runs import RunDirectory
from tests.erasing import scene
from tests.parties import Party


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """Make the run once; its key is in memory from then on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEKISHO_HOME", str(tmp_path_factory.mktemp("home")))
        made = scene(tmp_path_factory.mktemp("erased"))
        assert made.apply(0) == 0
    return made


@pytest.fixture
def here(story, tmp_path):
    shutil.copytree(story.run, tmp_path / "run")
    return replace(story, run=tmp_path / "run")


@pytest.fixture
def files(here):
    return RunDirectory(here.run)


def said(files):
    return decode_erased(read_payload(files.read("erased.json").strip(), ERASED))


def check(files, unit_change=None, data=None, **change):
    """Check the first part of a run, with something about it changed."""
    manifest = json.loads(files.read("manifest.json"))
    erased = said(files)
    unit = next(u for u in manifest["units"] if u["id"] in erased.parts)
    name = f"decisions/part-{unit['id']}.parquet"
    raw = files.read(name) if data is None else data(files.read(name))
    part = replace(erased.parts[unit["id"]], **({} if data is None else {"sha256": digest(raw)}))
    key = decode_seal(files.read("seal.json")).row_key
    run = files.read(f"membership/{unit['id']}.run")
    unit |= unit_change or {}
    given = {"key": key, "columns": columns_of(manifest), "blanked": part, "run": run} | change
    return check_blanked(name, raw, unit, **given)


def digest(data):
    return hashlib.sha256(data).hexdigest()


def edited(change):
    def run(data):
        table = pq.read_table(io.BytesIO(data))
        rows = table.to_pylist()
        change(rows)
        sink = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), sink)
        return sink.getvalue()

    return run


def test_counts_are_as_before(files):
    assert sum(check(files).values()) == 3


def rename(rows):
    rows[1]["item"] = "another.png"


def reveal(rows):
    rows[0]["outcome"] = "allow"


def blank_another(rows):
    rows[1] |= {"outcome": "erased", "sha256": None}


def bend_leaf(rows):
    rows[0]["leaf"] = bytes(32)


@pytest.mark.parametrize("change", [rename, reveal, blank_another, bend_leaf, list.pop])
def test_whatever_else_was_changed_in_a_part_is_noticed(files, change):
    assert check(files, data=edited(list.copy))
    with pytest.raises(EvidenceError):
        check(files, data=edited(change))


def test_the_file_for_the_map_has_the_other_rows_and_leaves_of_blank_ones(files):
    manifest = json.loads(files.read("manifest.json"))
    run = files.read(f"membership/{manifest['units'][0]['id']}.run")
    for bent in (run[64:], run + run[:64], bytes(64) + run[64:]):
        with pytest.raises(EvidenceError, match="membership/"):
            check(files, run=bent)


def test_a_part_with_another_digest_is_refused(files):
    with pytest.raises(EvidenceError, match="after rows of it were erased"):
        check(files, blanked=replace(next(iter(said(files).parts.values())), sha256="00" * 32))


def signed(files, signer, **change):
    files.write("erased.json", sign_statement(ERASED, encode_erased(replace(said(files), **change)), signer))


def test_only_the_operator_says_it_about_this_run_and_by_a_notice_to_it(here, files):
    operator, raw = here.world.operator, files.read("manifest.json")
    assert erased_of(files, raw, operator.key) == said(files)
    notice = json.loads(read_payload(said(files).notices[0], ERASURE))
    registry = here.world.registry

    def other(signer=registry, **fields):
        return (sign_statement(ERASURE, canonical(notice | fields), signer),)

    for signer, change in (
        (registry, {}),
        (operator, {"manifest": "00" * 32}),
        (operator, {"operator": registry.key}),
        (operator, {"notices": other(recipient=registry.key)}),
        (operator, {"notices": other(signer=operator)}),
        (operator, {"notices": other(signer=Party(name="x"))}),
        (operator, {"notices": (b"{}",)}),
        (operator, {"notices": (*said(files).notices, b"x")}),
    ):
        before = files.read("erased.json")
        signed(files, signer, **change)
        with pytest.raises(EvidenceError, match=r"erased\.json"):
            erased_of(files, raw, operator.key)
        files.write("erased.json", before)


def test_a_run_in_which_nothing_was_erased_has_no_such_file(here, files):
    files.drop(["erased.json"])
    assert kept_erased(files) is None
    assert erased_of(files, b"", here.world.operator.key) is None
    unit = {"id": "u", "part_sha256": digest(b"x")}
    assert is_named(b"x", unit, None)
    assert not is_named(b"y", unit, None)


def test_readers_take_a_part_as_it_was_and_as_it_is(files):
    erased = said(files)
    (unit, part), *_ = erased.parts.items()
    named = {"id": unit, "part_sha256": digest(b"x")}
    now = files.read(f"decisions/part-{unit}.parquet")
    assert digest(now) == part.sha256
    assert is_named(now, named, erased)
    assert is_named(b"x", named, erased)
    assert not is_named(b"y", named, erased)


def test_a_damaged_file_is_an_error_for_every_reader(files):
    files.write("erased.json", b"{}")
    with pytest.raises(EvidenceError):
        kept_erased(files)
