"""`sekisho report`: write the report of a run again, outside of the sealed run."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from sekisho.audit.report.facts import Facts, facts
from sekisho.audit.report.page import render, thumbnails_of
from sekisho.audit.shape import checked_manifest
from sekisho.cli.edition import edition_of
from sekisho.cli.say import say
from sekisho.errors import NotFoundError, RefusedError, UsageError
from sekisho.store.atomic import refuse_existing, write_atomic
from sekisho.store.decided import decisions, read_json

__all__ = ["report"]

TIMES = ("seconds", "items_per_second", "jobs")
"""What status.json says about time; paths of this machine stay where they are."""


def _target(run: Path, output: Path | None) -> Path:
    """Return where to write: never into a run that is sealed."""
    place = run.resolve()
    target = output or place.with_name(f"{place.name}-report.html")
    if target.suffix == ".json":
        raise UsageError(f"{target} would be both the page and its facts", hint="name the page NAME.html")
    if (run / "seal.json").exists() and target.resolve().is_relative_to(place):
        raise RefusedError(
            f"{run} is sealed: what lies in it is evidence and is not written again",
            hint="name a file elsewhere with -o",
        )
    return target


def _timing(run: Path) -> Mapping[str, Any]:
    if not (run / "status.json").is_file():
        return {}
    status = read_json(run / "status.json")
    return {name: status[name] for name in TIMES if isinstance(status, dict) and name in status}


def _thumbnails(run: Path, found: Facts) -> Mapping[str, bytes]:
    """Take the thumbnails from the report that the audit made; the datasets are not needed."""
    page = run / "report.html"
    return thumbnails_of(page.read_text(encoding="utf-8", errors="replace"), found) if page.is_file() else {}


def report(
    run: Path,
    /,
    *,
    output: Annotated[Path | None, Parameter(name=("--output", "-o"))] = None,
    lang: Literal["ja", "en"] = "ja",
    snapshot: Path | None = None,
    force: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Write the report of a run again; the sealed one stays as it is.

    Writes one HTML file and, beside it, the same facts as JSON.

    Example: sekisho report RUN -o report.html --lang en

    Args:
        run: The RUN directory.
        output: The file to write; RUN-report.html beside the run if not given.
        lang: The language that shows first; the other is one press away.
        snapshot: The edition that the run used, if it is not where it was.
        force: Replace a file that is there.
    """
    target = _target(run, output)
    for file in (target, target.with_suffix(".json")):
        refuse_existing(file, force=force)
    manifest = checked_manifest(read_json(run / "manifest.json"))
    edition = edition_of(run, manifest, snapshot)
    if edition is None:
        raise NotFoundError(
            "the edition of the registry that this run used is not where it was",
            hint=f"name it with --snapshot; its digest is {manifest['snapshot']['digest']}",
        )
    found = facts(manifest, decisions(run, manifest["units"]), titles=edition.label, timing=_timing(run))
    data = json.dumps(found, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    write_atomic(target, [render(found, _thumbnails(run, found), lang=lang).encode()], force=force)
    write_atomic(target.with_suffix(".json"), [data.encode()], force=force)
    say(f"{target}\n{target.with_suffix('.json')}")
