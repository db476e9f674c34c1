import json
from datetime import date

import pytest

from sekisho.cli.app import main
from sekisho.cli.review.desk import Desk
from sekisho.model import Outcome
from sekisho.store.home import keys_dir
from tests.parties import Party
from tests.review_run import keep_key, make_review_run

ADA, BOB = Party(name="ada"), Party(name="bob")


@pytest.fixture
def made(tmp_path, capsys):
    found = make_review_run(tmp_path, persons=1)
    keep_key(ADA, "ada")
    keep_key(BOB, "bob")
    capsys.readouterr()
    return found


def review(made, *words):
    return main(["review", str(made.run), *map(str, words), "--lang", "en"])


def as_ada(made, *words):
    return review(made, *words, "--by", "ada", "--reviewers", ADA.key, "--reason", "looked at it")


def listed(made, capsys):
    capsys.readouterr()
    main(["review", str(made.run), "--format", "json"])
    return json.loads(capsys.readouterr().out)


def group_of(made, capsys, item):
    return next(g for g in listed(made, capsys)["groups"] if item in g["items"])


def clean(made, tmp_path, name="out"):
    assert main(["clean", str(made.run), "-o", str(tmp_path / name), "--mode", "list"]) == 0
    return (tmp_path / name / "items.txt").read_text().split()


def test_the_list_names_every_group_and_ends_with_1(made, capsys):
    assert review(made, "--snapshot", made.snapshot) == 1
    said = capsys.readouterr().out
    for part in (
        "10 of 10 items are on hold",
        "Drawing one",
        "near-0.jpg, near-1.jpg, near-2.jpg",
        "Cut short",
    ):
        assert part in said
    assert review(made, "--list") == 1


def test_a_decided_group_is_clean_sealed_and_explained(made, capsys, tmp_path):
    group = group_of(made, capsys, "near-0.jpg")
    assert (group["status"], len(group["items"])) == ("held", 3)
    assert as_ada(made, "--group", group["group"], "--outcome", "allow") == 0
    assert "4 passed, 7 on hold, 1 excluded" in capsys.readouterr().out
    assert clean(made, tmp_path) == ["near-0.jpg", "near-1.jpg", "near-2.jpg", "free.png"]
    assert main(["verify", str(made.run), "--lang", "en"]) == 0
    assert "Reviews: 1 statements by 1 keys" in capsys.readouterr().out
    assert main(["explain", str(made.run), "near-1.jpg", "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "Decided by review: passed - looked at it" in said
    assert ADA.key in said


def test_an_undo_takes_it_out_again(made, capsys, tmp_path):
    assert as_ada(made, "flat-0.png", "--outcome", "block") == 0
    assert as_ada(made, "--group", group_of(made, capsys, "near-0.jpg")["group"], "--outcome", "allow") == 0
    assert as_ada(made, "--undo", "2") == 0
    assert clean(made, tmp_path) == ["free.png"]
    assert as_ada(made, "--undo", "2") == 2
    assert "still stands" in capsys.readouterr().err


def test_a_list_without_its_edition_says_why_it_has_no_titles(made, capsys):
    review(made, "--list")
    assert "titles" in capsys.readouterr().err
    review(made, "--list", "--snapshot", made.snapshot)
    assert "titles" not in capsys.readouterr().err


def test_what_passed_can_be_excluded(made, tmp_path):
    assert as_ada(made, "free.png", "--outcome", "block") == 0
    assert clean(made, tmp_path) == []


def test_a_single_file_whose_twin_is_on_hold_does_not_pass(made, capsys, tmp_path):
    assert as_ada(made, "flat-0.png", "--outcome", "allow") == 0
    assert clean(made, tmp_path) == ["free.png"]
    assert main(["explain", str(made.run), "flat-0.png", "--lang", "en"]) == 0
    assert "same bytes" in capsys.readouterr().out
    assert as_ada(made, "flat-1.png", "--outcome", "allow") == 0
    assert clean(made, tmp_path, "two") == ["flat-0.png", "flat-1.png", "free.png"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("blocked.png", "--outcome", "allow"), "does not overrule"),
        (("gone.png", "--outcome", "allow"), "last byte"),
        (("nobody.png", "--outcome", "allow"), "no item"),
        (("--group", "n-0", "--outcome", "allow"), "no group"),
        (("flat-0.png", "--outcome", "allow", "--until", "2001-01-01"), "before it begins"),
        (("flat-0.png", "--outcome", "allow", "--false-match", "e-" + "0" * 32), "does not match"),
        (("person-0.png", "--outcome", "allow", "--false-match", "e-" + "0" * 32), "does not match"),
        (("flat-0.png",), "a decision needs"),
    ],
)
def test_what_may_not_be_decided_is_refused_with_a_reason(made, capsys, words, why):
    assert as_ada(made, *words) == 2
    assert why in capsys.readouterr().err
    assert listed(made, capsys)["reviews"] == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("-o", "x.jsonl"), "--output signs one decision"),
        (("--reason", "x"), "belong to a decision"),
        (("--false-match", "e-1"), "belong to a decision"),
        (("--import", "x", "flat-0.png", "--outcome", "block"), "--import takes"),
        (("--import", "x", "-o", "y"), "--import takes"),
        (("--undo", "0"), "there is no review 0"),
        (("--undo", "9"), "there is no review 9"),
    ],
)
def test_no_word_is_passed_over(made, capsys, words, why):
    assert review(made, *words) == 2
    assert why in capsys.readouterr().err


