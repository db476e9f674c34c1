import pytest

from sekisho.audit.verify import verify_run
from sekisho.cli.review.desk import PENDING, Desk
from sekisho.errors import EvidenceError, InputError, NotFoundError, RefusedError, UsageError
from sekisho.model import Outcome
from sekisho.store.home import keys_dir
from tests.parties import Party
from tests.review_run import make_review_run

ADA = Party(name="ada")
KEYS = frozenset({ADA.key})
ALLOW = {"outcome": Outcome.ALLOW, "reason": "looked"}


@pytest.fixture
def made(tmp_path):
    return make_review_run(tmp_path, persons=1)


def pair(desk):
    return next(g for g in desk.groups if len(g.rows) == 3)


def outcome(desk, item):
    return desk.verdicts()[item].outcome


def test_a_decision_is_on_the_disk_before_it_is_sealed(made):
    with Desk(made.run, reviewers=KEYS) as desk:
        assert desk.unsealed == 0
        assert desk.take(desk.make(ADA, group=pair(desk).id, **ALLOW)) == 1
        assert made.files.read(PENDING).count(b"\n") == 1
        assert desk.unsealed == 1
    assert verify_run(made.files).reviews is None, "a session that is open does not harm the run"
    with Desk(made.run, reviewers=KEYS) as desk:
        assert desk.unsealed == 1
        assert desk.finish().outcomes == {"allow": 4, "review": 7, "block": 1}
        assert (desk.unsealed, made.files.read(PENDING)) == (0, None)
    assert len(verify_run(made.files).reviews.reviewed.added) == 3


def test_many_decisions_are_one_seal(made):
    with Desk(made.run, reviewers=KEYS, items=["free.png"]) as desk:
        for n, group in enumerate(g for g in desk.groups if g.rows[0].sha256 and not g.rows[0].problem):
            desk.take(desk.make(ADA, group=group.id, **ALLOW))
            assert len(desk.book.reviews) == n + 1
        desk.take(desk.make(made.world.operator, item="free.png", outcome=Outcome.BLOCK, reason="x"))
        desk.finish()
    done = verify_run(made.files)
    assert done.seal.index == 0, "one entry in the operator's log"
    assert done.seal.record.reviewers == (ADA.key,)


@pytest.mark.parametrize("cut", [1, 40, 700])
def test_what_a_crash_has_cut_is_dropped_and_nothing_else(made, cut):
    with Desk(made.run, reviewers=KEYS) as desk:
        desk.take(desk.make(ADA, item="flat-0.png", **ALLOW))
        desk.take(desk.make(ADA, group=pair(desk).id, false_match=[made.declared], **ALLOW))
    data = made.files.read(PENDING)
    made.files.write(PENDING, data[:-cut])
    with Desk(made.run, reviewers=KEYS) as desk:
        assert [r.item for r in desk.book.reviews] == ["flat-0.png"]
        desk.take(desk.make(ADA, group=pair(desk).id, **ALLOW))
        desk.finish()
    assert len(verify_run(made.files).reviews.book.reviews) == 2


def test_a_crash_in_the_middle_of_sealing_is_finished(made):
    with Desk(made.run, reviewers=KEYS) as desk:
        desk.take(desk.make(ADA, group=pair(desk).id, **ALLOW))
        pending = made.files.read(PENDING)
        before = {name: made.files.read(name) for name in ("seal.json", "receipt.tlog-proof")}
        desk.finish()
    after = {name: made.files.read(name) for name in made.files.names()}
    steps = [["reviews.jsonl"], ["reviews.jsonl", "reviewed.json", "receipt.tlog-proof"], [*after]]
    for written in steps:
        state = {**after, **before, **{name: after[name] for name in written}, PENDING: pending}
        made.files.drop(set(after) | {PENDING})
        for name, data in state.items():
            made.files.write(name, data)
        if "reviewed.json" not in written:
            made.files.drop(["reviewed.json", "false-matches.jsonl"])
        with Desk(made.run, reviewers=KEYS) as desk:
            assert len(desk.book.reviews) == 1
            if desk.unsealed:
                desk.finish()
        assert len(verify_run(made.files).reviews.reviewed.added) == 3
        assert made.files.read(PENDING) is None


def test_two_reviews_at_once_are_refused(made):
    with Desk(made.run), pytest.raises(UsageError, match="at work"):
        Desk(made.run)
    Desk(made.run).__exit__()


