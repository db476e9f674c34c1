"""What does a decision of law cost, and what do other engines say when a fact is missing?

The rule is that of Tottori as the shipped pack has it, with seven facts; the peers get the same predicate in
their own languages. One decision with full trace, one of the compiled rule, five million items in columns,
all packs loaded, compiled and tested. What each engine does with a missing age is run, not quoted.
"""

import argparse
import importlib.metadata
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
from measure import Cost, Report, Row, alternate, parser, ratios, typical

from sekisho.rules.columns import Column, bucketed, judged, thresholds
from sekisho.rules.compiled import Compiled, compile_rule
from sekisho.rules.conclude import conclude, packs_for
from sekisho.rules.evaluate import evaluate
from sekisho.rules.pack import Pack, Rule
from sekisho.rules.selftest import failures
from sekisho.rules.shipped import shipped_packs
from sekisho.rules.vocabulary import shipped_vocabulary

try:
    import cedarpy
except ImportError:
    cedarpy = None
try:
    import zen
except ImportError:
    zen = None
try:
    import cel
except ImportError:
    cel = None

PEERS = (("cedarpy", cedarpy), ("common-expression-language", cel), ("zen-engine", zen))
QUESTION = "What does a decision of law cost, and what do other engines say when a fact is missing?"
RULE = "jp31.child-likeness.prohibited"
ON = date(2026, 6, 1)
CALLS, PEER_CALLS = 400, 40
"""Few, so that a pass is over before a neighbour takes the processor."""
MORE = 5
"""Times as many passes for what is so short."""
ITEMS, QUICK_ITEMS = 5_000_000, 200_000
PASSES, QUICK_PASSES = 7, 2
NS, US, MIB = 1e9, 1e6, 2**20
FACTS: dict[str, Any] = {
    "subject.real": True,
    "subject.age": 12,
    "subject.prefecture": "JP-31",
    "item.processed_from_likeness": True,
    "item.faithful_likeness": True,
    "assessment.prohibited_depiction": True,
    "act.kind": "provide",
}
AGE = "subject.age"
KINDS = ("create", "produce", "provide", "publish", "possess")
PREDICATE = (
    "subject.real && subject.age < 18 && subject.prefecture == 'JP-31' && item.processed_from_likeness"
    " && item.faithful_likeness && assessment.prohibited_depiction"
)
CEDAR = """
permit(principal, action, resource);
forbid(principal, action, resource) when {
  context.subject.real && context.subject.age < 18 && context.subject.prefecture == "JP-31" &&
  context.item.processed_from_likeness && context.item.faithful_likeness &&
  context.assessment.prohibited_depiction && ["create", "produce", "provide"].contains(context.act.kind)
};
"""
Say = Callable[[dict[str, Any]], str]


def nested(facts: dict[str, Any]) -> dict[str, Any]:
    """Return facts as tables in tables."""
    tables: dict[str, Any] = {}
    for name, value in facts.items():
        table, _, key = name.partition(".")
        tables.setdefault(table, {})[key] = value
    return tables


def subject() -> tuple[Pack, Rule]:
    """Return the pack and the rule that are measured."""
    for pack in shipped_packs():
        rule = pack.rule(RULE)
        if rule is not None:
            return pack, rule
    raise LookupError(RULE)


def cedar_says() -> Say:
    """Return how cedarpy decides, policies parsed before."""
    policies = cedarpy.PolicySet.from_str(CEDAR)
    entities = cedarpy.Entities.from_json_str("[]")

    def say(tables: dict[str, Any]) -> str:
        request = {"principal": 'U::"a"', "action": 'A::"b"', "resource": 'R::"c"', "context": tables}
        return str(cedarpy.is_authorized(request, policies, entities).decision.value)

    return say


def cel_says() -> Say:
    """Return how common-expression-language decides, the program compiled before."""
    program = cel.compile(PREDICATE + " && act.kind in ['create', 'produce', 'provide']")
    return lambda tables: str(program.execute(tables))


def zen_says() -> Say:
    """Return how an expression of zen-engine decides, compiled before."""
    program = zen.compile_expression(
        PREDICATE.replace("&&", "and") + " and act.kind in ['create', 'produce', 'provide']"
    )
    return lambda tables: str(program.evaluate(tables))


