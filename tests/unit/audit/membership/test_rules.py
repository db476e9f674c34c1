import pytest

from sekisho.audit.membership.answering import open_question
from sekisho.audit.membership.rules import refusal_of
from sekisho.model import Kind
from sekisho.model.question import AskBasis, Refusal
from tests.membership import ASKER, AUTHORITY, asked_for, drawn, question
from tests.parties import Party

OPERATOR, REGISTRY = Party(name="operator"), Party(name="registry")
EXACT, NEAR = asked_for(drawn(1), near=False), asked_for(drawn(1))


def refusal(signer, asked=EXACT, *, mapped=True, **more):
    return refusal_of(
        open_question(question(signer, asked, **more)),
        operator=OPERATOR.key,
        trusted={REGISTRY.key},
        authorities={AUTHORITY.key},
        mapped=mapped,
    )


def test_anybody_may_ask_about_exact_files():
    assert refusal(ASKER) is None


def test_nobody_asks_about_near_copies_in_public():
    assert refusal(ASKER, NEAR) is Refusal.ONLY_EXACT
    assert refusal(REGISTRY, NEAR) is Refusal.ONLY_EXACT


@pytest.mark.parametrize("kind", [Kind.WORK, Kind.CHARACTER, Kind.LIKENESS])
def test_on_a_holders_basis_only_a_trusted_registry_asks(kind):
    assert refusal(REGISTRY, NEAR, basis=AskBasis.HOLDER, kind=kind) is None
    assert refusal(ASKER, NEAR, basis=AskBasis.HOLDER, kind=kind) is Refusal.NOT_TRUSTED
    assert refusal(AUTHORITY, NEAR, basis=AskBasis.HOLDER, kind=kind) is Refusal.NOT_TRUSTED


@pytest.mark.parametrize("kind", [Kind.WORK, Kind.LIKENESS])
def test_an_authority_is_one_that_the_operator_knows(kind):
    assert refusal(AUTHORITY, NEAR, basis=AskBasis.AUTHORITY, kind=kind) is None
    assert refusal(REGISTRY, NEAR, basis=AskBasis.AUTHORITY, kind=kind) is Refusal.NO_AUTHORITY


def test_a_question_to_another_operator_is_not_answered():
    assert refusal(ASKER, operator=OPERATOR.key) is None
    assert refusal(ASKER, operator=ASKER.key) is Refusal.OTHER_OPERATOR


def test_a_run_without_a_map_has_no_answers():
    assert refusal(ASKER, mapped=False) is Refusal.NO_MAP
    assert refusal(ASKER, NEAR, mapped=False) is Refusal.ONLY_EXACT
