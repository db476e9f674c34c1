from dataclasses import replace

import pytest

from sekisho.audit.again.before import (
    hears_more,
    lacks,
    looks_deeper,
    open_before,
    passing,
    sees_more_frames,
    text_fields,
    texts_in,
)
from sekisho.errors import EvidenceError
from sekisho.model import Unfingerprintable, Unreadable
from sekisho.policy import read_policy, shipped_policy
from tests.deeper import DEPTHS, deep_world
from tests.world import MemoryLog, MemorySource, World, drawn, sealed_run

EXACT, UPRIGHT = (
    read_policy(f'base = "opt-in"\n[match]\n{line}\n', "own.toml")
    for line in ('depth = "exact"', 'rotations = "none"')
)
TURNED = shipped_policy("opt-in")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (TURNED, TURNED, False),
        (TURNED, UPRIGHT, False),
        (TURNED, EXACT, False),
        (UPRIGHT, TURNED, True),
        (UPRIGHT, UPRIGHT, False),
        (EXACT, UPRIGHT, True),
        (EXACT, TURNED, True),
        (EXACT, EXACT, False),
    ],
)
def test_whether_fingerprints_are_deep_enough(before, after, expected):
    rules = {"depth": before.depth.value, "rotations": before.rotations or "none"}
    assert lacks({"policy": {"rules": rules}}, after) is expected


@pytest.mark.parametrize(
    ("kept", "wanted", "expected"),
    [(10000, 500, True), (501, 500, True), (500, 500, False), (None, 500, False), (500, 10000, False)],
)
def test_frames_that_a_run_has_skipped_are_looked_at_again(kept, wanted, expected):
    policy = shipped_policy("opt-in")
    policy = replace(policy, film=replace(policy.film, frame_interval=wanted))
    rules = {} if kept is None else {"frame_interval": kept}
    assert sees_more_frames({"policy": {"rules": rules}}, policy) is expected


def test_passing_problems_are_counted():
    counts = {reason.value: 2 for reason in Unreadable}
    assert passing({"totals": {"unreadable": counts}}) == 8
    assert passing({"totals": {"unreadable": {}}}) == 0


def test_a_parent_is_named_with_all_before_it():
    world = World()
    files = {"a.png": drawn(1, 48), "b.png": Unfingerprintable(reason=Unreadable.TIMEOUT)}
    ran = sealed_run(world, world.job(MemorySource(files)), MemoryLog())
    before = open_before(ran.job.files)
    assert before.parent.ancestors == (ran.manifest()["root"],)
    assert before.parent.root == ran.manifest()["root"]
    assert before.manifest == ran.manifest()
    ran.job.files.data["clean/" + ran.planned[0].id + ".txt"] = b"b.png\n"
    with pytest.raises(EvidenceError, match="clean/"):
        open_before(ran.job.files)


def test_a_run_says_how_many_texts_have_to_be_read_again():
    world = World()
    policy = read_policy('[text]\npersonal = "ignore"', "own.toml")
    for files, count in (({"a.png": drawn(1, 48), "b.txt": "some words"}, 1), ({"a.png": drawn(1, 48)}, 0)):
        ran = sealed_run(world, world.job(MemorySource(files), policy=policy), MemoryLog())
        manifest = open_before(ran.job.files).manifest
        assert (texts_in(manifest), text_fields(manifest)) == (count, ())
    fields = {"configuration": {"text": {"fields": ["body"]}}, "totals": {}}
    assert (texts_in(fields), text_fields(fields)) == (0, ("body",))


@pytest.mark.parametrize(
    ("with_local", "with_vector", "deeper"),
    [
        (False, False, ()),
        (True, False, ("local", "model")),
        (False, True, ("model",)),
        (True, True, ("local", "model")),
    ],
)
def test_pictures_are_read_again_where_the_edition_has_what_a_run_does_not_store(
    with_local, with_vector, deeper
):
    snapshot = deep_world(with_local=with_local, with_vector=with_vector).open()
    assert tuple(depth for depth, policy in DEPTHS.items() if looks_deeper(snapshot, policy)) == deeper


def test_a_run_that_never_read_signals_is_read_again():
    assert hears_more({"totals": {}})
    assert not hears_more({"signals": {"items": 0}})
