"""Findings x grants x rules x use -> decision."""

from sekisho.policy.decide import LISTED, Rule, Verdict, blocks, decide, find, with_person
from sekisho.policy.exceptions import PROTECTED_KINDS, PROTECTED_REASONS, ended
from sekisho.policy.permission import Ruling, resolve
from sekisho.policy.read import SHIPPED, read_policy, rules_of, shipped_policy
from sekisho.policy.standing import TIME_TO_SETTLE, standing
from sekisho.policy.texts import FieldFound, NameFound, TextMatch, WorkFound, text_matches

__all__ = [
    "LISTED",
    "PROTECTED_KINDS",
    "PROTECTED_REASONS",
    "SHIPPED",
    "TIME_TO_SETTLE",
    "FieldFound",
    "NameFound",
    "Rule",
    "Ruling",
    "TextMatch",
    "Verdict",
    "WorkFound",
    "blocks",
    "decide",
    "ended",
    "find",
    "read_policy",
    "resolve",
    "rules_of",
    "shipped_policy",
    "standing",
    "text_matches",
    "with_person",
]
