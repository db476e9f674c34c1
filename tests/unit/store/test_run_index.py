import hashlib
import json

import pytest

from sekisho.errors import EvidenceError, NotFoundError
from sekisho.store.run_index import open_run
from sekisho.trace.lines import place_of
from tests.traced import told
from tests.world import drawn


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    return told(tmp_path_factory.mktemp("traced"))


@pytest.fixture
def run(story, tmp_path):
    """A copy that a test may change."""
    target = tmp_path / "run"
    for path in story.run.rglob("*"):
        if path.is_file() and "index" not in path.parts:
            place = target / path.relative_to(story.run)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())
    return target


def digest(data):
    return hashlib.sha256(data).digest()


def test_the_index_is_made_on_first_use_and_then_used(run):
    told_of = []
    first = open_run(run, tell=told_of.append)
    second = open_run(run, tell=told_of.append)
    assert told_of == [9]
    wanted = digest(drawn(2, 320))
    assert list(first.exact(wanted)) == list(second.exact(wanted)) == [1, 4]
    assert (run / "index").stat().st_mode & 0o777 == 0o700


def test_rows_are_read_with_their_places_in_the_order_asked(run):
    record = open_run(run)
    rows = record.read([4, 1, 4])
    assert [row["item"] for row in rows] == ["two-again.png", "two.png", "two-again.png"]
    assert [place_of(row).rpartition("#")[2] for row in rows] == ["0", "1", "0"]
    assert record.read([]) == []


def test_another_manifest_makes_another_index(run):
    open_run(run)
    manifest = json.loads((run / "manifest.json").read_bytes())
    (run / "manifest.json").write_text(json.dumps(manifest))
    told_of = []
    open_run(run, tell=told_of.append)
    assert told_of == [9]


def test_what_a_run_was_for_is_told(story):
    facts = open_run(story.run).facts
    assert facts["operator"] == story.world.operator.key
    assert (facts["purpose"], facts["territory"], facts["on"]) == ("train", "JP", "2026-11-22")


def test_a_part_that_was_changed_is_evidence_that_does_not_hold(run):
    record = open_run(run)
    part = min((run / "decisions").iterdir())
    part.write_bytes(part.read_bytes() + b"\0")
    with pytest.raises(EvidenceError, match="not what was recorded"):
        record.read(range(9))
    part.unlink()
    with pytest.raises(EvidenceError, match="can not read"):
        record.read(range(9))


def test_no_index_is_made_of_parts_that_are_not_the_manifests(run):
    part = min((run / "decisions").iterdir())
    part.write_bytes(part.read_bytes() + b"\0")
    with pytest.raises(EvidenceError):
        open_run(run)
    assert not (run / "index").exists()


@pytest.mark.parametrize("manifest", [b"{}", b"[]", b'{"units": [1]}'])
def test_a_manifest_of_another_form_is_refused(tmp_path, manifest):
    (tmp_path / "manifest.json").write_bytes(manifest)
    with pytest.raises(EvidenceError, match="wrong form"):
        open_run(tmp_path)


def test_what_is_no_run_is_refused(tmp_path):
    with pytest.raises(NotFoundError):
        open_run(tmp_path)
