import pytest

from sekisho.cli.audit.law import law_of
from sekisho.cli.audit.options import Intent
from sekisho.errors import ConfigError, NotFoundError
from sekisho.rules.words import Interval

FACTS = """format = "sekisho.facts/1"
[facts.use]
commercial = true
[facts.operator]
mau = { min = 1000 }
"""


def test_where_nothing_is_said_the_law_of_the_place_of_use_is_asked():
    assert law_of(Intent(), "JP", None).places == ("JP",)
    assert law_of(Intent(), "JP-31", None).places == ("JP-31",)


def test_a_region_without_a_pack_has_its_country_s_law():
    assert law_of(Intent(), "JP-13", None).places == ("JP",)


def test_other_places_may_be_asked_for_and_what_has_no_pack_is_named():
    law = law_of(Intent(jurisdiction="EU, US,EU"), "JP", None)
    assert law.places == ("EU", "US")
    assert law_of(Intent(jurisdiction="BR"), "JP", None).missing == ("BR",)


def test_facts_come_from_a_file(tmp_path):
    (tmp_path / "facts.toml").write_text(FACTS)
    declared = law_of(Intent(facts=tmp_path / "facts.toml"), "JP", None).declared
    assert declared == {"operator.mau": Interval(low=1000), "use.commercial": True}
    with pytest.raises(NotFoundError, match="there is no file"):
        law_of(Intent(facts=tmp_path / "none.toml"), "JP", None)


def test_a_run_decided_again_has_the_places_and_facts_of_the_run_before():
    before = {"law": {"places": ["EU"], "declared": {"operator.mau": {"min": 1000, "max": None}}}}
    law = law_of(Intent(), "JP", before)
    assert law.places == ("EU",)
    assert law.declared == {"operator.mau": Interval(low=1000)}
    assert law_of(Intent(territory="JP"), "JP", before).places == ("JP",)


def test_a_manifest_with_foreign_facts_is_refused():
    with pytest.raises(ConfigError, match="no fact is called"):
        law_of(Intent(), "JP", {"law": {"places": ["JP"], "declared": {"a.b": True}}})


def test_a_wrong_pack_is_an_error_that_names_it(tmp_path):
    (tmp_path / "own.toml").write_text("format = 3")
    with pytest.raises(ConfigError, match=r"own\.toml"):
        law_of(Intent(pack=(tmp_path / "own.toml",)), "JP", None)
