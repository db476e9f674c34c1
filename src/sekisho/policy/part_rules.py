"""The tables [local], [model] and [film] of a policy: when a part, an embedding or a film counts as a match.

    [local]
    inliers_block = 12
    [film]
    clip = "block"

Recall and false alarms of the shipped numbers are in docs/reference/policies.md.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sekisho.errors import ConfigError
from sekisho.model import FilmRules, LocalRules, ModelRules, Outcome, Policy

__all__ = ["FILM_KEYS", "LOCAL_KEYS", "MODEL_KEYS", "part_rules", "shown_part_rules"]

_CLIP = "clip"
LOCAL_KEYS = tuple(LocalRules.__slots__)
MODEL_KEYS = tuple(ModelRules.__slots__)
FILM_KEYS = tuple(FilmRules.__slots__)
"""The names of the fields of the rules, in their order."""


def _number(rules: Mapping[str, Any], key: str, where: str) -> int:
    value = rules[key]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ConfigError(f"{where}: {key} must be a whole number, not {value!r}")
    return value


def part_rules(rules: Mapping[str, Any], where: str) -> dict[str, LocalRules | ModelRules | FilmRules]:
    """Return the rules about parts, embeddings and films, by the field of `Policy`.

    Raises:
        ConfigError: a number that is none.
        ValueError: a number out of range, or a clip that would be allowed.
    """
    film: dict[str, Any] = {key: _number(rules, key, where) for key in FILM_KEYS if key != _CLIP}
    return {
        "local": LocalRules(**{key: _number(rules, key, where) for key in LOCAL_KEYS}),
        "model": ModelRules(**{key: _number(rules, key, where) for key in MODEL_KEYS}),
        "film": FilmRules(**film, clip=Outcome(rules[_CLIP])),
    }


def shown_part_rules(policy: Policy) -> dict[str, Any]:
    """Return these rules as they stand in a file."""
    shown = asdict(policy.local) | asdict(policy.model) | asdict(policy.film)
    return shown | {_CLIP: policy.film.clip.value}
