"""`sekisho audit --again RUN`: what a run is decided again with, and what changed.

What is not given on the command line is the run's own, from its manifest; where its datasets, policy
and edition lie, status.json says. None of these paths is believed: digests decide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from sekisho.audit.again.before import (
    Before,
    hears_more,
    is_searched,
    lacks,
    looks_deeper,
    open_before,
    passing,
    sees_more_frames,
    text_fields,
    texts_in,
)
from sekisho.audit.again.causes import terms_of
from sekisho.audit.again.changes import CHANGES, COLUMNS, Changes, summed
from sekisho.audit.again.source import StoredSource, pictures_of, stored_sources
from sekisho.audit.job import Job, Planned
from sekisho.audit.rows import SCHEMA, completed
from sekisho.audit.run import Ran
from sekisho.audit.runners import HERE_ITEMS
from sekisho.cli.audit.options import Asked, Edition, Intent, Work, read_policy_named
from sekisho.cli.audit.texts import Opened, open_again_for
from sekisho.cli.edition import edition_of
from sekisho.cli.say import note
from sekisho.errors import InputError, NotFoundError, UsageError
from sekisho.locale import text
from sekisho.model import Policy, Purpose
from sekisho.policy import SHIPPED, shipped_policy
from sekisho.snapshot import Snapshot
from sekisho.store.datasets import Chosen, open_datasets
from sekisho.store.decided import decisions, read_json
from sekisho.store.runs import RunDirectory

__all__ = ["Again", "open_again", "runs_here"]

_SCHEMA = pa.schema([SCHEMA.field(name) for name in COLUMNS])


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A run that is decided again.

    Attributes:
        datasets: where each is, or was.
        media: each dataset, None where it is not there.
        column: of the pictures in Parquet files, if somebody said it.
    """

    run: Path
    before: Before
    status: Mapping[str, Any]
    datasets: Sequence[Path]
    media: Sequence[Chosen | None]
    column: str | None

    @property
    def sample(self) -> tuple[int, int]:
        """Return how many items were asked for, of how many, if the run is of a sample; else zeros."""
        drawn = self.before.manifest.get("sample") or {"asked": 0, "of": 0}
        return drawn["asked"], drawn["of"]

    def texts(self, policy: Policy) -> Opened:
        """Open what the texts of the run are read with.

        Raises:
            MissingExtraError: the policy asks for personal information in texts, and the extra is missing.
        """
        manifest = self.before.manifest
        return open_again_for(policy, text_fields(manifest) if texts_in(manifest) else None)

    @property
    def files(self) -> RunDirectory:
        """Return the files of the run."""
        return RunDirectory(self.run.absolute())

    def asked(self, edition: Edition, intent: Intent) -> Asked:
        """Fill what was not given with what the run was made with."""
        manifest = self.before.manifest
        return Asked(
            datasets=self.datasets,
            snapshot=edition.snapshot or self._snapshot(),
            operator=intent.operator or manifest["operator"]["key"],
            purpose=intent.purpose or Purpose(manifest["use"]["purpose"]),
            territory=intent.territory or manifest["use"]["territory"],
            on=intent.on,
            policy=intent.policy or self._policy(),
        )

    def sources(
        self, policy: Policy, on: date, snapshot: Snapshot, lang: str, *, asks: bool = False
    ) -> list[StoredSource]:
        """Return the run's datasets as it has stored them; say what is read again, and what can not be.

        Args:
            policy: the new one.
            on: the day of the new use.
            snapshot: the new edition.
            lang: `ja` or `en`.
            asks: there are other copies of sites.

        Raises:
            NotFoundError: the fingerprints do not suffice for the policy, or sites are to be asked, and a
                dataset is not there.
        """
        manifest = self.before.manifest
        parts = looks_deeper(snapshot, policy) or sees_more_frames(manifest, policy) or hears_more(manifest)
        count, texts = passing(manifest), texts_in(manifest)
        deeper = parts or lacks(manifest, policy)
        gone = self._gone()
        if gone and deeper:
            less = ', or decide by a policy with depth = "pdq"' if looks_deeper(snapshot, policy) else ""
            raise _not_there(f"the policy {policy.name!r} compares more than RUN has stored", gone[0], less)
        if gone and asks:
            less = ", or leave --signals out: what was said then is kept"
            raise _not_there("sites are asked by the addresses of the items", gone[0], less)
        if gone and texts:
            raise _not_there(f"RUN has {texts} texts, which are read again", gone[0])
        if asks and not deeper:
            note(text("again.asking", lang, items=manifest["totals"]["items"]))
        elif deeper or texts or (count and len(gone) < len(self.media)):
            note(text("again.reading", lang, items=manifest["totals"]["items"] if deeper else count + texts))
        if count and gone:
            note(text("again.absent", lang, dataset=str(gone[0]), items=count))
        searched = is_searched(manifest, snapshot, policy, on)
        media = self.media if deeper or count or texts or asks else [None] * len(self.media)
        more = {"searched": searched, "deeper": parts, "asks": asks}
        return stored_sources(self.before, self.files, policy, media, **more)

    def _gone(self) -> list[Path]:
        """Return where datasets were that have items and are not there."""
        places = zip(self.datasets, self.before.manifest["datasets"], self.media, strict=True)
        return [path for path, dataset, there in places if there is None and dataset["items"]]

    def pictures(self, tiles: Sequence[Mapping[str, Any]]) -> Mapping[str, bytes]:
        """Find thumbnails: those of the run's report, and else of the datasets that are there."""
        page = (self.files.read("report.html") or b"").decode("utf-8", "replace")
        return pictures_of(tiles, page, self.media)

    def leave_changes(self, ran: Ran, files: RunDirectory) -> dict[str, Any]:
        """Write changes.jsonl and return what changed in all."""
        old, new = self.before.manifest, ran.manifest()
        sites = ran.job.open_sources().sites
        changes = Changes(terms=terms_of(old, new, ran.snapshot, ran.job.use, sites=sites))
        lines: list[bytes] = []
        for before, after in zip(old["units"], new["units"], strict=True):
            lines += changes.unit(_rows(self.files.path, before), _rows(files.path, after))
        files.write(CHANGES, b"".join(lines))
        return summed(changes, old, new, self.before.parent)

    def _snapshot(self) -> Path:
        place = self.status.get("snapshot")
        if not isinstance(place, str) or edition_of(self.run, self.before.manifest) is None:
            raise NotFoundError(
                "no snapshot was given, and the edition that RUN used is not where it was",
                hint="name the edition to decide by: --snapshot FILE",
            )
        return Path(place)

    def _policy(self) -> str:
        """Return the name or file of the run's policy, if that still says the same."""
        wanted = self.before.manifest["policy"]
        name, place = str(wanted["name"]), self.status.get("policy")
        if name in SHIPPED and shipped_policy(name).digest == wanted["digest"]:
            return name
        if isinstance(place, str) and Path(place).is_file():
            if read_policy_named(place).digest == wanted["digest"]:
                return place
            raise UsageError(
                f"the policy {place} was changed since RUN was made",
                hint="name the policy to decide by: --policy NAME|FILE",
            )
        raise UsageError(
            f"the policy {name!r} of RUN is not at hand",
            hint="name the policy to decide by: --policy NAME|FILE",
        )


