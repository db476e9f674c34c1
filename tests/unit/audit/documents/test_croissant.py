import json

import pytest

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


RAI = """
[sources.crawl]
description = "by hand"
[dataset]
processing = "cut"
[quality]
biases = ["b1", "b2"]
limitations = ["l"]
uses = ["u"]
social_impact = "s"
annotation = "a"
maintenance = "m"
"""


def test_each_declared_text_stands_in_its_own_property_with_its_mark():
    made = croissant(facts_of(said=declared(RAI)))
    assert made["rai:dataCollection"] == "[declared] by hand"
    assert made["rai:dataBiases"] == ["[declared] b1", "[declared] b2"]
    assert made["rai:dataLimitations"] == ["[declared] l"]
    assert made["rai:dataUseCases"] == ["[declared] u"]
    assert made["rai:dataSocialImpact"] == "[declared] s"
    assert made["rai:dataAnnotationProtocol"] == ["[declared] a"]
    assert made["rai:dataReleaseMaintenancePlan"] == "[declared] m"
    assert made["rai:dataPreprocessingProtocol"][-1] == "[declared] cut"
    assert made["rai:dataPreprocessingProtocol"][0].startswith("[computed] ")
    assert not {name for name in croissant(facts_of()) if name.startswith("rai:data")} - {
        "rai:dataPreprocessingProtocol"
    }


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("", ["2024-01-02", "2024-03-04"]),
        ("[dataset]\ncollected_until = 2025-01-01", ["2025-01-01"]),
        ("[dataset]\ncollected_from = 2023-01-01", ["2023-01-01"]),
    ],
)
def test_the_days_of_capture_are_those_of_the_rows_unless_they_are_declared(text, days):
    came = origins(("a.example", 12, 5), days=("2024-01-02", "2024-03-04"))
    made = croissant(facts_of(said=declared(text), came=came))
    assert made["rai:dataCollectionTimeFrame"] == days


@pytest.mark.parametrize(
    ("text", "label", "name"),
    [("[provider]\nname = 'P'", "L", "P"), ("", "L", "L"), ("", "", "-")],
)
def test_the_provider_made_it_unless_others_are_named(text, label, name):
    facts = facts_of(said=declared(text))
    facts["operator"] = {**facts["operator"], "label": label}
    made = croissant(facts)
    assert made["publisher"] == made["creator"] == [{"@type": "sc:Organization", "name": name}]
    others = croissant(facts_of(said=declared("[dataset]\ncreators = ['A', 'B']\n" + text)))
    assert [one["name"] for one in others["creator"]] == ["A", "B"]


def test_what_is_not_available_is_not_said_in_the_description():
    assert "[not available]" not in croissant(facts_of())["description"]
