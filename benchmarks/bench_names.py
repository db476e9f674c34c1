"""How fast, how large and how complete is the table of registered names, beside ahocorasick_rs?

Invented Japanese full names with readings, each an entry of its own in a signed snapshot, about 13 forms
a name. The peer gets the same forms (folded and Latin ones in an automaton each, patterns not kept, as its
documentation advises) and our fold; it does not check words, orders or whose name it is. A prompt has about
72 characters. Recall: prompts that call a name in one way, found if the right entry is among the hits; the
rules for short names apply. Prose: pieces of 2,000 characters of Aozora Bunko, 100 at once.
"""

import ctypes
import gc
import gzip
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from invented import VARIANTS, invented_names, names_snapshot, prompts
from measure import Cost, Report, Row, alternate, parser, ratios, typical
from snapshots import mapped

sys.path.insert(0, str(Path(__file__).parent.parent))

from sekisho.errors import MissingExtraError
from sekisho.lexicon.fold import fold_many
from sekisho.lexicon.forms import LATIN
from sekisho.lexicon.words import Tokenizer
from sekisho.match.forms import find_forms, warm_up
from sekisho.match.names import NameHit, match_names, names_in
from sekisho.model import Entry, EntryId, KeyId, Kind, Name, Registrant, Trust
from sekisho.snapshot import Snapshot, check_sections
from sekisho.snapshot.names import Names, build_names
from sekisho.store.dictionary import open_dictionary

QUESTION = "How fast, how large and how complete is the table of registered names?"
NAMES = 85_000
PIECE, BATCH = 2_000, 100
SECTIONS_TARGET, OPEN_TARGET, PROMPT_TARGET, PROSE_TARGET = 60.0, 10.0, 100.0, 60.0
DATA = Path(__file__).parent.parent / "tests" / "data"
RECALLED = 1_000
Scan = Callable[[Sequence[str]], object]


def _resident() -> int:
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _dictionary() -> Tokenizer | None:
    try:
        return open_dictionary()
    except MissingExtraError:
        return None


def _peer(names: Names) -> tuple[Scan, float, float]:
    """Return the peer's scan, the seconds that it took to build, and its bytes."""
    import ahocorasick_rs  # noqa: PLC0415 - a peer, installed for the benchmark only

    forms = [names.form(row) for row in range(len(names.keys))]
    written = [form for form in forms if not form.startswith(LATIN)]
    latin = [form[1:] for form in forms if form.startswith(LATIN)]
    before, began = _resident(), time.perf_counter()
    kind = ahocorasick_rs.MatchKind.LeftmostLongest
    automata = [ahocorasick_rs.AhoCorasick(p, matchkind=kind, store_patterns=False) for p in (written, latin)]
    took, grown = time.perf_counter() - began, _resident() - before

    def scan(texts: Sequence[str]) -> None:
        folded = fold_many(texts)
        for number in range(len(texts)):
            units = folded[number].text
            for automaton in automata:
                automaton.find_matches_as_indexes(units)

    return scan, took, grown


def _ours(snapshot: Snapshot, words: Tokenizer | None) -> Scan:
    return lambda texts: match_names(texts, fold_many(texts), snapshot, words)


def _scanned(names: Names) -> Scan:
    return lambda texts: find_forms(fold_many(texts), names)


def _one_by_one(scan: Scan, texts: Sequence[str]) -> Callable[[], None]:
    def run() -> None:
        for text in texts:
            scan((text,))

    return run


def _cold(snapshot: Snapshot, words: Tokenizer | None, texts: Sequence[str]) -> float:
    """Return the median microseconds of a prompt whose entry was never met before (signatures verified)."""
    took = []
    for text in texts:
        began = time.process_time_ns()
        match_names((text,), fold_many((text,)), snapshot, words)
        took.append((time.process_time_ns() - began) / 1_000)
    return statistics.median(took)


def _us(cost: Cost) -> tuple[float, float]:
    return cost.wall * 1e6, cost.cpu * 1e6


def _prose(path: Path | None) -> list[str]:
    """Return pieces of 2,000 characters; of the built-in text if the other is not there."""
    if path is not None and path.is_file():
        with gzip.open(path, "rt", encoding="utf-8") as file:
            whole = "".join(json.loads(line)["text"] for line in file)
    else:
        built_in = Path(__file__).parent.parent / "src" / "sekisho" / "registry" / "everyday.txt"
        whole = built_in.read_text(encoding="utf-8")
    return [whole[at : at + PIECE] for at in range(0, len(whole) - PIECE, PIECE)]


