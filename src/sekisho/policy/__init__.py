"""Findings x grants x rules x use -> decision."""

from sekisho.policy.decide import Rule, decide, find
from sekisho.policy.permission import Ruling, resolve
from sekisho.policy.read import SHIPPED, read_policy, rules_of, shipped_policy

__all__ = [
    "SHIPPED",
    "Rule",
    "Ruling",
    "decide",
    "find",
    "read_policy",
    "resolve",
    "rules_of",
    "shipped_policy",
]
