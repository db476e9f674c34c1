from sekisho.rules.expression import All, Comparison, Holds, Member, Negation, Operator
from sekisho.rules.mutation import mutants, survivors
from tests.law import PACK, TESTS, pack, rule


def test_each_comparison_is_turned_round_and_moved_and_each_part_left_out():
    wrong = [what for what, _ in mutants(rule())]
    assert "element child: subject.age < becomes >=" in wrong
    assert "element child: subject.age < becomes <=" in wrong
    assert "element child: part 1 is left out" in wrong
    assert "element act is left out" in wrong
    assert "element act: act.kind in becomes not in" in wrong
    assert "penalty fine is left out" in wrong
    assert "the clock of remove is left out" in wrong
    assert "element child: 'and' and 'or' are exchanged" in wrong


def test_a_mutant_differs_in_one_place():
    first = dict(mutants(rule()))["element child: it is turned round"]
    when = first.elements[0].when
    assert isinstance(when, All)
    assert when.parts[0] == Negation(Holds("subject.real"))
    assert first.elements[1].when == Member("act.kind", ("create", "provide"))
    assert isinstance(when.parts[1], Comparison)
    assert when.parts[1].operator is Operator.LESS


def test_what_no_example_notices_survives():
    found = survivors(pack())
    assert any("element act is left out" in words for words in found)
    pinned = (
        TESTS
        + """
  [[rule.test]]
  name = "possession"
  on = 2026-06-01
  facts = { subject = { real = true, age = 17 }, act = { kind = "possess" } }
  expect = { outcome = "no" }
"""
    )
    assert not any("element act" in words for words in survivors(pack(PACK + pinned)))
