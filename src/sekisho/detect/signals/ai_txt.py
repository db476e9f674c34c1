"""ai.txt in the form of Spawning (site.spawning.ai/spawning-ai-txt, 2023): which files may train models.

```
User-Agent: *
Disallow: *.jpg
Allow: /press/
```

Other things are called ai.txt, too: Markdown about a site, lists of labels, JSON. So it is first looked at
whether a file is of this form: a group with a `User-Agent`, every other line Allow or Disallow, comments
apart. What is of another form says nothing here. And it weighs little: it says no, and is heard; where it
says yes, that is no leave, because the same words stand in files that were made by a form on another's page.

Matching is that of RFC 9309, letters of either case, since a rule names a kind of file by its ending.
"""

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sekisho.detect.signals.common import TRAINING, each, excerpt
from sekisho.detect.signals.paths import Pattern, normal, path_of, pattern
from sekisho.detect.signals.robots import EVERYBODY, MAX_BYTES, Rule, parse_robots
from sekisho.model.signal import Signal, SignalFamily, SignalUse, Stance

__all__ = ["ai_txt_signals", "is_ai_txt"]

_USES = (SignalUse.TDM, *TRAINING)
_FIELDS = frozenset({"user-agent", "allow", "disallow"})
_OTHERS = frozenset({"sitemap", "contact", "host", "crawl-delay", "license", "licence", "content-signal"})
_FILES = 32
"""Files that are kept read at a time."""


def is_ai_txt(data: bytes) -> bool:
    """Tell whether a file is of this form. O(n)."""
    seen: set[str] = set()
    for line in data[:MAX_BYTES].decode("utf-8", "replace").lstrip("\ufeff").splitlines():
        text = line.partition("#")[0].strip()
        name, colon, _ = text.partition(":")
        field = name.strip().lower()
        if not text or field in _OTHERS:
            continue
        if not colon or field not in _FIELDS:
            return False
        seen.add(field)
    return "user-agent" in seen and len(seen) > 1


def ai_txt_signals(
    data: bytes, url: str, *, captured: datetime | None, place: str, source: str
) -> tuple[Signal, ...]:
    """Return what an ai.txt says about a URL: at most one signal. It never raises.

    O(data) once, then O(rules + path).

    Args:
        data: the file; what stands behind 500 KiB is not read.
        url: of the item.
        captured: when the file was read.
        place: the URL of the file.
        source: SHA-256 of the file, lower-case hex.
    """
    said = _read(data)
    if said is None:
        return ()
    path = normal(path_of(url).lower())
    matching = (rule for matched, rule in said.rules if matched.matches(path))
    rule = max(matching, key=lambda rule: (rule.pattern.length, not rule.allow), default=None)
    if rule is None:
        return ()
    return (
        Signal(
            family=SignalFamily.AI_TXT,
            place=place,
            raw=excerpt(rule.text),
            stances=each(_USES, Stance.UNKNOWN if rule.allow else Stance.DISALLOW),
            note="read to 500 KiB" if said.truncated else "",
            captured=captured,
            source=source,
        ),
    )


class _Said(NamedTuple):
    """The rules for everybody, each with its pattern in lower case."""

    rules: tuple[tuple[Pattern, Rule], ...]
    truncated: bool


@lru_cache(maxsize=_FILES)
def _read(data: bytes) -> _Said | None:
    if not is_ai_txt(data):
        return None
    robots = parse_robots(data)
    rules = (rule for group in robots.groups_of(EVERYBODY) for rule in group.rules)
    written = ((rule, rule.text.partition(":")[2].strip().lower()) for rule in rules)
    return _Said(tuple((pattern(text), rule) for rule, text in written if text), robots.truncated)
