"""How well and how fast is personal information found, beside presidio+ginza and privacy-masker?

The sentences (tests/data/personal) and the rules have one author: read our own numbers as what can be
reached, those of the peers as fair. `marked` was there while the rules were written; `later` was written
after them, `care` (special-care words) last. A span counts as found if a finding of its type covers half
of it; a finding that meets no span of its type is false. Peers get the types that they have. Speed is CPU
time of one process.
"""

import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from measure import Report, Row, parser

sys.path.insert(0, str(Path(__file__).parent.parent))
from sekisho.detect import gate, open_personal
from sekisho.store.dictionary import open_dictionary
from tests.labelled import Labelled, read

QUESTION = "How well and how fast is personal information found?"
PASSING_TARGET, PROSE_TARGET = 0.1, 2.0
Spans = list[tuple[int, int, str]]
Scan = Callable[[Sequence[str]], list[Spans]]
PRESIDIO = {
    "PERSON": "name",
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "CREDIT_CARD": "payment_card",
    "IP_ADDRESS": "ip_address",
    "LOCATION": "address",
}
MASKER = {
    "EMAIL": "email",
    "PHONE_NUMBER": "phone",
    "CREDIT_CARD": "payment_card",
    "MY_NUMBER": "my_number",
    "IP_ADDRESS": "ip_address",
    "USERNAME": "handle",
    "PASSPORT": "passport",
    "POSTAL_CODE": "address",
    "DRIVERS_LICENSE": "driving_licence",
    "BANK_ACCOUNT": "bank_account",
    "ADDRESS": "address",
    "AGE": "age",
    "RESIDENCE_CARD": "residence_card",
    "PENSION_NUMBER": "pension",
    "PERSON": "name",
}


class Scored(NamedTuple):
    """Hold for each type how many spans were found, were there, and how many findings were false."""

    found: Counter[str]
    there: Counter[str]
    false: Counter[str]
    alarms: int


def ours() -> Scan:
    """Open our scanner."""
    scanner = open_personal(open_dictionary())
    return lambda texts: [[(f.start, f.end, f.type.value) for f in found] for found in scanner.scan(texts)]


def presidio() -> Scan:
    """Open presidio's own recognisers with the entities of ja_ginza."""
    import spacy  # noqa: PLC0415 - a peer, installed for the benchmark only
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry  # noqa: PLC0415
    from presidio_analyzer.nlp_engine import SpacyNlpEngine  # noqa: PLC0415

    engine = SpacyNlpEngine(models=[{"lang_code": "ja", "model_name": "ja_ginza"}])
    engine.nlp = {"ja": spacy.load("ja_ginza", exclude=["compound_splitter"])}
    configured = engine.ner_model_configuration.model_to_presidio_entity_mapping
    places = ("Province", "City", "County", "Postal_Address", "Location_Other", "GPE_Other")
    configured.update({"Person": "PERSON"} | dict.fromkeys(places, "LOCATION"))
    registry = RecognizerRegistry(supported_languages=["ja"])
    registry.load_predefined_recognizers(languages=["ja"], nlp_engine=engine)
    analyzer = AnalyzerEngine(nlp_engine=engine, registry=registry, supported_languages=["ja"])

    def one(text: str) -> Spans:
        results = analyzer.analyze(text, language="ja")
        return [(r.start, r.end, PRESIDIO[r.entity_type]) for r in results if r.entity_type in PRESIDIO]

    return lambda texts: [one(text) for text in texts]


def masker() -> Scan:
    """Open privacy-masker with the rules that need no model from a hub."""
    from privacy_masker import Policy, PrivacyEngine  # noqa: PLC0415
    from privacy_masker.detectors import HandleDetector, RegexDetector  # noqa: PLC0415

    engine = PrivacyEngine(
        detectors=[RegexDetector.default_ja(), HandleDetector()], policy=Policy.preset("llm_input")
    )

    def one(text: str) -> Spans:
        return [
            (e.start, e.end, MASKER[e.entity_type]) for e in engine.detect(text) if e.entity_type in MASKER
        ]

    return lambda texts: [one(text) for text in texts]


def scored(rows: Sequence[Labelled], scan: Scan) -> Scored:
    """Compare what was found with what is there."""
    result = Scored(Counter(), Counter(), Counter(), 0)
    alarms = 0
    for row, spans in zip(rows, scan([row["text"] for row in rows]), strict=True):
        for start, end, kind in row["spans"]:
            covered = sum(max(0, min(end, e) - max(start, s)) for s, e, k in spans if k == kind)
            result.there[kind] += 1
            result.found[kind] += 2 * covered >= end - start
        for s, e, k in spans:
            result.false[k] += not any(
                k == kind and s < end and start < e for start, end, kind in row["spans"]
            )
        alarms += bool(spans) and not row["spans"]
    return result._replace(alarms=alarms)


