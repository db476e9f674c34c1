"""Where the items of a run come from: hosts with their items and bytes, days of capture, stated languages.

Each unit that has any leaves `hosts/<unit>.parquet`: hosts alone, sorted, never a path, a query or a user's
name within an address; its commit has the digest, the days and the languages. A host is what stands in the
address, in lower case, without port, a leading `www.` and a final point. Which part of it somebody can
register the public suffix list knows: documents add hosts up by it (`documents.registrable`).

Rows about persons and listed files are in none of these counts, so that nothing of them has to be erased.
"""

import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sekisho.audit.files import RunFiles, commit_name, hosts_name
from sekisho.audit.unit import Came
from sekisho.codec import parse
from sekisho.detect.signals.paths import host_of
from sekisho.model import Told

__all__ = ["NOT_NAMED", "Origins", "Tally", "host_named", "origins_of", "summed_hosts"]

MAX_LANGUAGES = 1000
"""Different languages that are counted by name in a unit; the set may call each item's otherwise."""
NOT_NAMED = "?"
"""Stands for all further ones."""
MAX_HOST = 253
"""Letters of a host; the domain name system has no longer ones (RFC 1035, 2.3.4)."""
MAX_HELD = 1 << 20
"""Rows of units' files that are held before they are added up: some 60 MB."""
_SCHEMA = pa.schema([("host", pa.string()), ("items", pa.int64()), ("bytes", pa.int64())])
_WRITER: Mapping[str, Any] = {
    "compression": "zstd",
    "compression_level": 1,
    "use_dictionary": False,
    "write_statistics": False,
    "version": "2.6",
}
_PLAIN = re.compile(r"https?://(?:www\.(?=[^./:@?#]+\.))?([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?=[/?#]|\Z)").match
_NAME = re.compile(rf"\w[\w.-]{{0,{MAX_HOST - 1}}}").fullmatch
_PORT = re.compile(r":\d*\Z")


def host_named(url: str) -> str:
    """Return the host of an address as it is counted; empty if there is none. O(len)."""
    plain = _PLAIN(url)
    return plain[1] if plain and len(plain[1]) <= MAX_HOST else _host_otherwise(url)


@lru_cache(maxsize=1024)
def _host_otherwise(url: str) -> str:
    host = _PORT.sub("", host_of(url)).strip(".")
    if host.startswith("www.") and "." in host[4:]:
        host = host[4:]
    return host if _NAME(host) else ""


@dataclass(slots=True)
class Tally:
    """Count where the items of one unit come from.

    Attributes:
        sites: items and bytes by the addresses up to their paths; few of them differ, so that a host is
            worked out once for many items.
        languages: items by what the dataset calls their language.
        dated, spoken: items that tell when they were fetched, and their language.
        apart: items about persons and listed files, of which nothing is counted here.
    """

    sites: dict[str, list[int]] = field(default_factory=dict)
    languages: Counter[str] = field(default_factory=Counter)
    dated: int = 0
    spoken: int = 0
    apart: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def add(self, told: Told, size: int) -> None:
        """Count one item of so many bytes."""
        url = told.url
        if url:
            site = told.site
            if not site:
                path = url.find("/", url.find("://") + 3)
                site = url[:path] if path > 0 else url
            amount = self.sites.get(site)
            if amount is None:
                self.sites[site] = [1, size]
            else:
                amount[0] += 1
                amount[1] += size
        if told.captured is not None or told.languages:
            self._add_more(told)

    def _add_more(self, told: Told) -> None:
        """Count when an item was fetched, and its languages."""
        moment = told.captured
        if moment is not None:
            self.dated += 1
            if self.first is None or moment < self.first:
                self.first = moment
            if self.last is None or moment > self.last:
                self.last = moment
        for name in told.languages:
            known = name in self.languages or len(self.languages) < MAX_LANGUAGES
            self.languages[name if known else NOT_NAMED] += 1
        self.spoken += bool(told.languages)

    def hosts(self) -> dict[str, list[int]]:
        """Return items and bytes by host."""
        found: dict[str, list[int]] = {}
        for site, (items, size) in self.sites.items():
            if host := host_named(site):
                _more(found, host, items, size)
        return found

    def still(self, came: Came | None) -> Came | None:
        """Return what the run before has counted, since few items are read anew; None if it no longer holds.

        Of an item that turned out to be about a person or a listed file nobody knows under which host it is.
        """
        return None if came is None or self.apart > came[0]["apart"] else came

    def left(self, *, asked: bool = False) -> Came:
        """Return what a commit says, and the file of hosts; empty if no item has an address.

        Args:
            asked: JSON lines were asked too where they come from.
        """
        hosts = self.hosts()
        data = _encoded(hosts) if hosts else b""
        days = [] if self.first is None or self.last is None else [_day(self.first), _day(self.last)]
        facts = {
            "apart": self.apart,
            "asked": asked,
            "items": sum(items for items, _ in hosts.values()),
            "hosts": len(hosts),
            "hosts_sha256": hashlib.sha256(data).hexdigest() if data else None,
            "captured": {"items": self.dated, "days": days},
            "languages": {"items": self.spoken, "names": dict(sorted(self.languages.items()))},
        }
        return facts, data


