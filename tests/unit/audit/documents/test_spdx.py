import pytest

from sekisho.audit.documents.spdx import spdx
from tests.documented import declared, facts_of, seen_of, signal
from tests.membership import Desk


def parts(facts):
    graph = spdx(facts)["@graph"]
    by_kind = {one["type"]: one for one in graph if one["type"] != "Relationship"}
    licences = {one["relationshipType"]: one["to"] for one in graph if one["type"] == "Relationship"}
    return by_kind, licences


def test_a_dataset_has_exactly_its_two_licences():
    kinds, licences = parts(facts_of(said=declared()))
    assert licences["hasDeclaredLicense"] == [kinds["simplelicensing_LicenseExpression"]["spdxId"]]
    assert licences["hasConcludedLicense"] == ["expandedlicensing_NoAssertionLicense"]
    assert kinds["dataset_DatasetPackage"]["dataset_datasetAvailability"] == "registration"


def test_a_licence_is_concluded_only_if_every_item_tells_a_known_one():
    desk = Desk()
    told = [{"signals": [signal(note=f"licence:{name}")]} for name in ("MIT", "CC0-1.0", *["MIT"] * 7)]
    facts = facts_of(desk, seen=seen_of(*told))
    assert parts(facts)[0]["simplelicensing_LicenseExpression"]["simplelicensing_licenseExpression"] == (
        "CC0-1.0 AND MIT"
    )
    assert "simplelicensing_LicenseExpression" not in parts(facts_of(desk, seen=seen_of(*told[1:])))[0]


def test_it_never_says_that_there_is_no_personal_information():
    name = "dataset_hasSensitivePersonalInformation"
    assert parts(facts_of())[0]["dataset_DatasetPackage"][name] == "noAssertion"
    said = declared("[personal]\npresent = false")
    assert parts(facts_of(said=said))[0]["dataset_DatasetPackage"][name] == "noAssertion"
    found = facts_of(seen=seen_of({"personal": ["name"]}))
    assert parts(found)[0]["dataset_DatasetPackage"][name] == "yes"


def test_the_same_facts_give_the_same_document_and_its_root_is_the_check_sum():
    facts = facts_of(said=declared())
    assert spdx(facts) == spdx(facts)
    package = parts(facts)[0]["dataset_DatasetPackage"]
    assert package["verifiedUsing"][0]["hashValue"] == facts["runs"][0]["root"]


SAID = """
[sources.crawl]
description = "by hand"
[dataset]
description = "d"
updates = "never"
url = "https://a.example/"
published = 2026-01-02
[quality]
biases = ["b1", "b2"]
uses = ["u1", "u2"]
"""


def test_each_declared_text_stands_in_its_own_property_with_its_mark():
    package = parts(facts_of(said=declared(SAID)))[0]["dataset_DatasetPackage"]
    assert package["description"] == "[declared] d"
    assert package["dataset_dataCollectionProcess"] == "[declared] by hand"
    assert package["dataset_datasetUpdateMechanism"] == "[declared] never"
    assert package["dataset_knownBias"] == ["[declared] b1", "[declared] b2"]
    assert package["dataset_intendedUse"] == "[declared] u1 [declared] u2"
    assert package["software_downloadLocation"] == "https://a.example/"
    assert package["releaseTime"] == "2026-01-02T00:00:00Z"
    assert "[not available]" not in package["comment"]
    bare = parts(facts_of())[0]["dataset_DatasetPackage"]
    assert bare["releaseTime"] == "2026-11-22T00:00:00Z"
    left_out = {"description", "dataset_knownBias", "dataset_intendedUse", "software_downloadLocation"}
    assert not left_out & set(bare)


def test_the_files_are_where_they_are_downloaded():
    text = "[dataset]\ndownload = 'https://a.example/f'\nurl = 'https://a.example/'"
    package = parts(facts_of(said=declared(text)))[0]["dataset_DatasetPackage"]
    assert package["software_downloadLocation"] == "https://a.example/f"


def test_kinds_that_spdx_knows_are_named():
    seen = seen_of({"media_type": "image/png"}, {"media_type": "text/plain"}, {"media_type": ""})
    assert parts(facts_of(seen=seen))[0]["dataset_DatasetPackage"]["dataset_datasetType"] == ["text", "image"]
    nothing = parts(facts_of(seen=seen_of({"media_type": ""})))[0]["dataset_DatasetPackage"]
    assert nothing["dataset_datasetType"] == ["noAssertion"]


@pytest.mark.parametrize(
    ("found", "concluded"),
    [
        ({"spdx": [{"licence": "MIT"}]}, "MIT"),
        ({"spdx": [{"licence": "MIT"}], "not_known": 1}, None),
        ({"spdx": []}, None),
        ({"spdx": [{"licence": "MIT"}], "items": "<10"}, None),
    ],
)
def test_nothing_is_concluded_from_what_is_not_known(found, concluded):
    facts = facts_of()
    facts["licences"] = {"items": 9, "of": 9, "not_known": 0} | found
    made = parts(facts)[0].get("simplelicensing_LicenseExpression", {})
    assert made.get("simplelicensing_licenseExpression") == concluded


def test_other_facts_give_another_name():
    first, second = facts_of(), facts_of(said=declared())
    third = {**first, "runs": [{**first["runs"][0], "root": "0" * 64}]}
    named = {parts(facts)[0]["SpdxDocument"]["spdxId"] for facts in (first, second, third)}
    assert len(named) == 3
    assert all(name.startswith("urn:sekisho:spdx:") for name in named)


def test_operator_and_dataset_have_the_names_that_are_declared():
    kinds, _ = parts(facts_of(said=declared()))
    assert kinds["dataset_DatasetPackage"]["name"] == "Pictures & more"
    assert kinds["Organization"]["name"].startswith("Harbour")
    facts = facts_of()
    bare, _ = parts(facts)
    assert bare["dataset_DatasetPackage"]["name"] == facts["runs"][0]["datasets"][0]["name"]
    assert bare["Organization"]["name"] == facts["operator"]["label"]
    assert parts({**facts, "operator": {**facts["operator"], "label": ""}})[0]["Organization"]["name"] == "-"
