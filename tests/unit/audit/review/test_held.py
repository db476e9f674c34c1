import pyarrow as pa
import pytest

from sekisho.audit.review.held import COLUMNS, held_digest, objections, read_rows, together
from sekisho.audit.rows import SCHEMA
from tests.part_rows import film_in, part_in, similar_to
from tests.review_rows import batches_of, entry, make_row
from tests.run_fixture import batches, finding, row
from tests.text_rows import found_in, named_in, text_row

ROWS = [
    make_row("a", entries=(1, 2)),
    make_row("b", outcome="allow", reason="granted_all"),
    make_row("c", outcome="block", reason="verified_without_permission"),
    make_row("d", reason="unreadable", problem="corrupt", entries=(), digest=""),
]


def test_what_is_on_hold_and_what_is_named_is_read_in_order():
    assert [row.item for row in read_rows(batches_of(ROWS))] == ["a", "d"]
    assert list(read_rows(batches_of(ROWS), ["c", "nobody"])) == [ROWS[0], ROWS[2], ROWS[3]]


def test_a_digest_of_zeros_is_none():
    assert next(read_rows(batches_of([ROWS[0]._replace(sha256=bytes(32))]))).sha256 is None


def test_the_digest_does_not_depend_on_the_order():
    assert held_digest(ROWS) == held_digest(ROWS[::-1])


@pytest.mark.parametrize(
    "other",
    [
        make_row("A", digest="a", entries=(1, 2)),
        make_row("a", digest="z", entries=(1, 2)),
        make_row("a", reason="disputed", entries=(1, 2)),
        make_row("a", problem="corrupt", entries=(1, 2)),
        make_row("a", entries=(1, 3)),
        make_row("a", entries=(1,)),
        make_row("a", entries=(1, 2), permission="expired"),
        make_row("a", entries=(1, 2), kind="character"),
        make_row("a", digest="", entries=(1, 2)),
        make_row("a", entries=(1, 2))._replace(objection="block"),
    ],
)
def test_the_digest_covers_all_that_a_decision_rests_on(other):
    assert held_digest([other]) != held_digest(ROWS[:1])


def test_an_objection_that_the_reason_names_changes_nothing():
    row = make_row(reason="opted_out")
    assert held_digest([row._replace(objection="block")]) == held_digest([row])


@pytest.mark.parametrize(
    ("stances", "purpose", "rules", "expected"),
    [
        ("", "train", {"objection": "block"}, ""),
        ("train_generative=disallow", "train", {"objection": "block"}, "block"),
        ("train_generative=disallow", "train", {"objection": "allow"}, ""),
        ("train_generative=disallow", "train", {}, ""),
        ("train_generative=error", "train", {"objection": "block", "objection_error": "review"}, "review"),
        ("search=disallow", "train", {"objection": "block"}, ""),
    ],
)
def test_what_a_policy_makes_of_an_objection(stances, purpose, rules, expected):
    manifest = {"use": {"purpose": purpose}, "policy": {"rules": rules}}
    table = pa.table({name: [None] for name in COLUMNS}, pa.schema([SCHEMA.field(name) for name in COLUMNS]))
    known = {"item": "a", "outcome": "review", "reason": "x", "stances": stances}
    for name, value in known.items():
        table = table.set_column(table.schema.get_field_index(name), name, pa.array([value], pa.string()))
    found = read_rows(lambda columns: table.select(columns).to_batches(), (), objections(manifest))
    assert [row.objection for row in found] == [expected]


def test_distance_and_fingerprint_do_not_change_what_was_decided():
    assert held_digest([ROWS[0]._replace(distance=1, pdq=b"x" * 32)]) == held_digest(ROWS[:1])


def test_a_group_is_named_by_its_digest():
    made = together(ROWS)
    assert made.id == "n-" + made.held[:32]
    assert made.rows == tuple(ROWS)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (make_row(), False),
        (make_row(kind="likeness"), True),
        (make_row(kind="listed"), True),
        (make_row(reason="protected_person", entries=()), True),
        (make_row(reason="listed", entries=()), True),
    ],
)
def test_persons_and_listed_files_are_protected(row, expected):
    assert row.protected is expected
    assert together([row]).protected is expected


def test_only_entries_without_permission_refuse():
    both = make_row(entries=(1,)).findings + make_row(entries=(2,), permission="granted").findings
    assert make_row()._replace(findings=both).refusing() == {entry(1)}


def test_kinds_of_what_is_personal_are_part_of_what_was_decided_where_there_are_any():
    found = ROWS[0]._replace(personal=("name",))
    other = ROWS[0]._replace(personal=("name", "special_care"))
    assert len({held_digest([row]) for row in (ROWS[0], found, other)}) == 3


def test_a_text_is_read_with_its_strongest_finding_and_kinds():
    findings = [found_in(0, "excerpt"), found_in(1, "copy", coverage=900), named_in(2)]
    made = [text_row("a.txt", "review", "excerpt", findings, personal=["phone"])]
    (row,) = read_rows(lambda columns: [batch.select(columns) for batch in batches(made)])
    assert (row.personal, row.found["entry"], row.distance) == (("phone",), findings[1]["entry"], None)
    older = [batch.select(batch.schema.names[:14]) for batch in batches(made)]
    (row,) = read_rows(lambda _columns: older)
    assert row.personal == ()


def held_rows(*findings):
    made = [row(f"{n}.png", "review", "possible_part", found) for n, found in enumerate(findings)]
    return list(read_rows(lambda _: iter(batches(made))))


def test_of_a_part_is_kept_which_part_of_which_picture_it_shows_and_no_distance():
    near, far, page = held_rows(
        [part_in(0, in_work="190,310,800,900")],
        [part_in(0, in_work="0,0,300,300")],
        [part_in(0, in_work="190,310,800,900", print=4)],
    )
    assert near.part == held_rows([part_in(0, in_work="210,290,790,880")])[0].part != ""
    assert len({near.part, far.part, page.part}) == 3
    assert (near.distance, near.found["method"]) == (None, "local")


def test_a_similarity_and_a_film_show_no_part_of_a_picture():
    similar, film, broken = held_rows([similar_to(0)], [film_in(0)], [part_in(0, in_work="x")])
    assert [one.part for one in (similar, film, broken)] == ["", "", ""]
    assert [one.found["method"] for one in (similar, film, broken)] == ["model", "frames", "local"]


def test_what_did_not_decide_is_not_shown_as_if_it_had():
    (one,) = held_rows([finding(0, distance=12), part_in(1)])
    assert (one.found, one.part, one.distance) == (None, "", 12)


def test_a_part_does_not_change_what_a_review_signs():
    one, other = held_rows([part_in(0)], [part_in(0, in_work="0,0,300,300", inliers=50)])
    assert held_digest([one]) == held_digest([other._replace(item=one.item, sha256=one.sha256)])