def runs_here(job: Job, units: Sequence[Planned]) -> bool:
    """Tell whether units are done in this process: they read no media and are few."""
    quiet = all(isinstance(source, StoredSource) and source.media is None for source in job.sources)
    return quiet and sum(planned.unit.items or 0 for planned in units) <= HERE_ITEMS


def _not_there(why: str, dataset: Path, instead: str = "") -> NotFoundError:
    hint = "name the datasets, in the order of RUN: sekisho audit DATASET ... --again RUN"
    return NotFoundError(f"{why}, and {dataset} is not there", hint=hint + instead)


def _rows(run: Path, unit: Mapping[str, Any]) -> pa.Table:
    batches = decisions(run, [unit], columns=COLUMNS)
    return pa.Table.from_batches((completed(batch).select(COLUMNS) for batch in batches), _SCHEMA)


def _apart(run: Path, output: Path) -> None:
    old, new = run.resolve(), output.resolve()
    if new.is_relative_to(old) or old.is_relative_to(new):
        raise UsageError(
            f"{output} and {run} lie within one another, or are the same",
            hint="what is sealed is not written again: choose an -o beside it",
        )


def _status(run: Path) -> Mapping[str, Any]:
    """Read status.json; it is no evidence, so a broken one only means that nothing is known."""
    try:
        found = read_json(run / "status.json")
    except (NotFoundError, InputError):
        return {}
    return found if isinstance(found, dict) else {}


def _places(given: Sequence[Path], status: Mapping[str, Any], manifest: Mapping[str, Any]) -> list[Path]:
    names = [str(dataset["name"]) for dataset in manifest["datasets"]]
    if given and len(given) != len(names):
        raise UsageError(
            f"RUN is of {len(names)} datasets, not of {len(given)}",
            hint=f"name all of them, in the order of RUN: {', '.join(names)}",
        )
    said = status.get("datasets")
    known = isinstance(said, list) and len(said) == len(names) and all(isinstance(s, str) for s in said)
    return [*given] or [Path(place) for place in (said if isinstance(said, list) and known else names)]


def _media(
    places: Sequence[Path],
    given: bool,
    manifest: Mapping[str, Any],
    column: str | None,
) -> list[Chosen | None]:
    found: list[Chosen | None] = []
    for number, (place, dataset) in enumerate(zip(places, manifest["datasets"], strict=True), 1):
        if not given and not (place.is_absolute() and place.exists()):
            found.append(None)
            continue
        (opened,) = open_datasets([place], image_column=column, text_fields=text_fields(manifest))
        if (opened.name, opened.kind) != (dataset["name"], dataset["kind"]):
            raise UsageError(
                f"{place} is not the dataset {dataset['name']} ({dataset['kind']}) of RUN",
                hint="name the datasets under their own names, in the order of RUN",
            )
        found.append(Chosen(replace(opened, number=number if len(places) > 1 else 0)))
    return found


def open_again(run: Path, output: Path, datasets: Sequence[Path], work: Work) -> Again:
    """Verify a run and find out what is there to decide it again.

    Args:
        run: the run to decide again.
        output: the new RUN directory.
        datasets: where the datasets are now, if they were moved.
        work: how it is done.

    Raises:
        UsageError: the run is not finished or not comparable, or paths do not fit it.
        EvidenceError: the run was changed.
    """
    if work.sample is not None:
        raise UsageError("--sample does not go with --again", hint="the items are those of RUN")
    _apart(run, output)
    if not run.is_dir():
        raise NotFoundError(f"there is no {run}", hint="name a finished RUN directory")
    before, status = open_before(RunDirectory(run.absolute())), _status(run)
    places = _places(datasets, status, before.manifest)
    said = status.get("image_column")
    column = work.image_column or (said if isinstance(said, str) else None)
    media = _media(places, bool(datasets), before.manifest, column)
    return Again(run=run, before=before, status=status, datasets=places, media=media, column=column)
