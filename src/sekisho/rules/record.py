"""A conclusion as a record: a program reads it, a decision or a case keeps it, anybody can replay it."""

from datetime import UTC
from typing import Any

from sekisho.rules.conclude import Conclusion
from sekisho.rules.evaluate import Result
from sekisho.rules.words import Truth, plain

__all__ = ["as_json"]

_TRUTHS: dict[Truth, str] = {True: "yes", False: "no", None: "unknown"}


def _result_json(result: Result) -> dict[str, Any]:
    return {
        "rule": result.rule.id,
        "pack": result.pack.id,
        "effect": result.rule.effect,
        "status": result.rule.status,
        "outcome": result.outcome,
        "binding": result.binding,
        "contested": result.contested,
        "source": {
            "cite": result.pack.source(result.rule).cite,
            "status": result.pack.source(result.rule).status,
        },
        "elements": [
            {"id": e.element.id, "cite": e.element.cite, "met": _TRUTHS[e.met], "needs": sorted(e.needs)}
            for e in result.elements
        ],
        "needs": sorted(result.needs),
        "due": [
            {
                "duty": due.duty.id,
                "at": None if due.at is None else due.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
                "otherwise": _TRUTHS[due.otherwise],
                "needs": sorted(due.needs),
            }
            for due in result.dues
        ],
        "cost": [
            {
                "penalty": cost.penalty.id,
                "applies": _TRUTHS[cost.applies],
                "unit": cost.penalty.unit,
                "most": None if cost.most is None else {"min": cost.most.low, "max": cost.most.high},
                "needs": sorted(cost.needs),
            }
            for cost in result.costs
        ],
    }


def as_json(conclusion: Conclusion) -> dict[str, Any]:
    """Return a conclusion as a record that a program reads and that anybody can replay.

    It names each pack with its digest, the day, and the facts that were used.
    """
    return {
        "v": 1,
        "on": conclusion.on.isoformat(),
        "standing": conclusion.standing,
        "packs": [
            {
                "id": p.id,
                "sha256": p.digest,
                "law_as_of": p.law_as_of.isoformat(),
                "reviewed": bool(p.reviewed_by),
            }
            for p in conclusion.packs
        ],
        "facts": {name: plain(value) for name, value in conclusion.facts.items()},
        "results": [_result_json(result) for result in conclusion.results],
        "questions": [{"fact": q.fact.name, "rules": list(q.rules)} for q in conclusion.questions],
    }
