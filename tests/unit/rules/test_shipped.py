import pytest

from sekisho.errors import ConfigError
from sekisho.rules.gates import complaints
from sekisho.rules.mutation import survivors
from sekisho.rules.shipped import check_unique, shipped_packs
from sekisho.rules.words import Effect
from tests.law import pack

PACKS = shipped_packs()
by_name = pytest.mark.parametrize("shipped", PACKS, ids=lambda shipped: shipped.id)


@by_name
def test_every_rule_shows_what_it_does_and_where_it_stands(shipped):
    assert complaints(shipped) == ()


@by_name
def test_every_wrong_rule_is_noticed_by_an_example(shipped):
    assert survivors(shipped) == ()


def test_parents_are_there():
    places = {shipped.jurisdiction for shipped in PACKS}
    assert {shipped.parent for shipped in PACKS} - {""} <= places


def test_no_rule_permits_a_depiction_that_an_authority_has_assessed():
    for shipped in PACKS:
        for rule in shipped.rules:
            if any("assessment." in element.written for element in rule.elements):
                assert rule.effect is not Effect.PERMITTED, rule.id


def test_two_packs_do_not_claim_one_rule():
    with pytest.raises(ConfigError, match=r"both xx and xx have 'xx'"):
        check_unique((pack(), pack()))


def test_desks_speak_of_no_penalty():
    for shipped in PACKS:
        for desk in shipped.desks:
            for text in (desk.name, desk.about):
                assert not any(word in text.en.lower() for word in ("penalt", "prison", "fine ")), desk.id
                assert not any(word in text.ja for word in ("罰", "懲役", "拘禁", "過料")), desk.id