def test_a_review_needs_a_reason_and_a_known_key(made, capsys):
    assert review(made, "flat-0.png", "--outcome", "allow", "--by", "operator") == 2
    assert "has a reason" in capsys.readouterr().err
    assert review(made, "flat-0.png", "--outcome", "allow", "--reason", "x", "--by", "ada") == 2
    assert "not a reviewer" in capsys.readouterr().err


def test_the_operator_reviews_by_default(made, capsys):
    assert review(made, "flat-0.png", "--outcome", "block", "--reason", "x") == 0
    assert listed(made, capsys)["reviews"][0]["by"] == made.world.operator.key


def test_a_person_needs_two_people(made, capsys, tmp_path):
    both = ("--reviewers", ADA.key, "--reviewers", BOB.key, "--reason", "consent seen")
    assert review(made, "person-0.png", "--outcome", "allow", "--by", "ada", *both) == 0
    assert (group_of(made, capsys, "person-0.png")["status"], clean(made, tmp_path)) == (
        "one_of_two",
        ["free.png"],
    )
    assert main(["explain", str(made.run), "person-0.png", "--lang", "en"]) == 0
    assert "1 of 2" in capsys.readouterr().out
    assert review(made, "person-0.png", "--outcome", "allow", "--by", "ada", *both) == 0
    assert group_of(made, capsys, "person-0.png")["status"] == "one_of_two"
    assert review(made, "person-0.png", "--outcome", "allow", "--by", "bob", *both) == 0
    assert clean(made, tmp_path, "two") == ["free.png", "person-0.png"]


def test_reviews_are_carried_to_the_operator(made, capsys, tmp_path):
    carried = tmp_path / "ada.jsonl"
    operator = keys_dir() / "operator.key"
    away = operator.rename(tmp_path / "away.key")
    assert as_ada(made, "flat-0.png", "--outcome", "block") == 2
    assert "--output" in capsys.readouterr().err
    for words in (("flat-0.png", "--outcome", "block"), ("other.png", "--outcome", "allow")):
        assert review(made, *words, "--by", "ada", "--reason", "x", "-o", carried) == 0
    assert review(made, "--undo", "1", "--by", "ada", "-o", carried) == 0
    assert carried.read_bytes().count(b"\n") == 3
    assert listed(made, capsys)["reviews"] == []
    away.rename(operator)
    assert review(made, "--import", carried) == 2
    assert "not a reviewer" in capsys.readouterr().err
    assert review(made, "--import", carried, "--reviewers", "ada") == 0
    assert clean(made, tmp_path) == ["other.png", "free.png"]
    assert review(made, "--import", carried, "--reviewers", "ada") == 2
    assert "replayed" in capsys.readouterr().err


def test_reviews_of_another_run_are_refused(made, capsys, tmp_path):
    carried = tmp_path / "ada.jsonl"
    assert (
        review(made, "flat-0.png", "--outcome", "block", "--by", "ada", "--reason", "x", "-o", carried) == 0
    )
    (tmp_path / "other").mkdir()
    other = make_review_run(tmp_path / "other")
    assert review(other, "--import", carried, "--reviewers", ADA.key) == 2
    assert "another run" in capsys.readouterr().err


def test_lines_in_another_order_are_refused_and_none_is_taken(made, capsys, tmp_path):
    carried = tmp_path / "ada.jsonl"
    for item in ("flat-0.png", "other.png"):
        assert review(made, item, "--outcome", "block", "--by", "ada", "--reason", "x", "-o", carried) == 0
    lines = carried.read_bytes().splitlines(keepends=True)
    for bent in (lines[::-1], lines[1:], [lines[0], lines[0]], [lines[0], lines[1][:-30] + b"\n"]):
        carried.write_bytes(b"".join(bent))
        assert review(made, "--import", carried, "--reviewers", ADA.key) == 2
        assert "error" in capsys.readouterr().err
    assert listed(made, capsys)["reviews"] == []


