"""SPDX 3.0.1, Dataset profile: the dataset as a DatasetPackage with its two licences, as JSON-LD.

Properties and their ranges: SPDX 3.0.1, Dataset, Software and SimpleLicensing. The concluded licence is the
conjunction of what items tell only if every item tells a known one; else nothing is asserted.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sekisho.audit.documents.facts import Facts
from sekisho.audit.documents.parts import decisions, evidence, notes, personal, reservations
from sekisho.audit.documents.sheet import as_lines
from sekisho.codec import canonical
from sekisho.locale import text

__all__ = ["spdx"]

CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
NO_ASSERTION = "expandedlicensing_NoAssertionLicense"
_LANG = "en"
_CREATED = "_:creation"
_TYPES = {"text": "text", "image": "image", "audio": "audio", "video": "video"}


def _marked(mark: str, words: str) -> str:
    """Mark each line of words, so that none of them reads like one of another mark."""
    return "\n".join(f"[{text(f'mark.{mark}', _LANG)}] {line}" for line in words.splitlines())


def _conclusion(facts: Facts) -> str | None:
    """Return the licences that items tell, joined; None unless every item tells one that is known."""
    found = facts["licences"]
    whole = found["items"] == found["of"] and not found["not_known"] and found["spdx"]
    return " AND ".join(sorted(one["licence"] for one in found["spdx"])) if whole else None


def _sensitive(facts: Facts) -> str:
    """Say yes if personal information was found or declared; never no, since nobody can look everywhere."""
    present = facts["declared"].get("personal", {}).get("present")
    return "yes" if present or facts["personal"]["kinds"] else "noAssertion"


def _moment(day: str) -> str:
    return f"{day}T00:00:00Z"


def _package(facts: Facts, base: str) -> Mapping[str, Any]:
    said = facts["declared"]
    dataset, quality = said.get("dataset", {}), said.get("quality", {})
    names = sorted({one["name"] for run in facts["runs"] for one in run["datasets"]})
    kinds = [_TYPES[one["modality"]] for one in facts["modalities"] if one["modality"] in _TYPES]
    lines = [one for part in (decisions(facts), reservations(facts)) for one in as_lines(part, _LANG)]
    of_evidence = [one for f in evidence(facts).fields for part in f.parts for one in as_lines(part, _LANG)]
    uses = [_marked("declared", one) for one in quality.get("uses", ())]
    crawl = said.get("sources", {}).get("crawl", {}).get("description")
    return {
        "type": "dataset_DatasetPackage",
        "spdxId": f"{base}#dataset",
        "creationInfo": _CREATED,
        "name": dataset.get("name") or ", ".join(names),
        "description": dataset.get("description") and _marked("declared", dataset["description"]),
        "comment": "\n".join((*(note.said(_LANG) for note in notes(facts)), *of_evidence)),
        "originatedBy": [f"{base}#operator"],
        "builtTime": max(run["sealed"] for run in facts["runs"]),
        "releaseTime": _moment(dataset.get("published") or facts["on"]),
        "software_primaryPurpose": "data",
        "software_packageVersion": dataset.get("version"),
        "software_downloadLocation": dataset.get("download") or dataset.get("url"),
        "dataset_datasetType": kinds or ["noAssertion"],
        "dataset_datasetSize": facts["bytes"],
        "dataset_datasetAvailability": dataset.get("availability"),
        "dataset_dataCollectionProcess": crawl and _marked("declared", crawl),
        "dataset_dataPreprocessing": lines,
        "dataset_datasetUpdateMechanism": dataset.get("updates") and _marked("declared", dataset["updates"]),
        "dataset_hasSensitivePersonalInformation": _sensitive(facts),
        "dataset_datasetNoise": " ".join(as_lines(personal(facts), _LANG)),
        "dataset_intendedUse": " ".join(uses) or None,
        "dataset_knownBias": [_marked("declared", one) for one in quality.get("biases", ())] or None,
        "verifiedUsing": [
            {"type": "Hash", "algorithm": "sha256", "hashValue": run["root"]} for run in facts["runs"]
        ],
    }


def _licences(facts: Facts, base: str) -> Sequence[Mapping[str, Any]]:
    """Return the two relationships that the profile asks for, and the licences that they name."""
    made: list[Mapping[str, Any]] = []
    declared = facts["declared"].get("dataset", {}).get("licence")
    for kind, expression in (("Declared", declared), ("Concluded", _conclusion(facts))):
        target = f"{base}#licence-{kind.lower()}" if expression else NO_ASSERTION
        if expression:
            made.append(
                {
                    "type": "simplelicensing_LicenseExpression",
                    "spdxId": target,
                    "creationInfo": _CREATED,
                    "simplelicensing_licenseExpression": expression,
                }
            )
        made.append(
            {
                "type": "Relationship",
                "spdxId": f"{base}#{kind.lower()}",
                "creationInfo": _CREATED,
                "relationshipType": f"has{kind}License",
                "from": f"{base}#dataset",
                "to": [target],
            }
        )
    return made


def spdx(facts: Facts) -> Mapping[str, Any]:
    """Return the SPDX document; its name is made from the facts, so that the same facts give the same one."""
    base = f"urn:sekisho:spdx:{hashlib.sha256(canonical(_plain(facts))).hexdigest()}"
    profiles = ["core", "software", "simpleLicensing", "dataset"]
    name = facts["declared"].get("provider", {}).get("name") or facts["operator"]["label"]
    package = {key: value for key, value in _package(facts, base).items() if value is not None}
    graph = [
        {
            "type": "CreationInfo",
            "@id": _CREATED,
            "specVersion": "3.0.1",
            "created": _moment(facts["on"]),
            "createdBy": [f"{base}#operator"],
            "createdUsing": [f"{base}#tool"],
        },
        {"type": "Organization", "spdxId": f"{base}#operator", "creationInfo": _CREATED, "name": name or "-"},
        {
            "type": "Tool",
            "spdxId": f"{base}#tool",
            "creationInfo": _CREATED,
            "name": ", ".join(facts["tools"]),
        },
        {
            "type": "SpdxDocument",
            "spdxId": base,
            "creationInfo": _CREATED,
            "profileConformance": profiles,
            "rootElement": [f"{base}#dataset"],
        },
        package,
        *_licences(facts, base),
    ]
    return {"@context": CONTEXT, "@graph": graph}


def _plain(facts: Facts) -> Facts:
    """Return what of the facts says which they are; canonical JSON has no numbers with a fraction."""
    names = ("on", "operator", "training", "declared")
    return {name: facts[name] for name in names} | {"roots": [run["root"] for run in facts["runs"]]}
