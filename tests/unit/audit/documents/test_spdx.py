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