def test_reviewers_stand_in_the_settings(made, tmp_path):
    settings = tmp_path / "sekisho.toml"
    settings.write_text(f'reviewers = ["{ADA.key}"]\nlang = "en"\n')
    words = ["review", str(made.run), "flat-0.png", "--outcome", "block", "--reason", "x", "--by", "ada"]
    assert main([*words, "--config", str(settings)]) == 0


def test_who_is_no_reviewer_any_more_decides_nothing_more(made, capsys, tmp_path):
    assert as_ada(made, "flat-0.png", "--outcome", "block") == 0
    assert as_ada(made, "other.png", "--outcome", "allow") == 0
    carried = tmp_path / "ada.jsonl"
    assert review(made, "--undo", "1", "--by", "ada", "-o", carried) == 0
    for words in (("--undo", "1", "--by", "ada"), ("--import", carried)):
        assert review(made, *words) == 2
        assert "not a reviewer" in capsys.readouterr().err
    assert clean(made, tmp_path) == ["other.png", "free.png"], "what was decided before stands"


def test_an_interrupted_review_is_sealed_before_anything_is_copied(made, capsys, tmp_path):
    with Desk(made.run, items=["free.png"]) as desk:
        block = {"item": "free.png", "outcome": Outcome.BLOCK, "reason": "x"}
        desk.take(desk.make(made.world.operator, **block))
    assert main(["clean", str(made.run), "-o", str(tmp_path / "out"), "--mode", "list"]) == 2
    assert "not sealed" in capsys.readouterr().err
    assert review(made, "--list") == 1
    assert clean(made, tmp_path) == []


def test_unreadable_files_are_not_allowed_as_a_group(made, capsys, tmp_path):
    group = group_of(made, capsys, "torn-0.png")["group"]
    assert as_ada(made, "--group", group, "--outcome", "allow") == 2
    assert "one by one" in capsys.readouterr().err
    assert as_ada(made, "torn-0.png", "--outcome", "allow") == 0
    assert clean(made, tmp_path) == ["torn-0.png", "free.png"]


def test_when_nothing_is_on_hold_the_list_ends_with_0(made, capsys):
    for group in listed(made, capsys)["groups"]:
        assert as_ada(made, "--group", group["group"], "--outcome", "block") == 0
    assert review(made) == 0
    assert listed(made, capsys)["on_hold"] == 0


def test_the_last_day_of_a_review_is_kept(made, capsys):
    assert as_ada(made, "flat-0.png", "--outcome", "block", "--until", "2099-12-31") == 0
    assert listed(made, capsys)["reviews"][0]["until"] == "2099-12-31"


def test_what_passed_by_a_review_that_has_ended_since_is_left_out(made, capsys, tmp_path):
    with Desk(made.run) as desk:
        desk.today = date(2020, 1, 1)
        for item, until in (("other.png", date(2020, 1, 5)), ("near-0.jpg", None)):
            facts = {"item": item, "outcome": Outcome.ALLOW, "reason": "x", "until": until}
            desk.take(desk.make(made.world.operator, **facts))
        desk.finish()
    assert clean(made, tmp_path) == ["near-0.jpg", "free.png"]
    assert "1 items pass no longer" in capsys.readouterr().err
    assert main(["verify", str(made.run)]) == 0, "on its day the sealed list was right"
    with Desk(made.run) as desk:
        desk.finish()
    assert clean(made, tmp_path, "two") == ["near-0.jpg", "free.png"]
    assert "no longer" not in capsys.readouterr().err


def test_a_changed_run_is_evidence_for_clean_and_review(made, tmp_path):
    assert as_ada(made, "flat-0.png", "--outcome", "block") == 0
    file = made.run / "reviewed.json"
    file.write_bytes(file.read_bytes().replace(b'"added": []', b'"added": ["blocked.png"]'))
    assert main(["clean", str(made.run), "-o", str(tmp_path / "out"), "--mode", "list"]) == 4
    assert main(["explain", str(made.run), "blocked.png"]) == 4


def test_what_is_no_run_is_said(tmp_path, capsys):
    assert main(["review", str(tmp_path)]) == 2
    assert "not a finished run" in capsys.readouterr().err