def _more(amounts: dict[str, list[int]], name: str, items: int, size: int) -> None:
    amount = amounts.get(name)
    if amount is None:
        amounts[name] = [items, size]
    else:
        amount[0] += items
        amount[1] += size


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def _encoded(hosts: Mapping[str, Sequence[int]]) -> bytes:
    """Return the file of hosts; the same counts give the same bytes."""
    names = sorted(hosts)
    columns = [names, [hosts[name][0] for name in names], [hosts[name][1] for name in names]]
    sink = io.BytesIO()
    pq.write_table(pa.table(columns, schema=_SCHEMA), sink, **_WRITER)
    return sink.getvalue()


def _read(data: bytes) -> pa.Table:
    return pq.read_table(io.BytesIO(data), schema=_SCHEMA, use_threads=False)


def summed_hosts(files: Iterable[bytes]) -> pa.Table:
    """Add up the files of several units: (hosts,) host, items, bytes, in no order.

    What is held grows with the number of hosts, not of units; O(rows), since what was added up is added
    again only when as much has come in.
    """
    held = [_SCHEMA.empty_table()]
    rows = whole = 0
    for data in files:
        held.append(_read(data))
        rows += len(held[-1])
        if rows >= max(MAX_HELD, whole):
            held = [_added(held)]
            rows, whole = 0, len(held[0])
    return _added(held)


def _added(tables: Sequence[pa.Table]) -> pa.Table:
    grouped = pa.concat_tables(tables).group_by("host", use_threads=False)
    made = grouped.aggregate([("items", "sum"), ("bytes", "sum")])
    return made.select(["host", "items_sum", "bytes_sum"]).rename_columns(_SCHEMA.names).cast(_SCHEMA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """Where the items of a run come from.

    Attributes:
        hosts: of `summed_hosts`.
        items: that have an address.
        days: ISO dates, the first and the last on which one was fetched; empty if none tells.
        dated: items that tell when they were fetched.
        languages: items by what the dataset calls their language.
        spoken: items that have any.
        asked: JSON lines were asked too.
        apart: items about persons and listed files, of which nothing is counted.
    """

    hosts: pa.Table
    items: int = 0
    days: tuple[str, ...] = ()
    dated: int = 0
    languages: Mapping[str, int] = field(default_factory=dict)
    spoken: int = 0
    asked: bool = True
    apart: int = 0


def origins_of(files: RunFiles, units: Iterable[str]) -> Origins | None:
    """Return where the items of a run come from; None if it is an older one, which does not say.

    Args:
        files: of a run that was verified: the digests of hosts are compared there.
        units: their ids.
    """
    read = (parse(files.read(commit_name(unit)) or b"{}") for unit in units)
    found = [one for one in read if isinstance(one, dict)]
    said: list[Mapping[str, Any]] = [one["origins"] for one in found if one.get("origins")]
    if len(said) < len(found):
        return None
    named = [one["unit"] for one in found]
    languages: Counter[str] = Counter()
    for one in said:
        languages.update(one["languages"]["names"])
    days = [day for one in said for day in one["captured"]["days"]]
    return Origins(
        hosts=summed_hosts(_files(files, named, said)),
        items=sum(one["items"] for one in said),
        days=(min(days), max(days)) if days else (),
        dated=sum(one["captured"]["items"] for one in said),
        languages=dict(languages),
        spoken=sum(one["languages"]["items"] for one in said),
        asked=all(one["asked"] for one in said),
        apart=sum(one["apart"] for one in said),
    )


def _files(files: RunFiles, units: Iterable[object], said: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    for unit, one in zip(units, said, strict=True):
        if one["hosts_sha256"] is not None:
            yield files.read(hosts_name(str(unit))) or b""
