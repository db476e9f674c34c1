"""`sekisho signals show`: a signal snapshot as a whole, or what it says about one URL."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from sekisho.cli.say import note, say
from sekisho.detect.signals.resolve import ASKED, Resolved, resolve
from sekisho.detect.signals.sites import AI_TXT, ROBOTS_TXT, TDMREP_JSON, site_of, site_signals
from sekisho.errors import UsageError
from sekisho.locale import shown, text, word
from sekisho.model import AsOf, Signal
from sekisho.store.signals import SignalSnapshot, open_signal_snapshot

__all__ = ["show"]


def _whole(snapshot: SignalSnapshot, lang: str) -> None:
    first, last = snapshot.captured_range
    say(text("collect.digest", lang, copies=snapshot.copies_kept, digest=snapshot.digest))
    say(text("collect.range", lang, first=first.isoformat(), last=last.isoformat()))
    for name, count, digest in snapshot.parts:
        say(f"{name}  {count}  {digest}")


def _files(snapshot: SignalSnapshot, url: str, lang: str) -> int:
    """Say how the three files of a site stand; return how many copies there are."""
    count = 0
    for path in (ROBOTS_TXT, TDMREP_JSON, AI_TXT):
        for kept in snapshot.kept(site_of(url) + path):
            count += 1
            why = text(f"collect.why_{kept.why}", lang) if kept.why else ""
            status = f" ({kept.status})" if kept.status else ""
            reached = text(f"collect.reached_{kept.copy.reached}", lang)
            say(
                f"{shown(kept.copy.url)}  {kept.copy.captured.isoformat()}  {reached}{status}  {why}".rstrip()
            )
    return count


def _signal(signal: Signal, lang: str) -> None:
    said = ", ".join(f"{use.value} {stance.value}" for use, stance in signal.stances.items())
    agent = f"  [{signal.agent}]" if signal.agent else ""
    say(f"  {word('signal', signal.family.value, lang)}{agent}: {said}")
    for line in signal.raw.splitlines()[:4]:
        say(f"    | {shown(line)}")
    if signal.note:
        say(f"    ({shown(signal.note)})")


def _come_to(found: Resolved, lang: str) -> None:
    for purpose in (purpose for purpose, uses in ASKED.items() if uses):
        stance = found.of(purpose).stance
        name = word("purpose", purpose.value, lang)
        say(f"{name}: {word('stance', stance.value, lang)}")


def show(
    signals: Path,
    url: str = "",
    /,
    *,
    as_of: Literal["audit", "crawl"] = "audit",
    crawled: datetime | None = None,
    lang: Literal["ja", "en"] = "ja",
) -> None:
    """Show a signal snapshot, or what a URL's site says about it: by family, and what it comes to.

    Example: sekisho signals show ./signals https://example.com/works/1.png

    Args:
        signals: A signal snapshot.
        url: Of an item.
        as_of: Whose word holds: the newest copy, or that of the crawl.
        crawled: When the item was fetched, for --as-of crawl; UTC if no zone is named.
        lang: Language of what is said.
    """
    snapshot = open_signal_snapshot(signals)
    if not url:
        _whole(snapshot, lang)
        return
    if not site_of(url):
        raise UsageError(f"{url!r} is no URL", hint="it begins with https://")
    if not _files(snapshot, url, lang):
        note(text("collect.nothing", lang, site=site_of(url)))
    said = site_signals(url, snapshot)
    moment = crawled.replace(tzinfo=UTC) if crawled is not None and crawled.tzinfo is None else crawled
    found = resolve(said.signals, as_of=AsOf(as_of), crawled=moment, read=said.read)
    for signal in said.signals:
        _signal(signal, lang)
    _come_to(found, lang)