def zen_table_says() -> Say:
    """Return how a decision table of zen-engine decides: one row that prohibits, one that does not."""
    names = list(FACTS)
    inputs = [{"id": f"i{n}", "name": name, "field": name} for n, name in enumerate(names)]
    tests = ["true", "< 18", "'JP-31'", "true", "true", "true", "'create', 'produce', 'provide'"]
    met = {"_id": "r1", **{f"i{n}": test for n, test in enumerate(tests)}, "o": "'prohibited'"}
    table = {
        "hitPolicy": "first",
        "inputs": inputs,
        "outputs": [{"id": "o", "name": "outcome", "field": "outcome"}],
        "rules": [met, {"_id": "r2", **{f"i{n}": "" for n in range(len(names))}, "o": "'none'"}],
    }
    at = {"position": {"x": 0, "y": 0}}
    nodes = [
        {"id": "a", "name": "in", "type": "inputNode", **at},
        {"id": "b", "name": "table", "type": "decisionTableNode", "content": table, **at},
        {"id": "c", "name": "out", "type": "outputNode", **at},
    ]
    edges = [
        {"id": "1", "type": "edge", "sourceId": "a", "targetId": "b"},
        {"id": "2", "type": "edge", "sourceId": "b", "targetId": "c"},
    ]
    decision = zen.ZenEngine().create_decision({"nodes": nodes, "edges": edges})
    return lambda tables: str(decision.evaluate(tables)["result"])


def peers() -> dict[str, Say]:
    """Return the engines that are installed."""
    found: dict[str, Say] = {}
    if cedarpy is not None:
        found["cedarpy"] = cedar_says()
    if cel is not None:
        found["common-expression-language"] = cel_says()
    if zen is not None:
        found["zen-engine expression"] = zen_says()
        found["zen-engine table"] = zen_table_says()
    return found


def said(act: Callable[[], str]) -> str:
    """Return what an engine answers, or with which error it ends, on one short line."""
    try:
        answer = act()
    except Exception as error:  # noqa: BLE001 - whatever it raises is its answer
        answer = f"{type(error).__name__}: {error}"
    return " ".join(answer.split())[:110].replace("|", "/")


def times(count: int, act: Callable[[], object]) -> Callable[[], None]:
    """Return something that does an act so many times."""

    def run() -> None:
        for _ in range(count):
            act()

    return run


def decision_rows(passes: int, report: Report) -> list[Row]:
    """Measure one decision: with full trace, compiled, and of every peer in the same passes."""
    pack, rule = subject()
    fast: Compiled = compile_rule(pack, rule, ON)
    values, tables = [FACTS[name] for name in fast.facts], nested(FACTS)
    named = peers()
    acts: dict[str, Callable[[], None]] = {
        "trace": times(CALLS, lambda: evaluate(pack, rule, FACTS, ON)),
        "compiled": times(CALLS, lambda: fast(FACTS)),
        "positional": times(CALLS, lambda: fast.of_values(values)),
    }
    for name, say in named.items():
        acts[name] = times(PEER_CALLS, lambda say=say: say(tables))
    raw = alternate(acts, MORE * passes)
    costs = {
        n: [c.per(CALLS if n in {"trace", "compiled", "positional"} else PEER_CALLS) for c in raw[n]]
        for n in raw
    }
    report.raw["seconds a decision"] = {name: [c.cpu for c in found] for name, found in costs.items()}
    rows = [
        limit("one decision with its whole trace", costs["trace"], US, "µs", 50),
        limit("the compiled rule, facts by name", costs["compiled"], US, "µs", 2),
        limit("the compiled rule, values in order", costs["positional"], US, "µs", 2),
    ]
    for name in named:
        ratio = ratios(costs[name], costs["compiled"])
        rows.append(
            Row(
                measure=f"the same predicate, against {name}",
                ours=f"compiled {US * typical(costs['compiled']).wall:.2f} µs",
                peer=f"{US * typical(costs[name]).wall:.1f} µs",
                value=ratio.wall,
                cpu=ratio.cpu,
            )
        )
    return rows


def limit(measure: str, costs: list[Cost], scale: float, unit: str, target: float) -> Row:
    """Return a row of a cost that has an upper bound."""
    cost = typical(costs)
    return Row(
        measure=measure,
        ours=f"{scale * cost.wall:.3g} {unit}",
        value=scale * cost.wall,
        cpu=scale * cost.cpu,
        unit=unit,
        target=target,
        better="less",
    )


def missing_rows() -> list[Row]:
    """Ask every engine about the same facts without the age."""
    pack, rule = subject()
    less = {name: value for name, value in FACTS.items() if name != AGE}
    found = evaluate(pack, rule, less, ON)
    ours = f"{found.outcome}; needs {', '.join(sorted(found.needs))}"
    rows = []
    for name, say in peers().items():
        whole, part = said(lambda say=say: say(nested(FACTS))), said(lambda say=say: say(nested(less)))
        rows.append(
            Row(
                measure=f"all facts but the age: {name}",
                ours=ours,
                peer=f"{part} (with it: {whole})",
                value=None,
            )
        )
    return rows