def _opening(report: Report, path: Path) -> Snapshot:
    took = []
    for _ in range(5):
        began = time.perf_counter()
        snapshot = mapped(path)
        took.append((time.perf_counter() - began) * 1_000)
    began = time.perf_counter()
    check_sections(snapshot)
    checked = time.perf_counter() - began
    sections = {s.name: s.length for s in snapshot.head.sections if s.name.startswith("names.")}
    size = sum(sections.values()) / 1e6
    forms = snapshot.counts.forms
    report.rows += [
        Row(measure=f"{forms:,} forms in the file", ours=f"{size:.1f} MB", value=size, unit="MB",
            target=SECTIONS_TARGET * forms / 1e6, better="less"),
        Row(measure="opening the snapshot", ours=f"{min(took):.1f} ms", value=statistics.median(took),
            unit="ms", target=OPEN_TARGET, better="less"),
        Row(measure="verifying all of it, once a machine", ours=f"{checked:.2f} s", value=checked, unit="s"),
    ]  # fmt: skip
    report.raw["sections"] = sections
    return snapshot


def _speed(report: Report, snapshot: Snapshot, names: list[Name], prose: list[str], passes: int) -> None:
    (table,) = snapshot.names
    words = _dictionary()
    mapped_bytes = sum(array.nbytes for array in table)
    peer, built, grown = _peer(table)
    named = [text for _, text in prompts(names, 200, "plain")]
    without = [text[len("星野光太郎") :] + "、細部まで" for text in named]
    cold = _cold(snapshot, words, named)
    ours = _ours(snapshot, words)
    runs = {
        "named": _one_by_one(ours, named),
        "silent": _one_by_one(ours, without),
        "scan": _one_by_one(_scanned(table), named),
        "peer": _one_by_one(peer, named),
    }
    costs = alternate(runs, passes, per=len(named))
    rows = {name: _us(typical(cost)) for name, cost in costs.items()}
    length = round(statistics.mean(map(len, named)))
    for name, what in (("silent", "that calls nobody"), ("named", "that calls a registered name")):
        wall, cpu = rows[name]
        peer_shown = f"{rows['peer'][1]:.1f} µs" if name == "named" else ""
        report.rows.append(
            Row(measure=f"prompt of {length} characters {what}, fold included", ours=f"{cpu:.1f} µs",
                peer=peer_shown, value=wall, cpu=cpu, unit="µs", target=PROMPT_TARGET, better="less")
        )  # fmt: skip
    times = ratios(costs["peer"], costs["scan"])
    report.rows += [
        Row(measure="the same, scan only", ours=f"{rows['scan'][1]:.1f} µs", peer=f"{rows['peer'][1]:.1f} µs",
            value=times.wall, cpu=times.cpu),
        Row(measure="first prompt that calls an entry: its signature is verified", ours=f"{cold:.0f} µs",
            value=cold, unit="µs"),
        Row(measure="memory", ours=f"{mapped_bytes / 1e6:.0f} MB, mapped and shared",
            peer=f"{grown / 1e6:.0f} MB", value=mapped_bytes / 1e6, unit="MB"),
        Row(measure="building the automaton, at every start", ours="none", peer=f"{built:.1f} s", value=None),
    ]  # fmt: skip
    batch = prose[:BATCH]
    contestants = {
        "ours": partial(_scanned(table), batch),
        "fold": partial(fold_many, batch),
        "matched": partial(ours, batch),
        "peer": partial(peer, batch),
    }
    costs = alternate(contestants, passes, per=len(batch))
    wall, cpu = _us(typical(costs["ours"]))
    fold = _us(typical(costs["fold"]))
    matched = _us(typical(costs["matched"]))
    times = ratios(costs["peer"], costs["ours"])
    report.rows += [
        Row(measure="prose of 2,000 characters, fold and scan", ours=f"{cpu:.1f} µs (fold {fold[1]:.1f})",
            peer=f"{_us(typical(costs['peer']))[1]:.1f} µs", value=times.wall, cpu=times.cpu),
        Row(measure="the same without the fold", ours=f"{cpu - fold[1]:.1f} µs", value=wall - fold[0],
            cpu=cpu - fold[1], unit="µs", target=PROSE_TARGET, better="less"),
        Row(measure="the same with the rules for what was found", ours=f"{matched[1]:.1f} µs",
            value=matched[0], cpu=matched[1], unit="µs"),
    ]  # fmt: skip


