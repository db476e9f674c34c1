import hashlib
import json
from dataclasses import replace

import pytest

from sekisho.audit.job import plan
from sekisho.audit.manifest import commits_root, encode_manifest, fold
from sekisho.audit.membership.tree import Membership
from sekisho.audit.shape import checked_manifest
from sekisho.audit.work import do_unit
from sekisho.codec import canonical
from sekisho.model import Depth
from sekisho.policy import read_policy, shipped_policy
from tests.deeper import DEPTHS, MODEL, deep_world
from tests.texts import phrase
from tests.world import MemorySource, World, drawn

MAP = Membership(nonce=b"n" * 32, root=b"r" * 32, files=2, rows=4)


@pytest.fixture
def world():
    made = World()
    made.register(made.holder, drawn(1, 48))
    made.vouch(made.voucher, made.holder)
    return made


def manifest(world, *given, **changes):
    sources = given or (
        MemorySource({"a": drawn(1, 48), "b": drawn(2, 48), "c": b"", "d": None}, unit_items=2),
        MemorySource({"a": drawn(3, 48)}, name="more", kind="tar"),
    )
    job = world.job(*sources, **changes)
    planned = plan(job)
    commits = [do_unit(job, job.open_snapshot(), p, {}, lambda _: None) for p in planned]
    return fold(job, job.open_snapshot(), planned, commits, MAP), commits


def test_totals_are_the_sum_of_the_units(world):
    made, commits = manifest(world)
    assert made["totals"] == {
        "items": 4,
        "bytes": sum(len(drawn(n, 48)) for n in (1, 2, 3)),
        "outcomes": {"allow": 2, "block": 1, "review": 1},
        "reasons": {"no_known_objection": 2, "unreadable": 1, "verified_without_permission": 1},
        "unreadable": {"empty": 1},
        "skipped": {"not_media": 1},
        "texts": {
            "items": 0,
            "characters": 0,
            "personal": {},
            "edits": {},
            "undecodable": {"bytes": 0, "items": 0},
        },
    }
    assert [u["rows"] for u in made["units"]] == [c["rows"] for c in commits] == [2, 1, 1]
    assert [(d["name"], d["kind"], d["items"]) for d in made["datasets"]] == [
        ("drawings", "folder", 3),
        ("more", "tar", 1),
    ]
    assert made["clean"]["items"] == 2


def test_a_unit_that_was_not_asked_how_long_its_texts_are_leaves_no_sum(world):
    job = world.job(MemorySource({"a": drawn(1, 48), "b": drawn(2, 48)}, unit_items=1))
    planned = plan(job)
    older, newer = (do_unit(job, job.open_snapshot(), p, {}, lambda _: None) for p in planned)
    del older["texts"]["characters"]
    made = fold(job, job.open_snapshot(), planned, [older, newer], MAP)
    assert "characters" not in made["totals"]["texts"]


def test_it_has_every_field_that_the_reports_use(world):
    made, _ = manifest(world)
    assert checked_manifest(made) == made


def test_whose_registry_and_which_policy_it_was(world):
    policy = read_policy("[match]\nradius = 30", "p")
    made, _ = manifest(world, policy=policy)
    assert made["snapshot"]["signer"] == world.registry.key
    assert made["snapshot"]["entries"] == {"work": 1, "character": 0, "verified": 1, "declared": 0}
    assert (made["snapshot"]["age_days"], made["snapshot"]["stale"]) == (0, False)
    assert made["policy"]["deviations"] == ["radius = 30 (31)"]
    assert made["policy"]["digest"] == policy.digest
    assert made["use"] == {"purpose": "train", "territory": "JP", "on": "2026-11-22"}
    assert made["operator"] == {"key": world.operator.key, "label": "operator"}


def test_stages_that_did_not_run_say_why(world):
    ran = {s["name"]: (s["ran"], s["why"]) for s in manifest(world)[0]["stages"]}
    assert [ran[s][0] for s in ("sha256", "pdq", "rotations", "rules")] == [True, True, True, False]
    policy = replace(shipped_policy("opt-in"), depth=Depth.EXACT)
    ran = {s["name"]: (s["ran"], s["why"]) for s in manifest(world, policy=policy)[0]["stages"]}
    assert [ran[s][0] for s in ("sha256", "pdq", "rotations", "rules")] == [True, False, False, False]
    assert all(why for did, why in ran.values() if not did)
    policy = replace(shipped_policy("opt-in"), rotations=None)
    ran = {s["name"]: s["ran"] for s in manifest(world, policy=policy)[0]["stages"]}
    assert (ran["pdq"], ran["rotations"]) == (True, False)


