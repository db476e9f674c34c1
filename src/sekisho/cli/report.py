"""`sekisho report`: write the report of a run again, outside of the sealed run, or documents about runs."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from sekisho.audit.report.facts import Facts, facts
from sekisho.audit.report.page import render, thumbnails_of
from sekisho.audit.shape import checked_manifest
from sekisho.cli.documents import write_documents, write_template
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


def _write_report(run: Path, output: Path | None, lang: str, snapshot: Path | None, *, force: bool) -> None:
    """Write the page and its facts."""
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


def _named(output: Path | None, example: str) -> Path:
    if output is None:
        raise UsageError("say where to write", hint=f"-o {example}")
    return output


def _no_documents(**given: object) -> None:
    """Refuse what is about documents where none is asked for: it would be left out without a word."""
    for name, value in given.items():
        if value is not None:
            raise UsageError(
                f"--{name.replace('_', '-')} is about documents", hint="name them: --as eu-summary"
            )


def report(
    *runs: Path,
    output: Annotated[Path | None, Parameter(name=("--output", "-o"))] = None,
    kinds: Annotated[Sequence[str], Parameter(name="--as", negative=())] = (),
    declarations: Path | None = None,
    training: Path | None = None,
    log_key: str | None = None,
    init: Annotated[bool, Parameter(negative=())] = False,
    lang: Literal["ja", "en"] = "ja",
    snapshot: Path | None = None,
    force: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Write the report of a run again, or documents about what models are trained on.

    The report is one HTML file and, beside it, the same facts as JSON; the sealed one stays as it is.
    With --as, transparency documents of sealed runs, which are verified first: eu-summary (EU AI Act),
    croissant, spdx, ab-2013 (California), jp-principles, appi (Japan).

    Example: sekisho report RUN --as eu-summary,croissant --declarations declarations.toml -o documents

    Args:
        runs: RUN directories; one for a report, one or several of one operator for documents.
        output: The file to write, RUN-report.html beside the run if not given; for documents a folder.
        kinds: Documents, with commas or repeated.
        declarations: What no run can know, as you declare it; --init writes its template.
        training: Your training statement about exactly these runs, which the documents then cite.
        log_key: Verifier key of your log, if it is known from elsewhere.
        init: Write the template of declarations.toml.
        lang: The language that shows first; the other is one press away.
        snapshot: The edition that the run used, if it is not where it was.
        force: Replace a file that is there.
    """
    if init:
        if runs or kinds:
            raise UsageError(
                "--init writes a template alone", hint="sekisho report --init -o declarations.toml"
            )
        write_template(_named(output, "declarations.toml"), force=force, lang=lang)
    elif not runs:
        raise UsageError("no run was named", hint="sekisho report RUN")
    elif kinds:
        folder = _named(output, "FOLDER")
        about = {"declarations": declarations, "training": training, "snapshot": snapshot, "log_key": log_key}
        write_documents(runs, kinds, folder, **about, force=force, lang=lang)  # type: ignore[arg-type]
    else:
        _no_documents(declarations=declarations, training=training, log_key=log_key)
        if len(runs) > 1:
            raise UsageError("a report is of one run", hint="for documents of several: --as eu-summary")
        _write_report(runs[0], output, lang, snapshot, force=force)