def shown(result: Scored, kind: str) -> str:
    """Say recall and precision as counts."""
    found = result.found[kind]
    return f"{found}/{result.there[kind]}, {found}/{found + result.false[kind]}"


def rate(scan: Scan, texts: Sequence[str], passes: int) -> float:
    """Return million characters per second of CPU time: the median pass."""
    costs = []
    for _ in range(passes):
        begun = time.process_time()
        scan(texts)
        costs.append(time.process_time() - begun)
    return sum(map(len, texts)) / sorted(costs)[len(costs) // 2] / 1e6


def prose(path: Path) -> list[str]:
    """Return the texts of the background, if it is there."""
    if not path.is_file():
        return []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line)["text"] for line in file]


def quality(report: Report, name: str, contestants: dict[str, Scan]) -> None:
    """Add a line for each type and one for the alarms where there is nothing."""
    rows = read(name)
    results = {who: scored(rows, scan) for who, scan in contestants.items()}
    for kind in sorted(results["sekisho"].there):
        peers = "; ".join(
            f"{who} {shown(result, kind)}" for who, result in results.items() if who != "sekisho"
        )
        recall = 100 * results["sekisho"].found[kind] / results["sekisho"].there[kind]
        report.rows.append(
            Row(
                measure=f"{name}: {kind}",
                ours=shown(results["sekisho"], kind),
                peer=peers,
                value=recall,
                unit="%",
            )
        )
    empty = sum(not row["spans"] for row in rows)
    peers = "; ".join(f"{who} {result.alarms}" for who, result in results.items() if who != "sekisho")
    alarms = results["sekisho"].alarms
    report.rows.append(
        Row(
            measure=f"{name}: alarms in {empty} sentences with nothing",
            ours=str(alarms),
            peer=peers,
            value=None,
        )
    )


def speed(report: Report, contestants: dict[str, Scan], background: Path, passes: int) -> None:
    """Add the rates on sentences that pass the gate, and on prose."""
    sentences = [row["text"] for row in read("marked")] * 20
    passing = [t for t, seen in zip(sentences, gate.sentences(sentences), strict=True) if seen]
    rates = {
        who: rate(scan, passing[: None if who == "sekisho" else 200], passes)
        for who, scan in contestants.items()
    }
    peers = "; ".join(f"{who} {value * 1000:.1f} k" for who, value in rates.items() if who != "sekisho")
    report.rows.append(
        Row(
            measure="labelled sentences that pass the gate",
            ours=f"{rates['sekisho'] * 1000:.0f} k characters/s",
            peer=peers,
            value=rates["sekisho"],
            unit="M/s",
            target=PASSING_TARGET,
        )
    )
    texts = prose(background)
    if not texts:
        report.notes.append(f"The speed on prose was not measured: {background.name} is not there.")
        return
    size = sum(len(t.encode()) for t in texts) / 1e6
    quiet = list(_quiet(texts))
    for measure, chosen in (
        ("prose, names and all", texts),
        ("its sentences in which the gate sees nothing", quiet),
    ):
        value = rate(contestants["sekisho"], chosen, passes)
        megabytes = value * sum(len(t.encode()) for t in chosen) / sum(map(len, chosen))
        report.rows.append(
            Row(
                measure=measure,
                ours=f"{value:.2f} M characters/s",
                value=megabytes,
                unit="MB/s",
                target=PROSE_TARGET,
            )
        )
    report.notes.append(f"Prose: {len(texts)} works of Aozora Bunko, {size:.1f} MB.")


def _quiet(texts: Iterable[str]) -> Iterable[str]:
    for text in texts:
        at = 0
        kept = []
        for sentence in gate.sentences([text])[0]:
            kept.append(text[at : sentence.start])
            at = sentence.end
        yield "".join(kept) + text[at:]


def main() -> None:
    """Measure and write the table."""
    options = parser(QUESTION)
    options.add_argument("--texts", type=Path, default=None, help="where the texts are (CACHE/texts)")
    given: Any = options.parse_args()
    report = Report(name="personal", question=QUESTION, quick=given.quick)
    contestants = {"sekisho": ours()}
    for who, opened in (("presidio+ginza", presidio), ("privacy-masker", masker)):
        try:
            contestants[who] = opened()
        except ImportError as error:
            report.notes.append(f"{who} is not installed ({error.name}).")
    gate.warm_up()
    for name in ("marked", "later", "care"):
        quality(report, name, contestants)
    texts = given.texts or given.cache / "texts"
    speed(
        report, contestants, texts / "aozora_background.jsonl.gz", given.passes or (2 if given.quick else 5)
    )
    report.notes.append(
        "Cells of `ours` and peers: recall, precision as counts. One author wrote sentences and rules."
    )
    report.finish(given.results or given.cache / "results")


if __name__ == "__main__":
    main()
