"""`sekisho audit`: check a dataset against a snapshot and leave evidence."""

import os
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from sekisho import __version__
from sekisho.audit.job import Job, plan
from sekisho.audit.run import Ran, done_before, leave_report, leave_seal, left_behind, level_reached
from sekisho.audit.runners import run_local
from sekisho.cli.edition import Edition
from sekisho.cli.progress import Progress
from sekisho.cli.result import print_result
from sekisho.cli.say import note
from sekisho.cli.submission import Flag, signer_named
from sekisho.errors import NotFoundError, UsageError
from sekisho.fingerprint import warm_up as warm_up_fingerprints
from sekisho.locale import text
from sekisho.match import warm_up as warm_up_search
from sekisho.media import Limits
from sekisho.model import Policy, Purpose, Use
from sekisho.policy import SHIPPED, read_policy, shipped_policy
from sekisho.store.clock import now, today
from sekisho.store.datasets import Dataset, open_datasets
from sekisho.store.datasets.names import escape
from sekisho.store.decided import decisions
from sekisho.store.home import cache_dir
from sekisho.store.machine import cores
from sekisho.store.own_log import own_log
from sekisho.store.runs import RunDirectory, begin_run
from sekisho.store.snapshot_file import SnapshotFile, all_trusted, remember_edition

__all__ = ["audit", "read_policy_named"]

EXIT_FINDINGS = 1
EXIT_INCOMPLETE = 3
SALT_BYTES = 32

Positive = Annotated[int, Parameter(validator=Number(gte=1))]
Count = Annotated[int, Parameter(validator=Number(gte=0))]


def read_policy_named(policy: str) -> Policy:
    """Return a shipped policy by its name, or read an operator's own from a TOML file.

    Raises:
        NotFoundError: neither a shipped policy nor a file.
    """
    if policy in SHIPPED:
        return shipped_policy(policy)
    path = Path(policy)
    if not path.is_file():
        raise NotFoundError(
            f"there is no policy {policy!r}", hint=f"shipped are {', '.join(SHIPPED)}; else name a TOML file"
        )
    try:
        return read_policy(path.read_text(encoding="utf-8"), policy)
    except UnicodeDecodeError as error:
        raise UsageError(f"{policy} is not UTF-8 text") from error


def checked_territory(text: str) -> str:
    """Return an ISO 3166 code; a use happens in one place, so `*` is none."""
    if not re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", text):
        raise UsageError(f"{text!r} is not a territory", hint="use an ISO 3166 code such as JP or JP-13")
    return text


def _outside(output: Path, datasets: Sequence[Path]) -> None:
    """Refuse a RUN inside of a dataset: resumed, the run would check itself."""
    run = output.resolve()
    for dataset in datasets:
        if run.is_relative_to(dataset.resolve()):
            raise UsageError(f"{output} lies inside the dataset {dataset}", hint="choose an -o beside it")


def _job(
    files: RunDirectory, sources: Sequence[Dataset], opened: SnapshotFile, policy: Policy, use: Use
) -> Job:
    snapshot = opened.open()
    remember_edition(snapshot)
    return Job(
        sources=sources,
        files=files,
        open_snapshot=opened.open,
        snapshot_digest=snapshot.digest,
        policy=policy,
        use=use,
        operator=signer_named(use.operator).registrant,
        limits=Limits(),
        version=__version__,
    )


def _run(job: Job, files: RunDirectory, progress: Progress, jobs: int, seconds: float) -> Ran:
    """Do what is left to do."""
    planned = plan(job)
    if not any(cache_dir().glob("numba/*")):
        note(text("audit.compiling", progress.lang))
    # Compiled before the workers start, a kernel is compiled once, and on nobody's time limit.
    warm_up_fingerprints()
    warm_up_search()
    files.drop(left_behind(job, planned))
    commits = done_before(job, planned)
    progress.begin(planned, commits)
    left = [unit for unit in planned if unit.id not in commits]
    for commit in run_local(job, left, jobs=jobs, on_progress=progress.tick, item_seconds=seconds):
        commits[commit["unit"]] = commit
        progress.commit(commit)
    return Ran(job=job, snapshot=job.open_snapshot(), planned=planned, commits=commits)


