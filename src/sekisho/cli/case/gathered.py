"""What a due-care record is made of: runs, generation records and cases, each verified while it is read."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sekisho.audit.verify import Verified, verify_run
from sekisho.cases.clocks import Term, terms
from sekisho.cases.duecare import Ground, Line, Section, case_lines, few, part_of, share_of
from sekisho.cli.case.desk import whole_case
from sekisho.cli.case.known import desk_facts, law_at
from sekisho.errors import EvidenceError
from sekisho.ledger import EntryType, commitment, decode_entry, parse_vkey, verify_proof
from sekisho.ledger.policy import LogPolicy
from sekisho.model import Case, Outcome
from sekisho.model.generation import NO_SECTION
from sekisho.policy import PROTECTED_REASONS
from sekisho.store.cases import CaseFolder
from sekisho.store.generations import Committed, Generations
from sekisho.store.log import LocalLog
from sekisho.store.person_queue import PersonQueue
from sekisho.store.runs import RunDirectory
from sekisho.trace.batch import batch_root, encode_batch, leaf_of_record

__all__ = ["of_cases", "of_generations", "of_run"]

_EVENTS = "events:{}"
_DIGITS = 16


def _run_facts(done: Verified) -> Iterator[tuple[str, Mapping[str, str]]]:
    manifest = done.manifest
    snapshot, policy, totals = manifest["snapshot"], manifest["policy"], manifest["totals"]
    yield (
        "care.run",
        {"at": f"{done.seal.record.at:%Y-%m-%d %H:%M} UTC", "manifest": done.seal.record.manifest},
    )
    yield (
        "care.edition",
        {
            "name": snapshot["name"],
            "edition": str(snapshot["edition"]),
            "age": str(snapshot["age_days"]),
            "on": manifest["use"]["on"],
        },
    )
    if snapshot["stale"]:
        yield "care.stale", {}
    changed = ", ".join(policy["deviations"]) or "-"
    yield "care.policy", {"name": policy["name"], "digest": policy["digest"][:_DIGITS], "changed": changed}
    unread, skipped = sum(totals["unreadable"].values()), sum(totals["skipped"].values())
    yield "care.coverage", {"items": str(totals["items"]), "unread": str(unread), "skipped": str(skipped)}
    if sample := manifest.get("sample"):
        yield "care.sample", {"taken": str(sample["taken"]), "of": str(sample["of"])}
    if absent := [stage["name"] for stage in manifest["stages"] if not stage["ran"]]:
        yield "care.stages", {"names": ", ".join(absent)}
    outcomes = totals["outcomes"]
    held = {name: str(outcomes.get(name, 0)) for name in (Outcome.REVIEW.value, Outcome.BLOCK.value)}
    yield "care.held", held
    section = snapshot.get("protected")
    if section:
        yield "care.section", {"edition": str(section["edition"]), "digest": section["digest"][:_DIGITS]}
    else:
        yield "care.no_section", {}
    law = manifest.get("law") or {}
    if law.get("evaluated"):
        packs = ", ".join(f"{pack['id']}@{pack['sha256'][:8]}" for pack in law["packs"])
        yield "care.law", {"packs": packs, "on": law["on"]}
    if done.reviews is not None:
        reviews = done.reviews.book.reviews
        yield "care.reviews", {"count": str(len(reviews)), "people": str(len({one.by for one in reviews}))}


def _declared(manifest: Mapping[str, Any]) -> Iterator[Line]:
    declared = (manifest.get("law") or {}).get("declared") or {}
    for name, value in declared.items():
        words = {"fact": name, "value": json.dumps(value, ensure_ascii=False)}
        yield Line(key="care.declared", values=words, by=Ground.WORD)


def of_run(path: Path, log_key: str | None, policy: LogPolicy | None) -> tuple[Section, str]:
    """Return what a sealed run shows, verified, and its operator.

    Raises:
        EvidenceError: anything of it does not hold.
    """
    done = verify_run(RunDirectory(path.absolute()), log_key, policy)
    receipt = f"{done.seal.vkey} #{done.seal.index}"
    lines = [Line(key=k, values=v, by=Ground.LOG, receipt=receipt) for k, v in _run_facts(done)]
    section = Section(key="care.of_run", name=path.name, lines=(*lines, *_declared(done.manifest)))
    return section, str(done.manifest["operator"]["key"])


def _verify_batch(store: Generations, made: Committed, log: LocalLog) -> int:
    """Verify a batch of generation records up to the log, and return how many there are.

    Raises:
        EvidenceError: batch, entry, receipt or records do not go together.
    """
    segments = store.segments()[made.first - 1 : made.last]
    leaves = [leaf_of_record(*one) for segment in segments for one in segment.records()]
    if encode_batch(made.first, made.last, leaves) != made.batch:
        raise EvidenceError(
            f"the records {made.first} to {made.last} of {store.path} are not those of their batch",
            hint=f"its root is {batch_root(leaves).hex()[:_DIGITS]}; restore the folder from a copy",
        )
    if decode_entry(made.entry).commitment != commitment(made.salt, EntryType.PERSON, made.batch):
        raise EvidenceError(f"the log's entry does not commit to the records {made.first} to {made.last}")
    key = parse_vkey(log.vkey)
    verify_proof(store.receipt(made), made.entry, [key], origin=key.name)
    return len(leaves)


def of_generations(path: Path, log: LocalLog) -> tuple[Section, str]:
    """Return what the records of generations show: how many were withheld, and who was looked for.

    Raises:
        EvidenceError: a record, a batch or a receipt does not hold.
    """
    store = Generations.open(path)
    counts: Counter[str] = Counter()
    for segment in store.segments():
        for batch in segment.batches(("outcome", "reason", "record")):
            for row in batch.to_pylist():
                counts["withheld"] += row["outcome"] == Outcome.BLOCK or row["reason"] in PROTECTED_REASONS
                used = json.loads(row["record"]).get("section", "") if row["record"] else ""
                counts["looked"] += used not in {"", NO_SECTION}
    records = sum(segment.rows() for segment in store.segments())
    logged = [made for made in store.committed() if made.index is not None and store.has_receipt(made)]
    proven = sum(_verify_batch(store, made, log) for made in logged)
    by = Ground.LOG if records and proven == records else Ground.RECORDS
    receipt = f"{log.vkey} {', '.join(f'#{made.index}' for made in logged)}" if logged else ""
    withheld = counts["withheld"]
    facts: tuple[tuple[str, Mapping[str, str]], ...] = (
        ("care.generations", {"records": few(records), "proven": few(proven)}),
        ("care.withheld", {"withheld": part_of(withheld, records), "share": share_of(withheld, records)}),
        ("care.looked", {"looked": part_of(counts["looked"], records)}),
    )
    lines = tuple(Line(key=key, values=values, by=by, receipt=receipt) for key, values in facts)
    return Section(key="care.of_generations", name=path.name, lines=lines), str(store.operator)


def _logged_steps(folder: CaseFolder, case: Case, log: LocalLog, queue: PersonQueue) -> int:
    """Return how many steps of a case stand in the log; each is proven."""
    records, key = folder.records(), parse_vkey(log.vkey)
    kept = [records.read(one.number) for one in records.of_subject(_EVENTS.format(case.id))]
    placed = queue.placed([one.commitment for one in kept])
    for one in kept:
        if (place := placed.get(one.commitment)) is None:
            continue
        if decode_entry(place.entry).commitment != one.commitment:
            raise EvidenceError(f"the log's entry {place.index} does not commit to a step of {case.id}")
        verify_proof(log.prove(place.index), place.entry, [key], origin=key.name)
    return len(placed)


def of_cases(path: Path, now: datetime, log: LocalLog, queue: PersonQueue) -> Section:
    """Return what the cases of a desk show: how many, in which time, which terms were kept.

    Raises:
        EvidenceError: a case was changed, or a step is not what the log has.
    """
    folder, desk = CaseFolder(path), desk_facts(path)
    read: list[tuple[Case, tuple[Term, ...]]] = []
    steps, logged = 0, 0
    for case_id in folder.ids():
        case, _ = whole_case(folder, case_id)
        law, _ = law_at(folder, case, desk=desk)
        read.append((case, terms(case, now, law)))
        steps, logged = steps + len(case.events), logged + _logged_steps(folder, case, log, queue)
    receipt = f"{log.vkey} ({few(logged)}/{few(steps)})"
    lines = case_lines(read, now, logged=logged == steps, receipt=receipt)
    declared = tuple(
        Line(key="care.declared", values={"fact": name, "value": str(value)}, by=Ground.WORD)
        for name, value in desk.items()
    )
    return Section(key="care.of_cases", name="", lines=(*lines, *declared))