def test_the_same_run_is_the_same_bytes_and_text_for_people(world):
    first, second = (encode_manifest(manifest(world)[0]) for _ in range(2))
    assert first == second
    assert first.endswith(b"}\n")
    assert json.loads(first) == manifest(world)[0]


def test_the_root_is_the_merkle_tree_hash_of_rfc_6962_over_the_commits(world):
    made, commits = manifest(world)
    a, b, c = (hashlib.sha256(b"\0" + canonical(commit)).digest() for commit in commits)
    inner = hashlib.sha256(b"\1" + a + b).digest()
    assert made["root"] == hashlib.sha256(b"\1" + inner + c).hexdigest()
    assert commits_root([]) == hashlib.sha256(b"").hexdigest()
    assert commits_root([b"a", b"b"]) != commits_root([b"b", b"a"])


def test_no_item_at_all_is_a_manifest_too(world):
    job = world.job(MemorySource({}))
    made = fold(job, job.open_snapshot(), [], [], MAP)
    assert made["totals"]["outcomes"] == {"allow": 0, "review": 0, "block": 0}
    assert checked_manifest(made) == made


def test_an_edition_that_was_too_old_is_marked(world):
    job = world.job(MemorySource({}))
    stale = world.open(seen={world.registry.key: 9}, allow_stale=True)
    assert fold(job, stale, [], [], MAP)["snapshot"]["stale"] is True


def test_stages_of_texts_say_whether_there_were_any(world):
    def ran(files, **changes):
        made, _ = manifest(world, MemorySource(files), **changes)
        return {s["name"]: (s["ran"], s["why"]) for s in made["stages"]}

    silent = read_policy('[text]\npersonal = "ignore"', "p")
    some = ran({"a.txt": "some words"}, policy=silent)
    assert some["excerpts"] == some["names"] == (True, "")
    assert some["personal"] == (False, "not asked for by the policy")
    none = ran({"a.png": drawn(1, 48)})
    assert {none[name] for name in ("excerpts", "names", "personal")} == {(False, "no text among the items")}


def test_counts_of_texts_are_the_sum_of_the_units(world):
    silent = read_policy('[text]\npersonal = "ignore"', "p")
    source = MemorySource({f"{n}.txt": "words" for n in range(6)}, unit_items=4)
    made, commits = manifest(world, source, policy=silent)
    assert [c["texts"]["items"] for c in commits] == [4, 2]
    assert made["totals"]["texts"]["items"] == 6


def test_the_registry_says_how_many_texts_and_names_it_has(world):
    world.register_texts(world.holder, phrase(1, 600))
    world.register_texts(world.holder, "short work")
    made, _ = manifest(world)
    counted = made["snapshot"]["texts"]
    assert (counted["texts"], counted["short"], counted["names"]) == (1, 1, 0)
    assert counted["passages"] > 20


def test_it_says_which_encoders_were_used_and_which_were_missing():
    world = deep_world()
    made, _ = manifest(world, policy=DEPTHS["local"])
    assert made["models"] == {"used": [], "missing": []}
    assert made["snapshot"]["parts"] == {"pictures": 1, "features": 40, "vectors": 1, "films": 0, "frames": 0}
    job = replace(world.job(MemorySource({}), policy=DEPTHS["model"]), models={"other@1": {"review": 900}})
    found = fold(job, job.open_snapshot(), [], [], MAP)
    assert found["models"] == {
        "used": ["other@1"],
        "missing": [{"model": MODEL, "vectors": 1, "confirmed": True}],
    }
    assert found["configuration"]["models"] == {"other@1": {"review": 900}}
    assert "models" not in made["configuration"]
    assert checked_manifest(found) == found


def test_it_names_the_map_and_what_each_unit_has_left_for_it(world):
    made, commits = manifest(world)
    assert made["membership"] == {"nonce": b"n".hex() * 32, "root": b"r".hex() * 32, "files": 2, "rows": 4}
    for unit, commit in zip(made["units"], commits, strict=True):
        assert unit["membership_sha256"] == commit["membership_sha256"]
        assert unit["membership_rows"] == commit["membership_rows"]
