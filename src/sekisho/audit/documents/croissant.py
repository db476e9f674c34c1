"""Croissant 1.1 with the RAI vocabulary: JSON-LD that `mlcroissant validate` reads.

The dataset's own files are not named: what names a file inside of a dataset is not public. What is named is
the sealed public.json of each run, with its digest. Each text says whether it was computed or declared.
"""

from collections.abc import Mapping
from typing import Any

from sekisho.audit.documents.facts import Facts
from sekisho.audit.documents.parts import decisions, evidence, notes, personal, reservations
from sekisho.audit.documents.sheet import Field, Part, as_lines
from sekisho.locale import text

__all__ = ["croissant"]

_CR, _RAI = "http://mlcommons.org/croissant/", "http://mlcommons.org/croissant/RAI/"
_CONTEXT: Mapping[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": _CR,
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": _RAI,
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_LICENCES = "https://spdx.org/licenses/"
_LANG = "en"
MAX_LANGUAGES = 200


def _marked(value: object) -> list[str]:
    """Return declared text or texts, each with its mark, also before each line."""
    found = value if isinstance(value, list) else [value]
    mark = text("mark.declared", _LANG)
    return ["\n".join(f"[{mark}] {line}" for line in str(one).splitlines()) for one in found if one]


def _said(*parts: Part) -> list[str]:
    return [one for part in parts for one in as_lines(part, _LANG)]


def _description(facts: Facts, dataset: Mapping[str, Any]) -> str:
    fields: tuple[Field, ...] = evidence(facts).fields
    said = [note.said(_LANG) for note in notes(facts)]
    return "\n".join(
        (*_marked(dataset.get("description")), *said, *_said(*(part for one in fields for part in one.parts)))
    )


def _licence(dataset: Mapping[str, Any]) -> str | None:
    """Return the address of a listed licence, else the expression as it was declared."""
    declared = dataset.get("licence")
    if not declared:
        return None
    single = not any(sign in declared for sign in " ()+") and not declared.startswith("LicenseRef-")
    return f"{_LICENCES}{declared}.html" if single else str(declared)


def _in_languages(facts: Facts, dataset: Mapping[str, Any]) -> list[str] | None:
    """Return the languages that are declared, and those that the dataset states, the most frequent first.

    There is no place for a mark, so that what is declared does not replace what was counted.
    """
    stated = [one["language"] for one in (facts["languages"] or {"tags": ()})["tags"]]
    return list(dict.fromkeys((*dataset.get("languages", ()), *stated)))[:MAX_LANGUAGES] or None


def _distribution(facts: Facts) -> list[Mapping[str, Any]]:
    return [
        {
            "@type": "cr:FileObject",
            "@id": f"run-{number}-public.json",
            "name": f"run-{number}-public.json",
            "description": f"Public facts of the sealed run with the root {run['root']}",
            "contentUrl": f"run-{number}/public.json",
            "encodingFormat": "application/json",
            "sha256": run["public"],
        }
        for number, run in enumerate(facts["runs"], 1)
    ]


def _responsible(facts: Facts, dataset: Mapping[str, Any], quality: Mapping[str, Any]) -> Mapping[str, Any]:
    crawl = facts["declared"].get("sources", {}).get("crawl", {})
    collected = [dataset.get("collected_from"), dataset.get("collected_until")]
    captured = facts["captured"] or {}
    span = [day for day in collected if day] or [captured[name] for name in ("first", "last") if captured]
    return {
        "rai:dataCollection": " ".join(_marked(crawl.get("description"))) or None,
        "rai:dataCollectionTimeFrame": span or None,
        "rai:dataPreprocessingProtocol": [
            *_said(decisions(facts), reservations(facts)),
            *_marked(dataset.get("processing")),
        ],
        "rai:personalSensitiveInformation": _said(personal(facts)),
        "rai:dataAnnotationProtocol": _marked(quality.get("annotation")) or None,
        "rai:dataBiases": _marked(quality.get("biases")) or None,
        "rai:dataLimitations": _marked(quality.get("limitations")) or None,
        "rai:dataUseCases": _marked(quality.get("uses")) or None,
        "rai:dataSocialImpact": " ".join(_marked(quality.get("social_impact"))) or None,
        "rai:dataReleaseMaintenancePlan": " ".join(_marked(quality.get("maintenance"))) or None,
    }


def croissant(facts: Facts) -> Mapping[str, Any]:
    """Return the description of the dataset as JSON-LD; what nobody knows is left out."""
    said = facts["declared"]
    dataset, provider, quality = (said.get(name, {}) for name in ("dataset", "provider", "quality"))
    names = sorted({one["name"] for run in facts["runs"] for one in run["datasets"]})
    maker = {"@type": "sc:Organization", "name": provider.get("name") or facts["operator"]["label"] or "-"}
    if provider.get("url"):
        maker["url"] = provider["url"]
    creators = [{"@type": "sc:Organization", "name": name} for name in dataset.get("creators", ())]
    document = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": [f"{_CR}1.1", f"{_RAI}1.0"],
        "name": dataset.get("name") or ", ".join(names),
        "description": _description(facts, dataset),
        "license": _licence(dataset),
        "url": dataset.get("url"),
        "version": dataset.get("version"),
        "citeAs": dataset.get("cite_as"),
        "datePublished": dataset.get("published"),
        "inLanguage": _in_languages(facts, dataset),
        "creator": creators or [maker],
        "publisher": [maker],
        "distribution": _distribution(facts),
        **_responsible(facts, dataset, quality),
    }
    return {name: value for name, value in document.items() if value is not None}