def _recall(report: Report, snapshot: Snapshot, names: list[Name], count: int) -> None:
    words = _dictionary()
    for variant in VARIANTS:
        chosen = prompts(names, count, variant)
        texts = [text for _, text in chosen]
        hits = match_names(texts, fold_many(texts), snapshot, words)
        found = sum(_right(snapshot, name, some) for (name, _), some in zip(chosen, hits, strict=True))
        report.rows.append(
            Row(
                measure=f"found: {variant}",
                ours=f"{found / count:.3f}",
                peer="",
                value=found / count,
                unit="",
            )
        )


def _right(snapshot: Snapshot, name: Name, hits: Sequence[NameHit]) -> bool:
    return any(name in snapshot.entry(hit.entry).names for hit in hits)


def _alarms(report: Report, snapshot: Snapshot, prose: list[str]) -> None:
    words = _dictionary()
    by_rule: dict[str, int] = {}
    for at in range(0, len(prose), BATCH):
        batch = prose[at : at + BATCH]
        for hits in match_names(batch, fold_many(batch), snapshot, words):
            for hit in hits:
                by_rule[hit.rule] = by_rule.get(hit.rule, 0) + 1
    characters = sum(map(len, prose))
    alarms = sum(by_rule.values())
    what = f"names found in {characters:,} characters of prose that names nobody of them"
    rate = alarms * 1e6 / characters
    report.rows.append(Row(measure=what, ours=str(alarms), value=rate, unit="in a million"))
    report.raw["alarms"] = by_rule


def _lawful(report: Report) -> None:
    """Print how many of the lawful prompts would wait for a person, with 200 invented entries registered."""
    rows = [
        json.loads(line) for line in (DATA / "invented_names.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    asked = [
        json.loads(line) for line in (DATA / "legitimate_use.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    entries = [_entry(number, row) for number, row in enumerate(rows)]
    texts = [prompt["text"] for prompt in asked]
    table = build_names([entry.names for entry in entries])
    hits = names_in(texts, fold_many(texts), [table], entries.__getitem__, _dictionary())
    by_kind: dict[str, list[bool]] = {}
    for prompt, some in zip(asked, hits, strict=True):
        by_kind.setdefault(f"{prompt['kind']}{' (may be held)' if prompt['hold'] else ''}", []).append(
            bool(some)
        )
    for kind, held in by_kind.items():
        report.rows.append(
            Row(
                measure=f"held: {kind}",
                ours=f"{sum(held)} of {len(held)}",
                value=sum(held) / len(held),
                unit="",
            )
        )
    lawful = [bool(some) for prompt, some in zip(asked, hits, strict=True) if not prompt["hold"]]
    report.notes.append(
        f"False holds: {sum(lawful)} of {len(lawful)} lawful prompts, with {len(entries)} entries. "
        "Prompts, names and rules have one author: read it as what can be reached."
    )


def _entry(number: int, row: dict[str, object]) -> Entry:
    names = [Name(**{**n, "qualifier": tuple(n.get("qualifier", ()))}) for n in row["names"]]  # type: ignore[attr-defined]
    return Entry(
        id=EntryId(f"e-{number:032x}"),
        registrant=Registrant(key=KeyId("ed25519:invented")),
        kind=Kind(str(row["kind"])),
        trust=Trust.VERIFIED,
        title=str(row["title"]),
        registered=date(2026, 1, 1),
        names=tuple(names),
    )


def main() -> None:
    """Run it."""
    arguments = parser(QUESTION)
    arguments.add_argument("--prose", type=Path, default=None, help="JSONL.gz with a field text")
    options = arguments.parse_args()
    passes = options.passes or (2 if options.quick else 5)
    warm_up()
    names = invented_names(2_000 if options.quick else NAMES)
    report = Report(name="names", question=QUESTION, quick=options.quick)
    prose = _prose(options.prose)
    snapshot = _opening(report, names_snapshot(options.cache, names))
    _speed(report, snapshot, names, prose, passes)
    _recall(report, snapshot, names, min(RECALLED, len(names)))
    _alarms(report, snapshot, prose)
    _lawful(report)
    report.finish(options.results or options.cache / "results")


if __name__ == "__main__":
    main()
