"""Print a run's result: a short summary for people, or JSON for programs."""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sekisho.audit.report import summary
from sekisho.cli.say import say
from sekisho.store.decided import decisions

__all__ = ["print_result"]

_BYTES = ("sha256", "pdq")


def print_result(
    run: Path, found: dict[str, Any], *, units: Iterable[Mapping[str, Any]], form: str, lang: str, index: int
) -> None:
    """Print a finished run on stdout.

    Args:
        run: the RUN directory.
        found: the facts of the report.
        units: of the manifest, in the order of the plan.
        form: `table`, `json` (the facts) or `jsonl` (one line for each item).
        lang: `ja` or `en`; changes text only, never a key.
        index: of the receipt's entry in the log.
    """
    if form == "json":
        say(json.dumps(found, ensure_ascii=False, sort_keys=True))
    elif form == "jsonl":
        for batch in decisions(run, units):
            for row in batch.to_pylist():
                readable = row | {key: row[key].hex() if row[key] else None for key in _BYTES}
                sys.stdout.write(json.dumps(readable, ensure_ascii=False) + "\n")
    else:
        for line in summary(found, lang, report=str(run / "report.html"), leaf=str(index)):
            say(line)
