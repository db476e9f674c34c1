"""One audit at work: the job, its units in worker processes, and what is left behind."""

import secrets
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

from sekisho import __version__
from sekisho.audit.job import Cut, Job, Parent, Planned, keyed, plan
from sekisho.audit.law import Law
from sekisho.audit.review.inherited import inherit_reviews
from sekisho.audit.rows import SHOWN
from sekisho.audit.run import Ran, done_before, leave_map, leave_report, leave_seal, left_behind, lost
from sekisho.audit.runners import run_here, run_local
from sekisho.audit.sample import plan_sample
from sekisho.audit.shape import Titles
from sekisho.audit.unit import Source
from sekisho.cli.audit.again import Again, runs_here
from sekisho.cli.audit.encoders import Opened as Encoders
from sekisho.cli.audit.options import Work
from sekisho.cli.audit.signals import Opened as Said
from sekisho.cli.audit.texts import Opened, warm_up_texts
from sekisho.cli.progress import Progress
from sekisho.cli.say import note
from sekisho.cli.signers import signer_named
from sekisho.errors import EvidenceError
from sekisho.fingerprint import warm_up as warm_up_fingerprints
from sekisho.locale import text
from sekisho.match import warm_up as warm_up_search
from sekisho.media import Limits
from sekisho.model import KeyId, Policy, Use
from sekisho.policy import ended
from sekisho.store.clock import now, today
from sekisho.store.datasets import Dataset
from sekisho.store.decided import decisions
from sekisho.store.home import cache_dir
from sekisho.store.machine import cores
from sekisho.store.own_log import own_log
from sekisho.store.runs import RunDirectory
from sekisho.store.snapshot_file import SnapshotFile, remember_edition

__all__ = ["leave", "make_job", "run_job", "units_of"]

SALT_BYTES = 32


Beside = tuple[Law, Said]
"""Which law is asked, and what besides the items is asked for rights signals."""


def make_job(  # noqa: PLR0917 - what a run is about
    files: RunDirectory,
    sources: Sequence[Source[Any]],
    opened: SnapshotFile,
    policy: Policy,
    use: Use,
    sample: int,
    parent: Parent | None,
    texts: Opened,
    encoders: Encoders,
    beside: Beside,
) -> Job:
    """Return what a run is about, with the key of its rows."""
    snapshot = opened.open()
    remember_edition(snapshot)
    signer = signer_named(use.operator)
    job = Job(
        sources=sources,
        files=files,
        # A delta that is published meanwhile is for the next run.
        open_snapshot=replace(opened, until=snapshot.digest).open,
        snapshot_digest=snapshot.digest,
        policy=policy,
        use=use,
        operator=signer.registrant,
        limits=Limits(),
        version=__version__,
        sample=sample,
        parent=parent,
        open_lenses=encoders.lenses(texts.lenses),
        text=texts.text,
        models=encoders.used,
        protected=snapshot.protected.digest if snapshot.protected is not None else "",
        law=beside[0],
        open_sources=beside[1].open,
        signals=beside[1].used,
        addresses=any(getattr(source, "addresses", False) for source in sources),
    )
    return keyed(job, signer)


def _warm_up(lang: str, *, texts: bool) -> None:
    """Compile before the workers start: a kernel is compiled once, and on nobody's time limit."""
    if not any(cache_dir().glob("numba/*")):
        note(text("audit.compiling", lang))
    warm_up_fingerprints()
    warm_up_search()
    if texts:
        warm_up_texts()


def units_of(
    job: Job, datasets: Sequence[Dataset], cuts: Sequence[Cut], again: Again | None
) -> tuple[list[Planned], int]:
    """Return the units, and of a sample how many items there are; a run decided again has its own."""
    if again is not None:
        return plan(job, cuts), again.sample[1]
    return plan_sample(job, datasets, cuts) if job.sample else (plan(job, cuts), 0)


def run_job(
    job: Job, planned: Sequence[Planned], of: int, files: RunDirectory, progress: Progress, work: Work
) -> Ran:
    """Do what is left to do."""
    if late := ended(job.policy, job.use.on):
        note(text("audit.exceptions_ended", progress.lang, count=len(late)))
    _warm_up(progress.lang, texts=job.text is not None)
    files.drop(left_behind(job, planned))
    commits = done_before(job, planned)
    progress.begin(planned, commits)
    left = [unit for unit in planned if unit.id not in commits]
    jobs, seconds = work.jobs or cores(), work.item_seconds
    if runs_here(job, left):
        done = run_here(job, left, on_progress=progress.tick)
    else:
        done = run_local(job, left, jobs=jobs, on_progress=progress.tick, item_seconds=seconds)
    try:
        with closing(done):
            for commit in done:
                commits[commit["unit"]] = commit
                progress.commit(commit)
    finally:
        files.sweep()
    return Ran(
        job=job,
        snapshot=job.open_snapshot(),
        planned=planned,
        commits=commits,
        membership=leave_map(job, planned, commits),
        of=of,
    )


def leave(
    ran: Ran, again: Again | None, files: RunDirectory, progress: Progress, titles: Titles
) -> tuple[dict[str, Any], int]:
    """Write manifest, reports and seal; return the facts and the index of the log's entry.

    Raises:
        EvidenceError: files of the run were removed meanwhile.
    """
    rows = decisions(files.path, ran.manifest()["units"], columns=SHOWN)
    pictures = None if again is None else again.pictures
    timing = progress.timing()
    found = leave_report(ran, rows, titles=titles, timing=timing, lang=progress.lang, pictures=pictures)
    reviewers: tuple[KeyId, ...] = ()
    if again is not None:
        found["again"] = again.leave_changes(ran, files)
        reviewers = inherit_reviews(again.before, files, ran.manifest(), today())
        if reviewers and again.before.parent.of_other_use(ran.job.use):
            note(text("again.reviews_of_other_use", progress.lang))
    log = own_log()
    index = leave_seal(
        ran,
        signer=signer_named(ran.job.use.operator),
        log=log,
        salt=secrets.token_bytes(SALT_BYTES),
        at=log.not_before(now()),
        reviewers=reviewers,
        sample=ran.job.sample,
    )
    if gone := lost(ran.job, ran.planned):
        raise EvidenceError(
            f"{gone[0]} of {files.path} is not there any more: it was removed while the audit was at work",
            hint="what is left proves nothing: audit into another -o",
        )
    return found, index
