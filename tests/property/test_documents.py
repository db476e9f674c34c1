"""What documents add up is what the manifests say, and a sum tells no more than its parts do in public."""

from collections import Counter
from dataclasses import replace
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.audit.documents.declared import Declared
from sekisho.audit.documents.facts import documented
from sekisho.audit.documents.seen import Amount, Seen
from sekisho.audit.share.counts import protect
from tests.counts import count
from tests.documented import ON, audited_run
from tests.membership import Desk

FEW = st.sampled_from([0, 1, 9, 10, 11, 40]) | st.integers(0, 3000)
FLOW = st.fixed_dictionaries(
    {
        "allow": st.fixed_dictionaries({"no_known_objection": FEW, "granted_all": FEW}),
        "review": st.fixed_dictionaries({"protected_person": FEW, "low_detail": FEW}),
        "block": st.fixed_dictionaries({"listed": FEW, "opted_out": FEW}),
    }
).map(lambda flow: {o: {r: n for r, n in parts.items() if n} for o, parts in flow.items()})
STANCES = st.dictionaries(st.sampled_from(["allow", "disallow", "error"]), st.integers(1, 500), max_size=3)
SIGNALS = st.dictionaries(st.sampled_from(["robots", "plus", "licence"]), STANCES, max_size=3)
KINDS = st.dictionaries(st.sampled_from(["image", "text", "video"]), st.integers(1, 10**9), max_size=3)


@cache
def base():
    return audited_run(Desk())


def made(number, flow, families, kinds):
    """Return a run with other numbers than the one that was made."""
    items = sum(sum(parts.values()) for parts in flow.values())
    shown = protect(flow, {})
    totals = {"items": items, "bytes": items * 7, "unreadable": shown.unreadable, "skipped": {}}
    totals |= {"outcomes": shown.outcomes, "reasons": shown.reasons}
    signals = {"items": items // 2, "of": items, "stances": {}, "families": families, "used": {"c2pa": True}}
    seen = Seen(modalities={name: Amount(size, size * 3, size * 1000) for name, size in kinds.items()})
    cited = {"items": items, "bytes": items * 7, "root": f"{number:064x}", "totals": totals}
    return replace(
        base(),
        manifest={**base().manifest, "signals": signals},
        public={**base().public, "totals": totals},
        cited={**base().cited, **cited},
        seen=seen,
    )


@settings(max_examples=count(60, 2000), deadline=None)
@given(st.lists(st.tuples(FLOW, SIGNALS, KINDS), min_size=1, max_size=4))
def test_sums_over_runs_are_those_of_the_manifests(runs):
    facts = documented([made(n, *one) for n, one in enumerate(runs)], Declared(), on=ON)
    assert facts["items"] == sum(sum(sum(p.values()) for p in flow.values()) for flow, _, _ in runs)
    assert facts["bytes"] == facts["items"] * 7
    exact = Counter()
    for _, families, _ in runs:
        exact.update({(name, stance): n for name, by in families.items() for stance, n in by.items()})
    found = {(name, s): n for name, by in facts["signals"]["families"].items() for s, n in by.items()}
    assert found == dict(exact)
    sizes = Counter()
    for _, _, kinds in runs:
        sizes.update(kinds)
    assert {one["modality"]: one["items"] for one in facts["modalities"]} == dict(sizes)
    assert {one["modality"]: one["seconds"] for one in facts["modalities"]} == dict(sizes)


@settings(max_examples=count(60, 2000), deadline=None)
@given(st.lists(FLOW, min_size=1, max_size=4))
def test_a_sum_is_exact_or_not_stated_and_told_by_what_is_public(flows):
    runs = [made(n, flow, {}, {}) for n, flow in enumerate(flows)]
    decided = documented(runs, Declared(), on=ON)["decisions"]
    for outcome, shown in decided["outcomes"].items():
        parts = [run.public["totals"]["outcomes"][outcome] for run in runs]
        whole = sum(sum(flow[outcome].values()) for flow in flows)
        assert shown in {whole, None, "<10"}
        assert not isinstance(shown, int) or all(isinstance(part, int) for part in parts)
        for reason, items in (decided["reasons"][outcome] or {}).items():
            assert items in {sum(flow[outcome].get(reason, 0) for flow in flows), None, "<10"}
