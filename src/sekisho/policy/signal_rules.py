"""The table [signals] of a policy: what follows from what rights holders say in forms that machines read.

[signals]
objection = "block"
objection_error = "review"
as_of = "audit"
"""

from collections.abc import Mapping
from typing import Any

from sekisho.model import AsOf, Outcome, SignalRules

__all__ = ["SIGNAL_KEYS", "shown_signal_rules", "signal_rules"]

SIGNAL_KEYS = ("objection", "objection_error", "as_of")
"""The names of the fields of `SignalRules`."""


def signal_rules(rules: Mapping[str, Any]) -> SignalRules:
    """Return the rules about signals.

    Raises:
        ValueError: an outcome or a word that is none, or what can not be read would be allowed.
    """
    return SignalRules(
        objection=Outcome(rules["objection"]),
        objection_error=Outcome(rules["objection_error"]),
        as_of=AsOf(rules["as_of"]),
    )


def shown_signal_rules(rules: SignalRules) -> dict[str, Any]:
    """Return the rules as they stand in a file."""
    return {key: getattr(rules, key).value for key in SIGNAL_KEYS}
