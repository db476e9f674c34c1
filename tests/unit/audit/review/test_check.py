import json

import pytest

from sekisho.audit.review.check import named_items, sealed_reviews
from sekisho.audit.run import seal_run
from sekisho.audit.verify import verify_run
from sekisho.cli.review.desk import Desk
from sekisho.errors import EvidenceError
from sekisho.model import Outcome
from tests.parties import Party
from tests.review_run import keep_key, make_review_run
from tests.world import MemoryFiles, MemoryLog

ADA = Party(name="ada")
FILES = ("reviews.jsonl", "reviewed.json", "false-matches.jsonl")


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """A run in which a group is a confirmed false match and a passed item is excluded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEKISHO_HOME", str(tmp_path_factory.mktemp("home")))
        made = make_review_run(tmp_path_factory.mktemp("story"))
        keep_key(ADA, "ada")
        with Desk(made.run, reviewers=frozenset({ADA.key}), items=["free.png"]) as desk:
            group = next(g for g in desk.groups if len(g.rows) == 3)
            desk.take(
                desk.make(
                    ADA, group=group.id, outcome=Outcome.ALLOW, reason="ours", false_match=[made.declared]
                )
            )
            desk.take(desk.make(made.world.operator, item="free.png", outcome=Outcome.BLOCK, reason="sold"))
            desk.finish()
    return made, {name: made.files.read(name) for name in made.files.names()}


@pytest.fixture
def data(story):
    return dict(story[1])


def again(story, data, **changes):
    """Seal changed files as the operator could."""
    files = MemoryFiles(data)
    seal_run(
        files,
        signer=story[0].world.operator,
        log=MemoryLog(),
        salt=b"s" * 32,
        at=story[0].world.clock,
        **changes,
    )
    return files


def test_it_holds_and_says_what_was_decided(data):
    found = verify_run(MemoryFiles(data)).reviews
    assert found.reviewed.added == ["near-0.jpg", "near-1.jpg", "near-2.jpg"]
    assert found.reviewed.removed == ["free.png"]
    assert found.verdicts(found.reviewed.on)["free.png"].outcome is Outcome.BLOCK
    assert data["false-matches.jsonl"].count(b"\n") == 1
    assert sealed_reviews(MemoryFiles(data)).reviewed == found.reviewed


def test_the_seal_names_the_reviewers(data):
    assert verify_run(MemoryFiles(data)).seal.record.reviewers == (ADA.key,)


@pytest.mark.parametrize("name", FILES)
def test_every_change_after_the_seal_is_noticed(data, name):
    for changed in (b"", data[name][:-1], data[name] + b"\n", data[name].replace(b"a", b"b", 1)):
        for check in (verify_run, sealed_reviews):
            with pytest.raises(EvidenceError, match=name):
                check(MemoryFiles({**data, name: changed}))


def bend(name, old, new):
    def change(data):
        assert old in data[name]
        data[name] = data[name].replace(old, new, 1)

    return change


def drop_line(data):
    data["reviews.jsonl"] = b"".join(data["reviews.jsonl"].splitlines(keepends=True)[:-1])


def swap(data):
    lines = data["reviews.jsonl"].splitlines(keepends=True)
    data["reviews.jsonl"] = b"".join([lines[1], lines[0], *lines[2:]])


@pytest.mark.parametrize(
    "change",
    [
        bend("reviewed.json", b'"near-0.jpg"', b'"blocked.png"'),
        bend("reviewed.json", b'"items": 3', b'"items": 4'),
        bend("reviewed.json", b'"removed": [\n  "free.png"\n ]', b'"removed": []'),
        bend("reviewed.json", b'"version": 1', b'"version": 9'),
        bend("false-matches.jsonl", b"\n", b"\n\n"),
        lambda data: data.update({"false-matches.jsonl": b""}),
        lambda data: data.pop("false-matches.jsonl"),
        lambda data: data.pop("reviewed.json"),
        lambda data: data.pop("reviews.jsonl"),
        drop_line,
        swap,
    ],
)
def test_what_an_operator_bends_before_sealing_is_noticed(story, data, change):
    change(data)
    with pytest.raises(EvidenceError):
        verify_run(again(story, data))


def test_a_signer_whom_the_seal_does_not_name_is_noticed(story, data):
    assert verify_run(again(story, dict(data))).reviews
    with pytest.raises(EvidenceError, match="not a reviewer"):
        verify_run(again(story, data, reviewers=()))


def test_reviews_without_a_seal_do_not_count(data):
    data.pop("seal.json")
    with pytest.raises(EvidenceError, match="no seal"):
        sealed_reviews(MemoryFiles(data))
    assert sealed_reviews(MemoryFiles({})) is None


def test_a_run_without_reviews_has_none(tmp_path):
    made = make_review_run(tmp_path)
    assert sealed_reviews(made.files) is None
    assert verify_run(made.files).reviews is None


def test_a_changed_part_is_noticed(data):
    name = next(n for n in data if n.startswith("decisions/"))
    with pytest.raises(EvidenceError, match=name):
        sealed_reviews(MemoryFiles({**data, name: data[name] + b"x"}))


def test_lines_that_are_no_reviews_name_nothing(data):
    lines = data["reviews.jsonl"].splitlines()
    assert named_items([*lines, b"", b"{}"]) == {"free.png"}
    assert json.loads(data["reviewed.json"])["groups"]