def _code(manifest: Mapping[str, Any], *, fail_on: str, max_unreadable: int, lang: str) -> int:
    """Return the exit code of a finished run; say why it is incomplete, if it is."""
    totals = manifest["totals"]
    unreadable = sum(totals["unreadable"].values())
    if not totals["items"]:
        note(text("audit.nothing", lang))
        return EXIT_INCOMPLETE
    if unreadable > max_unreadable:
        note(text("audit.incomplete", lang, count=unreadable))
        return EXIT_INCOMPLETE
    return EXIT_FINDINGS if level_reached(manifest, fail_on) else 0


def audit(
    *dataset: Path,
    snapshot: Path,
    operator: str,
    purpose: Purpose,
    territory: str,
    output: Annotated[Path, Parameter(name=("--output", "-o"))],
    on: date | None = None,
    policy: str = "opt-in",
    jobs: Positive | None = None,
    resume: Flag = False,
    format: Literal["table", "json", "jsonl"] = "table",  # noqa: A002
    fail_on: Literal["block", "review", "never"] = "block",
    max_unreadable: Count = 0,
    allow_stale: Flag = False,
    max_age_days: Positive = 30,
    trusted_keys: tuple[str, ...] = (),
    image_column: str | None = None,
    item_seconds: Annotated[float, Parameter(validator=Number(gt=0))] = 120.0,
    lang: Literal["ja", "en"] = "ja",
) -> int:
    """Check a dataset against a snapshot and leave evidence.

    Reads folders, WebDataset tars (.tar, .tar.gz) and Parquet files with an image column, decides
    about every picture, and writes the clean list, reasons, report and a signed receipt into RUN.
    Exit code 0: nothing found; 1: findings; 3: something could not be read; 130: interrupted.

    Example: sekisho audit ./photos --snapshot assoc.snapshot --operator studio --purpose train
    --territory JP -o RUN

    Args:
        dataset: Folders, tars and Parquet files.
        snapshot: The edition of the registry to check against.
        operator: Your key; grants are given to it, and it signs the receipt.
        purpose: What the dataset is for.
        territory: Where it is used: ISO 3166 code, such as JP or JP-13.
        output: The RUN directory to make.
        on: The day for which grants are looked at; today if not given.
        policy: opt-in, opt-out, strict, or a TOML file of your own.
        jobs: Worker processes; one for each core if not given.
        resume: Go on with an interrupted run.
        format: What is printed: a table, the facts as JSON, or one JSON line for each item.
        fail_on: From which outcome on the exit code is 1.
        max_unreadable: How many unreadable items are accepted before the exit code is 3.
        allow_stale: Accept an expired or older edition; the report shows it.
        max_age_days: Oldest edition accepted.
        trusted_keys: Keys of the registries that you have chosen.
        image_column: Column of a Parquet file that holds the pictures, if it can not be told.
        item_seconds: A worker without progress for so long is stopped, the item is unreadable.
        lang: Language of the report and of what is printed.
    """
    if not dataset:
        raise NotFoundError("no dataset was given", hint="sekisho audit FOLDER|TAR|PARQUET ... -o RUN")
    _outside(output, dataset)
    signer = signer_named(operator)
    use = Use(operator=signer.key, purpose=purpose, territory=checked_territory(territory), on=on or today())
    opened = SnapshotFile(
        path=snapshot.absolute(),
        trusted=all_trusted(trusted_keys),
        now=now(),
        max_age=timedelta(days=max_age_days),
        allow_stale=allow_stale,
    )
    files = RunDirectory(output.absolute())
    sources = open_datasets(dataset, image_column=image_column)
    job = _job(files, sources, opened, read_policy_named(policy), use)
    places = [escape(os.fsencode(path.absolute())) for path in dataset]
    lock = begin_run(files, {**job.configuration(), "datasets": places}, resume=resume)
    progress = Progress(files=files, datasets=dataset, snapshot=opened.path, lang=lang)
    with lock, progress:
        ran = _run(job, files, progress, jobs or cores(), item_seconds)
        manifest = ran.manifest()
        found = leave_report(
            ran,
            decisions(files.path, manifest["units"]),
            titles=Edition(snapshot=ran.snapshot).label,
            timing=progress.timing(),
            lang=lang,
        )
        salt = secrets.token_bytes(SALT_BYTES)
        index = leave_seal(ran, signer=signer, log=own_log(), salt=salt, at=now())
    progress.finish()
    print_result(files.path, found, units=manifest["units"], form=format, lang=lang, index=index)
    return _code(manifest, fail_on=fail_on, max_unreadable=max_unreadable, lang=lang)
