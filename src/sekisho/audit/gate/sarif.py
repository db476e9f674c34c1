"""Write a run's findings as SARIF 2.1.0, the form that code scanning services read.

Source: OASIS SARIF Version 2.1.0 (27 March 2020); limits and fields of GitHub code scanning
(docs.github.com, "SARIF support for code scanning", 2026).
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from sekisho.audit.gate.baseline import Standing
from sekisho.audit.gate.listing import Listed, Listing
from sekisho.audit.gate.spoken import Places, concluded, notes, said
from sekisho.audit.gate.verdict import EXIT_INCOMPLETE, Verdict
from sekisho.audit.protected import is_protected
from sekisho.audit.shape import Titles
from sekisho.locale import LANGS, text, word
from sekisho.model import Outcome

__all__ = ["SCHEMA", "sarif"]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Outcome.BLOCK.value: "error", Outcome.REVIEW.value: "warning"}
"""What could not be read has the level of its outcome too: nobody looked at it, so it is no mere note."""
SAFE = "/%#~!$&'()*+,;=@"
"""Characters that stay in a URI (RFC 3986). An item's name has its own `#` and `%` escaped already."""

Row = Mapping[str, Any]
Json = dict[str, Any]


def _rule_id(reason: str, policy: str) -> str:
    """Name a rule by its reason and the policy: another policy is another rule."""
    return f"{reason}@{policy[:16]}"


def _rule(reason: str, level: str, policy: str, lang: str) -> Json:
    other = next(name for name in LANGS if name != lang)
    both = [word("reason", reason, lang), word("reason", reason, other)]
    return {
        "id": _rule_id(reason, policy),
        "name": reason,
        "shortDescription": {"text": both[0]},
        "help": {"text": "\n\n".join(both)},
        "defaultConfiguration": {"level": level},
    }


def _rules(rows: Sequence[Row], policy: str, lang: str) -> list[Json]:
    """Return a rule for each reason that was met, the most severe level that it had."""
    levels: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: -Outcome(row["outcome"]).rank):
        levels.setdefault(row["reason"], LEVELS[row["outcome"]])
    return [_rule(reason, level, policy, lang) for reason, level in sorted(levels.items())]


def _identity(row: Row) -> str:
    """Return what an item is known by in other runs: its bytes, or its name if they were not read.

    Of a person, and of what is listed, no digest leaves the run.
    """
    digest = None if is_protected(row) else row["sha256"]
    return digest.hex() if digest else hashlib.sha256(row["item"].encode()).hexdigest()


def _result(row: Row, message: str, uri: str, policy: str, index: Mapping[str, int]) -> Json:
    rule = _rule_id(row["reason"], policy)
    location = {
        "artifactLocation": {"uri": quote(uri, safe=SAFE)},
        # A picture has no lines, but GitHub wants one.
        "region": {"startLine": 1},
    }
    return {
        "ruleId": rule,
        "ruleIndex": index[rule],
        "level": LEVELS[row["outcome"]],
        "message": {"text": message},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {"itemSha256/v1": _identity(row), "primaryLocationLineHash": _identity(row)},
    }


def _marked(result: Json, found: Listed) -> Json:
    """Add what the baseline and the ignores say."""
    if found.standing is not None:
        result["baselineState"] = "new" if found.standing is Standing.NEW else "unchanged"
    if found.ignore is not None:
        said_by = f"{found.ignore.reason} ({found.ignore.by}, {found.ignore.until})"
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": said_by}]
    return result


def _notification(line: str) -> Json:
    return {"level": "warning", "message": {"text": line}}


def _invocation(listing: Listing, verdict: Verdict, left_off: int, lang: str) -> Json:
    lines = notes(listing, verdict, lang)
    if left_off:
        lines.append(text("sarif.more", lang, count=left_off))
    return {
        "executionSuccessful": verdict.code != EXIT_INCOMPLETE,
        "exitCode": verdict.code,
        "exitCodeDescription": concluded(verdict, lang),
        "toolExecutionNotifications": [_notification(line) for line in lines],
    }


def sarif(
    manifest: Mapping[str, Any],
    listing: Listing,
    verdict: Verdict,
    *,
    titles: Titles,
    places: Places,
    lang: str,
) -> Json:
    """Return the SARIF log of one run.

    Args:
        manifest: of the run.
        listing: its findings; what is listed there is listed here, in the same order.
        verdict: on it.
        titles: what the registry says about an entry.
        places: of the datasets, so that a URI is relative to where the check was begun.
        lang: of messages and of the first half of each rule's help.
    """
    policy = manifest["policy"]["digest"]
    shown = [*listing.shown, *(Listed(row=row) for row in listing.absent)]
    rules = _rules([found.row for found in shown], policy, lang)
    index = {rule["id"]: place for place, rule in enumerate(rules)}
    results = []
    for place, found in enumerate(shown):
        row = found.row
        result = _result(row, said(row, titles, lang), places.path(row["item"]), policy, index)
        absent = place >= len(listing.shown)
        results.append(result | {"baselineState": "absent"} if absent else _marked(result, found))
    left_off = listing.total + listing.gone - len(shown)
    driver = {"name": "Sekisho", "version": manifest["tool"]["version"], "language": lang, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"sekisho/{manifest['root']}"},
        "invocations": [_invocation(listing, verdict, left_off, lang)],
        "results": results,
        "properties": {
            "root": manifest["root"],
            "snapshot": manifest["snapshot"]["digest"],
            "verdict": verdict.as_dict(),
        },
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
