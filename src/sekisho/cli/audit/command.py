"""`sekisho audit`: check a dataset against a snapshot and leave evidence."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from sekisho.audit.job import Job
from sekisho.cli.audit.again import Again, open_again
from sekisho.cli.audit.encoders import encoders_for
from sekisho.cli.audit.films import cut_with_films
from sekisho.cli.audit.forms import read_forms
from sekisho.cli.audit.gate import read_exempt
from sekisho.cli.audit.law import law_of
from sekisho.cli.audit.options import (
    Depth,
    Edition,
    Gate,
    Intent,
    Persons,
    Shown,
    Work,
    asked_for,
    checked_territory,
    read_policy_named,
)
from sekisho.cli.audit.running import Beside, leave, make_job, run_job, units_of
from sekisho.cli.audit.section import section_for
from sekisho.cli.audit.signals import sources_for
from sekisho.cli.audit.texts import open_for
from sekisho.cli.edition import Edition as Opened
from sekisho.cli.progress import Progress
from sekisho.cli.result import judged, places_of, print_result
from sekisho.cli.signers import signer_named
from sekisho.errors import UsageError
from sekisho.model import Policy, Use
from sekisho.store.clock import now, today
from sekisho.store.datasets import Dataset, open_datasets
from sekisho.store.datasets.names import escape
from sekisho.store.runs import RunDirectory, begin_run, refuse_taken
from sekisho.store.snapshot_file import SnapshotFile, all_trusted

__all__ = ["audit"]

_EDITION, _PERSONS, _INTENT, _DEPTH = Edition(), Persons(), Intent(), Depth()
_GATE, _WORK, _SHOWN = Gate(), Work(), Shown()


def _outside(output: Path, datasets: Sequence[Path]) -> None:
    """Refuse a RUN inside of a dataset: resumed, the run would check itself."""
    run = output.resolve()
    for dataset in datasets:
        if run.is_relative_to(dataset.resolve()):
            raise UsageError(f"{output} lies inside the dataset {dataset}", hint="choose an -o beside it")


def _datasets(paths: Sequence[Path], work: Work) -> list[Dataset]:
    """Open the datasets; where records were found is asked for documents, or to look up copies of sites."""
    columns, fields, asks = work.image_column, work.text_field, work.domains or work.signals is not None
    return open_datasets(paths, image_column=columns, text_fields=fields, addresses=asks)


def _edition_file(
    snapshot: Path,
    edition: Edition,
    persons: Persons,
    use: Use,
    policy: Policy,
    before: Mapping[str, Any] | None,
) -> SnapshotFile:
    """Return the edition, with the section about persons that is used beside it."""
    return SnapshotFile(
        path=snapshot.absolute(),
        trusted=all_trusted(edition.trusted_keys),
        now=now(),
        max_age=timedelta(days=edition.max_age_days),
        allow_stale=edition.allow_stale,
        protected=section_for(persons, edition, snapshot, use, policy, before),
    )


def _begun(job: Job, datasets: Sequence[Path]) -> Mapping[str, object]:
    """Return what an interrupted run has to be resumed with."""
    places = [escape(os.fsencode(path.absolute())) for path in datasets]
    parent = job.parent.root if job.parent else None
    return {**job.configuration(), "datasets": places, "parent": parent}


def _beside(work: Work, intent: Intent, use: Use, again: Again | None) -> Beside:
    """Return what stands beside the registry: which law is asked, and what is asked for signals."""
    before = again.before.manifest if again else None
    return law_of(intent, use.territory, before), sources_for(work.signals, before=before)


def audit(
    *dataset: Path,
    edition: Edition = _EDITION,
    persons: Persons = _PERSONS,
    intent: Intent = _INTENT,
    output: Annotated[Path, Parameter(name=("--output", "-o"))],
    depth: Depth = _DEPTH,
    work: Work = _WORK,
    gate: Gate = _GATE,
    shown: Shown = _SHOWN,
) -> int:
    """Check a dataset against a snapshot and leave evidence.

    Reads folders, WebDataset tars (.tar, .tar.gz), Parquet, JSONL (.gz, .zst) and WARC files, decides
    about every picture, film and text, and writes the clean list, reasons, report and a signed receipt into
    RUN. For personal information in texts it needs the extra [text], for films [video], for
    encoders [models].
    Exit code 0: nothing found; 1: findings; 3: something could not be read or compared;
    130: interrupted.

    Example: sekisho audit ./photos --snapshot assoc.snapshot --operator studio --purpose train
    --territory JP -o RUN

    Args:
        dataset: Folders, tars, Parquet, JSONL and WARC files; with --again only if they were moved.
        edition: Which edition is used.
        persons: Which section about persons.
        intent: Who wants to do what.
        output: The RUN directory to make.
        depth: With which encoders.
        work: How it is done.
        gate: When the exit code is not 0.
        shown: What is printed.
    """
    again = None if work.again is None else open_again(work.again, output, dataset, work)
    asked = asked_for(dataset, edition, intent) if again is None else again.asked(edition, intent)
    dataset = (*asked.datasets,)
    _outside(output, dataset)
    forms = read_forms(shown.format, [output, *dataset, *([work.again] if work.again else [])])
    exempt = read_exempt(gate.baseline, gate.ignore, today())
    use = Use(
        operator=signer_named(asked.operator).key,
        purpose=asked.purpose,
        territory=checked_territory(asked.territory),
        on=asked.on or today(),
    )
    files = RunDirectory(output.absolute())
    policy = read_policy_named(asked.policy)
    manifest = again.before.manifest if again else None
    opened = _edition_file(asked.snapshot, edition, persons, use, policy, manifest)
    refuse_taken(files, resume=work.resume)
    datasets = [] if again else _datasets(dataset, work)
    edition_used = opened.open()
    opened = replace(opened, until=edition_used.digest)
    asks = work.signals is not None
    sources = again.sources(policy, use.on, edition_used, shown.lang, asks=asks) if again else datasets
    sample = again.sample[0] if again else work.sample or 0
    cuts = cut_with_films(sources, policy, again=again is not None)
    texts = again.texts(policy) if again else open_for(datasets, cuts, policy, work.text_field)
    parent = again.before.parent if again else None
    encoders = encoders_for(policy, edition_used, depth.encoders, depth.models_directory)
    beside = _beside(work, intent, use, again)
    job = make_job(files, sources, opened, policy, use, sample, parent, texts, encoders, beside)
    lock = begin_run(files, _begun(job, dataset), resume=work.resume)
    more = {"policy": asked.place, "image_column": again.column if again else work.image_column}
    progress = Progress(files=files, datasets=dataset, snapshot=opened.path, lang=shown.lang, more=more)
    with lock, progress:
        ran = run_job(job, *units_of(job, datasets, cuts, again), files, progress, work)
        titles = Opened(snapshot=ran.snapshot).label
        found, index = leave(ran, again, files, progress, titles)
    progress.finish()
    result = judged(files.path, found, ran.manifest(), gate, exempt, titles=titles, index=index)
    print_result(result, forms, places_of(dataset), shown.lang)
    return result.verdict.code