def test_a_refused_review_leaves_nothing_behind(made):
    with Desk(made.run, reviewers=KEYS, items=["blocked.png"]) as desk:
        with pytest.raises(RefusedError):
            desk.take(desk.make(ADA, item="blocked.png", **ALLOW))
        with pytest.raises(InputError, match="reason"):
            desk.take(desk.make(ADA, item="flat-0.png", outcome=Outcome.ALLOW, reason=" "))
        with pytest.raises(NotFoundError, match="no item"):
            desk.make(ADA, item="nobody.png", **ALLOW)
        with pytest.raises(NotFoundError, match="no group"):
            desk.make(ADA, group="n-0", **ALLOW)
    assert made.files.read(PENDING) is None


def test_reviews_of_a_file_come_all_or_none(made):
    with Desk(made.run, reviewers=KEYS, items=["blocked.png"]) as desk:
        good = desk.make(ADA, item="flat-0.png", **ALLOW)
        bad = desk.make(ADA, item="blocked.png", after=1, **ALLOW)
        with pytest.raises(RefusedError, match="carried, line 2"):
            desk.take([*good, *bad], where="carried")
        assert desk.book.reviews == ()
        assert desk.take(good) == 1
        with pytest.raises(InputError, match="replayed"):
            desk.take(good)
        more = desk.make(ADA, item="other.png", **ALLOW)
        assert desk.take([*good, *more]) == 1, "what is there already is passed over"


def test_a_seal_never_covers_a_change_by_somebody_else(made):
    for name in ("manifest.json", "report.html"):
        good = made.files.read(name)
        made.files.write(name, good + b" ")
        with pytest.raises(EvidenceError, match=name):
            Desk(made.run)
        made.files.write(name, good)
    part = next(n for n in made.files.names() if n.startswith("decisions/"))
    made.files.write(part, made.files.read(part) + b" ")
    with pytest.raises(EvidenceError, match="part-"):
        Desk(made.run)


def test_reviews_that_were_sealed_can_not_be_lost(made):
    with Desk(made.run, reviewers=KEYS) as desk:
        desk.take(desk.make(ADA, item="flat-0.png", outcome=Outcome.BLOCK, reason="x"))
        desk.finish()
    made.files.write("reviews.jsonl", b"")
    with pytest.raises(EvidenceError, match=r"reviews\.jsonl"):
        Desk(made.run, reviewers=KEYS)


def test_a_reviewer_of_a_sealed_review_counts_although_nobody_names_it_any_more(made):
    with Desk(made.run, reviewers=KEYS) as desk:
        desk.take(desk.make(ADA, item="person-0.png", **ALLOW))
        desk.finish()
    with Desk(made.run) as desk:
        assert outcome(desk, "person-0.png") is Outcome.REVIEW
        desk.take(desk.make(made.world.operator, item="person-0.png", **ALLOW))
        assert outcome(desk, "person-0.png") is Outcome.ALLOW
        desk.finish()
    assert verify_run(made.files).reviews.reviewed.added == ["person-0.png"]


def test_without_the_operators_key_nothing_is_sealed_and_nothing_lost(made):
    with Desk(made.run, reviewers=KEYS) as desk:
        desk.take(desk.make(ADA, item="flat-0.png", **ALLOW))
        (keys_dir() / "operator.key").unlink()
        with pytest.raises(NotFoundError, match="operator's key") as error:
            desk.finish()
    assert "--output" in error.value.hint
    assert made.files.read(PENDING)


def test_a_file_that_somebody_has_put_there_is_not_sealed(made):
    made.files.write("false-matches.jsonl", b"x\n")
    with Desk(made.run, reviewers=KEYS) as desk:
        assert desk.unsealed == 0
        desk.take(desk.make(ADA, item="flat-0.png", outcome=Outcome.BLOCK, reason="x"))
        desk.finish()
    assert made.files.read("false-matches.jsonl") == b""


def test_nothing_is_sealed_without_a_review(made):
    with Desk(made.run) as desk, pytest.raises(UsageError, match="nothing was reviewed"):
        desk.finish()


def test_a_false_match_ends_after_a_year_if_nobody_says_when(made):
    with Desk(made.run, reviewers=KEYS) as desk:
        desk.take(desk.make(ADA, group=pair(desk).id, false_match=[made.declared], **ALLOW))
        (review,) = desk.book.reviews
        assert (review.until - review.on).days == 364


def test_what_is_no_sealed_run_is_refused(made, tmp_path):
    with pytest.raises(NotFoundError, match="not a finished run"):
        Desk(tmp_path)
    made.files.drop(["seal.json"])
    with pytest.raises(NotFoundError, match="not sealed"):
        Desk(made.run)
