from dataclasses import replace

import pytest

from sekisho.audit.stages import Missing, missing_models, stages
from tests.deeper import DEPTHS, MODEL, deep_world

FULL, BARE = deep_world().open(), deep_world(with_local=False, with_vector=False).open()


def ran(policy, snapshot=FULL, texts=0, missing=()):
    return {stage["name"]: stage["ran"] for stage in stages(policy, snapshot, texts, missing)}


@pytest.mark.parametrize(
    ("depth", "expected"),
    [
        ("exact", (False, False, False, False)),
        ("pdq", (True, True, False, False)),
        ("local", (True, True, True, False)),
        ("model", (True, True, True, True)),
    ],
)
def test_a_stage_runs_as_deep_as_the_policy_goes(depth, expected):
    found = ran(DEPTHS[depth])
    assert tuple(found[name] for name in ("pdq", "rotations", "local", "model")) == expected


def test_a_stage_runs_only_if_the_edition_has_what_it_compares():
    found = {stage["name"]: stage["why"] for stage in stages(DEPTHS["model"], BARE, 0, ())}
    assert [found[name] for name in ("local", "model", "frames")] == ["the edition has none"] * 3


def test_what_did_not_run_says_why_and_nothing_else_does():
    for policy in DEPTHS.values():
        for texts in (0, 3):
            assert all(bool(stage["why"]) != stage["ran"] for stage in stages(policy, FULL, texts, ()))


def test_what_is_not_asked_for_did_not_run():
    upright = replace(DEPTHS["local"], rotations=None)
    assert not ran(upright)["rotations"]
    quiet = replace(upright, text=replace(upright.text, personal=None))
    assert ran(upright, texts=1)["personal"]
    assert not ran(quiet, texts=1)["personal"]
    assert ran(quiet, texts=1)["excerpts"]


def test_a_model_that_is_missing_is_named_with_its_vectors():
    assert missing_models(FULL, DEPTHS["model"], []) == [Missing(model=MODEL, vectors=1, confirmed=True)]
    assert missing_models(FULL, DEPTHS["model"], [MODEL]) == []
    assert missing_models(FULL, DEPTHS["local"], []) == []
    assert missing_models(BARE, DEPTHS["model"], []) == []
    assert Missing(model="m", vectors=2, confirmed=False).as_dict() == {
        "model": "m",
        "vectors": 2,
        "confirmed": False,
    }


def test_vectors_of_declared_entries_can_not_make_everybodys_runs_incomplete():
    snapshot = deep_world(vouched=False).open()
    (missing,) = missing_models(snapshot, DEPTHS["model"], [])
    assert not missing.confirmed
    assert ran(DEPTHS["model"], snapshot, missing=[missing])["model"]


def test_a_confirmed_work_that_was_not_looked_for_is_a_stage_that_did_not_run():
    missing = missing_models(FULL, DEPTHS["model"], [])
    found = {stage["name"]: stage["why"] for stage in stages(DEPTHS["model"], FULL, 0, missing)}
    assert found["model"] == "encoders are missing"


def test_the_law_is_a_stage_that_runs_where_there_is_a_pack():
    def law(**more):
        return next(stage for stage in stages(DEPTHS["pdq"], FULL, 0, (), **more) if stage["name"] == "rules")

    assert law(law=True) == {"name": "rules", "ran": True, "why": ""}
    assert law() == {"name": "rules", "ran": False, "why": "no rule packs"}
