import json

from sekisho.audit.documents.croissant import croissant
from tests.documented import declared, facts_of, origins, seen_of


def test_a_dataset_is_described_by_what_was_declared():
    made = croissant(facts_of(said=declared()))
    assert made["@type"] == "sc:Dataset"
    assert made["name"] == "Pictures & more"
    assert made["license"] == "https://spdx.org/licenses/CC-BY-4.0.html"
    assert made["conformsTo"][0] == "http://mlcommons.org/croissant/1.1"
    assert made["rai:dataCollectionTimeFrame"] == ["2026-01-01", "2026-10-31"]
    assert made["description"].startswith("[declared] # no heading\n[declared] | no | table |\n")
    json.dumps(made)


def test_what_nobody_knows_is_left_out():
    made = croissant(facts_of())
    assert not {"license", "url", "version", "citeAs", "datePublished", "rai:dataBiases"} & set(made)
    assert made["name"]
    assert made["creator"][0]["name"]


def test_every_run_is_named_by_its_public_facts():
    facts = facts_of()
    (file,) = croissant(facts)["distribution"]
    assert file["sha256"] == facts["runs"][0]["public"]


def test_what_was_found_of_persons_is_marked_and_few_are_hidden():
    made = croissant(facts_of(seen=seen_of({"personal": ["phone"]})))
    assert (
        "[computed] Personal information: telephone number; Items: <10"
        in made["rai:personalSensitiveInformation"]
    )


def test_an_expression_of_several_licences_is_no_address():
    facts = facts_of(said=declared("[dataset]\nlicence = 'MIT OR CC0-1.0'"))
    assert croissant(facts)["license"] == "MIT OR CC0-1.0"


def test_declared_languages_do_not_hide_what_the_dataset_states():
    came = origins(languages={"jpn": 30, "en": 20})
    said = declared('[dataset]\nlanguages = ["en"]')
    assert croissant(facts_of(said=said, came=came))["inLanguage"] == ["en", "ja"]
    assert croissant(facts_of(said=said))["inLanguage"] == ["en"]
    assert "inLanguage" not in croissant(facts_of())
