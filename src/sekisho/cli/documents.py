"""`sekisho report --as` and `--init`: documents about sealed runs, and the template of declarations."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sekisho.audit.documents.ab_2013 import ab_2013
from sekisho.audit.documents.appi import appi
from sekisho.audit.documents.audited import Audited, audited
from sekisho.audit.documents.croissant import croissant
from sekisho.audit.documents.declared import Declared, read_declared, template
from sekisho.audit.documents.eu_summary import eu_summary
from sekisho.audit.documents.facts import Facts, documented
from sekisho.audit.documents.html import html
from sekisho.audit.documents.jp_principles import jp_principles
from sekisho.audit.documents.markdown import markdown
from sekisho.audit.documents.seen import COLUMNS, see
from sekisho.audit.documents.sheet import Document, as_json
from sekisho.audit.documents.spdx import spdx
from sekisho.audit.membership.training import Trained, verify_training
from sekisho.audit.verify import verify_run
from sekisho.cli.edition import edition_at_hand
from sekisho.cli.given import given_bytes, require_run
from sekisho.cli.say import say
from sekisho.errors import UsageError
from sekisho.locale import text
from sekisho.store.atomic import refuse_existing, write_atomic
from sekisho.store.clock import today
from sekisho.store.decided import decisions
from sekisho.store.runs import RunDirectory

__all__ = ["KINDS", "write_documents", "write_template"]

Files = Mapping[str, str]
"""Names in the folder -> texts."""


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def _sheet(name: str, make: Callable[[Facts], Document], langs: Sequence[str], facts: Facts) -> Files:
    """Return a sheet as Markdown, JSON and pages: NAME.html in the first language, NAME.LANG.html else."""
    made = make(facts)
    names = (f"{name}.html", *(f"{name}.{lang}.html" for lang in langs[1:]))
    pages = {page: html(made, facts, lang) for page, lang in zip(names, langs, strict=True)}
    return {f"{name}.md": markdown(made, langs), f"{name}.json": _json(as_json(made, langs)), **pages}


KINDS: Mapping[str, Callable[[Facts], Files]] = {
    "eu-summary": partial(_sheet, "eu-summary", eu_summary, ("en",)),
    "croissant": lambda facts: {"croissant.json": _json(croissant(facts))},
    "spdx": lambda facts: {"dataset.spdx3.json": _json(spdx(facts))},
    "ab-2013": partial(_sheet, "ab-2013", ab_2013, ("en",)),
    "jp-principles": partial(_sheet, "jp-principles", jp_principles, ("ja", "en")),
    "appi": partial(_sheet, "appi", appi, ("ja", "en")),
}
"""What `--as` names, and the files that come of it."""


def _chosen(wanted: Sequence[str]) -> list[str]:
    names = [name.strip() for one in wanted for name in one.split(",") if name.strip()]
    unknown = [name for name in names if name not in KINDS]
    if unknown or not names:
        raise UsageError(
            f"there is no document {', '.join(unknown)!r}", hint=f"known are: {', '.join(KINDS)}"
        )
    return list(dict.fromkeys(names))


def _audited(path: Path, snapshot: Path | None, log_key: str | None) -> Audited:
    """Verify a run and read its rows once."""
    require_run(path)
    files = RunDirectory(path.absolute())
    if files.read("seal.json") is None:
        raise UsageError(
            f"{path} is not sealed: it was not finished, or is no run",
            hint="finish it: sekisho audit DATASET ... --resume -o RUN",
        )
    verified = verify_run(files, log_key)
    edition = edition_at_hand(path, verified.manifest, snapshot)
    seen = see(decisions(path, verified.manifest["units"], columns=COLUMNS))
    return audited(files, verified, seen, None if edition is None else lambda e: edition.label(e).key)


def _target(runs: Sequence[Path], folder: Path) -> None:
    """Refuse to write into a run: what lies in it is evidence."""
    for run in runs:
        if folder.resolve().is_relative_to(run.resolve()):
            raise UsageError(
                f"{folder} lies in {run}, which is sealed", hint="name a folder elsewhere with -o"
            )


def write_documents(
    runs: Sequence[Path],
    wanted: Sequence[str],
    folder: Path,
    *,
    declarations: Path | None = None,
    training: Path | None = None,
    snapshot: Path | None = None,
    log_key: str | None = None,
    force: bool = False,
    lang: str = "en",
) -> None:
    """Write documents of some runs into a folder, all or none.

    Args:
        runs: RUN directories of one operator.
        wanted: names of `KINDS`, also several in one word with commas.
        folder: is made if it is not there.
        declarations: declarations.toml.
        training: a logged training statement about exactly these runs.
        snapshot: the edition that the runs used, if it is not where it was.
        log_key: the verifier key of the operator's log if it is known from elsewhere.
        force: replace files that are there.
        lang: of what is printed.

    Raises:
        UsageError: an unknown document, a run that is not sealed, or the folder lies in a run.
        ConfigError: the declarations do not hold, or contradict the runs.
        EvidenceError: a run or the statement was changed, or the statement is about other runs.
    """
    chosen = _chosen(wanted)
    _target(runs, folder)
    said = Declared() if declarations is None else read_declared(given_bytes(declarations), str(declarations))
    trained: Trained | None = None
    if training is not None:
        trained = verify_training(given_bytes(training), log_key=log_key)
    given = [_audited(path, snapshot, log_key) for path in runs]
    facts: dict[str, Any] = documented(given, said, trained=trained, on=today())
    made = {"facts.json": _json(facts)}
    for name in chosen:
        made |= KINDS[name](facts)
    for name in made:
        refuse_existing(folder / name, force=force)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in made.items():
        write_atomic(folder / name, [data.encode("utf-8", "backslashreplace")], force=force)
    separator = text("list.separator", lang)
    say(text("doc.written_files", lang, files=separator.join(made), folder=str(folder)))


def write_template(target: Path, *, force: bool = False, lang: str = "en") -> None:
    """Write declarations.toml with every key, commented out and explained in both languages."""
    refuse_existing(target, force=force)
    write_atomic(target, [template()], force=force)
    say(text("doc.template_written", lang, file=str(target)))
