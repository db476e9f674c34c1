import json
from dataclasses import replace

import pytest

from sekisho.audit.again.before import open_before
from sekisho.audit.again.source import stored_sources
from sekisho.audit.review.inherited import inherit_reviews
from sekisho.audit.run import leave_seal
from sekisho.audit.verify import verify_run
from sekisho.cli.review.desk import Desk
from sekisho.model import Outcome, Purpose
from sekisho.store.clock import today
from tests.parties import Party
from tests.review_run import keep_key, make_review_run
from tests.world import MemoryLog, sealed_run

ADA = Party(name="ada")


@pytest.fixture
def made(tmp_path):
    """A run in which a group was allowed and a passed item was excluded."""
    story = make_review_run(tmp_path)
    keep_key(ADA, "ada")
    with Desk(story.run, reviewers=frozenset({ADA.key}), items=["free.png"]) as desk:
        group = next(g for g in desk.groups if len(g.rows) == 3)
        desk.take(desk.make(ADA, group=group.id, outcome=Outcome.ALLOW, reason="ours"))
        desk.take(desk.make(story.world.operator, item="free.png", outcome=Outcome.BLOCK, reason="sold"))
        desk.finish()
    return story


def again(made, **use):
    """Decide the run again, perhaps for another use, and take its reviews over, as the command does.

    The desk dates reviews by the machine's clock, so it is asked here too.
    """
    world, before = made.world, open_before(made.files)
    job = world.job()
    job = replace(job, use=replace(job.use, **use))
    sources = stored_sources(before, made.files, job.policy, [None] * len(before.manifest["datasets"]))
    ran = sealed_run(world, replace(job, sources=sources, parent=before.parent), MemoryLog())
    reviewers = inherit_reviews(before, ran.job.files, ran.manifest(), today())
    leave_seal(
        ran,
        signer=world.operator,
        log=MemoryLog(),
        salt=b"a" * 32,
        at=world.clock,
        reviewers=reviewers,
    )
    return ran


def test_a_review_holds_where_its_rows_are_the_same(made):
    ran = again(made)
    found = verify_run(ran.job.files).reviews
    assert (found.reviewed.added, found.reviewed.removed) == (
        ["near-0.jpg", "near-1.jpg", "near-2.jpg"],
        ["free.png"],
    )
    assert ran.job.files.read("reviews.jsonl") == made.files.read("reviews.jsonl")


def test_a_review_does_not_hold_where_its_rows_are_others(made):
    world = made.world
    world.edition += 1
    world.withdraw(world.holder, made.declared)
    for holder in (world.holder, world.rival, world.stranger):
        world.grant(holder, world.operator)
    ran = again(made)
    found = verify_run(ran.job.files).reviews
    assert found.reviewed.removed == ["free.png"]
    assert found.reviewed.added == []


def test_for_another_use_only_what_was_excluded_holds(made):
    ran = again(made, purpose=Purpose.GENERATE)
    found = verify_run(ran.job.files).reviews
    assert (found.reviewed.added, found.reviewed.removed) == ([], ["free.png"])
    back = json.loads(ran.job.files.read("manifest.json"))
    assert back["ancestors_of_other_use"] == back["ancestors"]


def test_a_run_without_reviews_leaves_none(tmp_path):
    made = make_review_run(tmp_path)
    ran = again(made)
    assert "reviews.jsonl" not in ran.job.files.names()
    assert json.loads(ran.job.files.read("manifest.json"))["ancestors"]