def columns(items: int) -> list[Column]:
    """Return seven columns of random facts, each unknown for one item in ten."""
    random = np.random.default_rng(7)

    def bools(name: str, share: float) -> Column:
        codes = np.where(random.random(items) < share, 1, 2).astype(np.uint8)
        codes[random.random(items) < 0.1] = 0  # noqa: PLR2004 - one in ten
        return Column(name, codes, (True, False))

    ages = random.integers(1, 80, items).astype(np.float64)
    ages[random.random(items) < 0.1] = np.nan  # noqa: PLR2004 - one in ten
    kinds = random.integers(0, len(KINDS) + 1, items).astype(np.uint8)
    places = random.integers(0, 3, items).astype(np.uint8)
    return [
        bools("subject.real", 0.5),
        bucketed(AGE, ages, thresholds(shipped_packs(), AGE, ON)),
        Column("subject.prefecture", places, ("JP-31", "JP-13")),
        bools("item.processed_from_likeness", 0.3),
        bools("item.faithful_likeness", 0.3),
        bools("assessment.prohibited_depiction", 0.1),
        Column("act.kind", kinds, KINDS),
    ]


def column_rows(items: int, passes: int, report: Report) -> list[Row]:
    """Measure all items at once, every distinct set of facts with its whole trace."""
    pack, rule = subject()
    given = columns(items)

    def whole() -> object:
        return judged(given, items, lambda facts: evaluate(pack, rule, facts, ON))

    costs = alternate({"whole": whole}, passes, per=items)["whole"]
    tracemalloc.start()
    found = judged(given, items, lambda facts: evaluate(pack, rule, facts, ON))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    report.raw["distinct"] = len(found.facts)
    report.notes.append(
        f"{items:,} items have {len(found.facts):,} distinct sets of facts, each judged once, with its trace."
    )
    row = limit(f"{items:,} items with seven facts, an item", costs, NS, "ns", 150)
    return [row, Row(measure="memory of that at its peak, an item", ours=f"{peak / items:.0f} B", value=None)]


def load() -> None:
    """Load, compile and test every pack."""
    shipped_packs.cache_clear()
    shipped_vocabulary.cache_clear()
    for pack in shipped_packs():
        for rule in pack.rules:
            compile_rule(pack, rule, ON)
        if failures(pack):
            raise ValueError(f"{pack.id} fails its own tests")


def load_rows(passes: int) -> list[Row]:
    """Measure loading, what it leaves in memory, and one conclusion over several places."""
    costs = alternate({"load": load}, passes)["load"]
    code = f"import time, sys; sys.path[:0] = {sys.path!r}; import bench_rules as rules; rules.load()"
    code += "; print(time.process_time())"
    fresh = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    tracemalloc.start()
    load()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    packs = shipped_packs()
    rules = sum(len(pack.rules) for pack in packs)
    tests = sum(len(rule.tests) for pack in packs for rule in pack.rules)
    five = packs_for(packs, ["JP-31", "US", "EU", "GB"])
    everything = times(20, lambda: conclude(five, FACTS, ON, shipped_vocabulary()))
    asked = typical(alternate({"five": everything}, passes, per=20)["five"])
    number = sum(len(pack.rules) for pack in five)
    return [
        limit(f"load, compile and test {len(packs)} packs, {rules} rules, {tests} tests", costs, 1, "s", 1),
        Row(
            measure="the same in a new process, with Python's start and all imports",
            ours=f"{float(fresh.stdout):.2f} s of the processor",
            value=None,
        ),
        Row(measure="memory of all packs", ours=f"{kept / MIB:.1f} MiB", value=None),
        Row(
            measure=f"conclude: Tottori, Japan, US, EU, UK and houses, {number} rules, with questions",
            ours=f"{1000 * asked.wall:.2f} ms",
            value=None,
        ),
    ]


def measure(given: argparse.Namespace) -> None:
    """Measure everything and report."""
    items = QUICK_ITEMS if given.quick else ITEMS
    passes = given.passes or (QUICK_PASSES if given.quick else PASSES)
    report = Report(name="rules", question=QUESTION, quick=given.quick)
    report.rows += decision_rows(passes, report)
    report.rows += column_rows(items, passes, report)
    report.rows += load_rows(passes)
    report.rows += missing_rows()
    there = [name for name, module in PEERS if module is not None]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in there)
    report.notes.append(f"Peers: {versions or 'none; pip install -r requirements/bench.in'}.")
    report.finish(given.results or given.cache / "results")


if __name__ == "__main__":
    measure(parser(QUESTION).parse_args())
