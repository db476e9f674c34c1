"""`sekisho signals list`: every copy of a signal snapshot, a line each."""

from pathlib import Path
from typing import Literal

from sekisho.cli.say import note, say
from sekisho.collect.summary import file_of
from sekisho.detect.signals.sites import site_of
from sekisho.locale import shown, text
from sekisho.store.signals import open_signal_snapshot

__all__ = ["list_"]


def list_(
    signals: Path,
    /,
    *,
    site: str = "",
    file: Literal["", "/robots.txt", "/.well-known/tdmrep.json", "/ai.txt", "licence"] = "",
    lang: Literal["ja", "en"] = "ja",
) -> None:
    """List copies: URL, time, how it was reached, status and reason, bytes, SHA-256.

    Example: sekisho signals list ./signals --file /ai.txt

    Args:
        signals: A signal snapshot.
        site: Only of this site: a URL of it.
        file: Only this file.
        lang: Language of what is said besides.
    """
    snapshot = open_signal_snapshot(signals)
    wanted = site_of(site if "://" in site else f"https://{site}") if site else ""
    count = 0
    for kept in snapshot.every():
        copy = kept.copy
        if (wanted and site_of(copy.url) != wanted) or (file and file_of(copy.url) != file):
            continue
        count += 1
        how = f"{copy.reached.value}  {kept.status or '-'}  {kept.why.value or '-'}"
        digest = copy.sha256 if copy.body else "-"
        say(f"{shown(copy.url)}  {copy.captured.isoformat()}  {how}  {len(copy.body)}  {digest}")
    note(text("collect.listed", lang, count=count, copies=snapshot.copies_kept))
