from datetime import date

import pytest

from sekisho.rules.gates import complaints
from sekisho.rules.kit import kit
from sekisho.rules.mutation import survivors
from sekisho.rules.read import read_pack
from sekisho.rules.words import Confidence, Effect

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("place", ["BR", "US-TX"])
def test_a_kit_is_a_pack_that_passes_its_tests(place):
    pack = read_pack(kit(place, TODAY).encode(), "kit.toml")
    assert complaints(pack) == ()
    assert survivors(pack) == ()
    assert pack.jurisdiction == place
    assert pack.law_as_of == TODAY


def test_a_part_of_a_country_brings_its_country():
    assert read_pack(kit("US-TX", TODAY).encode(), "kit.toml").parent == "US"
    assert read_pack(kit("BR", TODAY).encode(), "kit.toml").parent == ""


def test_a_kit_binds_nobody_before_somebody_has_read_the_law():
    pack = read_pack(kit("BR", TODAY).encode(), "kit.toml")
    (rule,) = pack.rules
    assert rule.effect is Effect.INFORMATION
    assert pack.source(rule).status is Confidence.MEMORY
    bold = kit("BR", TODAY).replace('effect = "information"', 'effect = "obligation"')
    assert any("from memory" in line for line in complaints(read_pack(bold.encode(), "kit.toml")))
