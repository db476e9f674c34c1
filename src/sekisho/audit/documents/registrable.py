"""Hosts -> domains: of each name the part that somebody has registered, by the public suffix list.

Runs keep hosts; domains are a view of them. Which edition of the list was used is a fact of the document,
because the same hosts give other domains under another one. It comes with the package `publicsuffixlist`
(MPL 2.0), so that nothing is fetched, and is opened only when documents are written.

Its private section counts too. There the owners of `github.io` or `blogspot.com` say that each name below
theirs is somebody else's: taken as one domain, the works of a million authors would be one line in the name
of their host, and none of them could find his own site.
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

__all__ = ["Suffixes", "added", "by_domain", "domain_of", "shown_domain", "suffixes"]

_PACKAGE, _FILE = "publicsuffixlist", "public_suffix_list.dat"
_VERSION = re.compile(rb"^// VERSION: (\d{4}-\d\d-\d\d)", re.MULTILINE)
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*").fullmatch
"""The last label of an address of IPv4 (WHATWG URL, 3.5, "ends in a number")."""
_WRITTEN = re.compile(r"[\w-]+").fullmatch
_ACE = "xn--"
CHUNK = 1 << 16
"""Hosts whose domains are worked out together."""
MAX_HELD = 1 << 20
"""Rows that are held before they are added up."""
_SCHEMA = pa.schema([("domain", pa.string()), ("items", pa.int64()), ("bytes", pa.int64())])


@dataclass(frozen=True, slots=True)
class Suffixes:
    """The public suffix list.

    Attributes:
        version: the day of the edition, ISO; that of the package if the list does not say.
        sha256: of the list, hex.
        rules: all of its sections.
    """

    version: str
    sha256: str
    rules: "PublicSuffixList"


@cache
def suffixes() -> Suffixes:
    """Open the list that is installed: 70 ms, once a process."""
    import publicsuffixlist  # noqa: PLC0415 - only where documents are written

    data = resources.files(_PACKAGE).joinpath(_FILE).read_bytes()
    found = _VERSION.search(data)
    version = found[1].decode() if found else publicsuffixlist.__version__
    rules = publicsuffixlist.PublicSuffixList(source=data)
    return Suffixes(version, hashlib.sha256(data).hexdigest(), rules)


def domain_of(host: str, rules: "PublicSuffixList") -> str:
    """Return the domain that a host belongs to, in ASCII (RFC 5891); O(len).

    The host itself where nothing of it can be registered apart: an address of IPv4, a name of one label, a
    public suffix. A suffix that is not on the list is taken for one of one label, as the list has it.
    """
    name = host if host.isascii() else _ascii(host)
    if _NUMBER(name.rpartition(".")[2]):
        return name
    return rules.privatesuffix(name) or name


def _ascii(host: str) -> str:
    labels = unicodedata.normalize("NFKC", host).lower().split(".")
    return ".".join(one if one.isascii() else _ACE + one.encode("punycode").decode() for one in labels)


def shown_domain(domain: str) -> str:
    """Return a domain as people read it: one in other letters in these, and in ASCII behind it."""
    if _ACE not in domain:
        return domain
    try:
        read = ".".join(map(_read, domain.split(".")))
    except UnicodeError:
        return domain
    plain = all(map(_WRITTEN, read.split(".")))
    return f"{read} ({domain})" if plain and _ascii(read) == domain else domain


def _read(label: str) -> str:
    return label[len(_ACE) :].encode().decode("punycode") if label.startswith(_ACE) else label


def by_domain(hosts: pa.Table, rules: "PublicSuffixList") -> pa.Table:
    """Add up hosts by their domains: (domains,) domain, items, bytes, in no order.

    What is held beside the hosts grows with the number of domains.

    Args:
        hosts: (hosts,) host, items, bytes.
        rules: of `suffixes`.
    """
    held = [_SCHEMA.empty_table()]
    rows = whole = 0
    for batch in hosts.to_batches(max_chunksize=CHUNK):
        names = [domain_of(host, rules) for host in batch.column(0).to_pylist()]
        columns = [pa.array(names, pa.string()), batch.column(1), batch.column(2)]
        held.append(pa.table(columns, schema=_SCHEMA))
        rows += len(names)
        if rows >= max(MAX_HELD, whole):
            held = [added(held, "domain")]
            rows, whole = 0, len(held[0])
    return added(held, "domain")


def added(tables: Sequence[pa.Table], key: str) -> pa.Table:
    """Add up the items and bytes of several tables by a column."""
    grouped = pa.concat_tables(tables).group_by(key, use_threads=False)
    made = grouped.aggregate([("items", "sum"), ("bytes", "sum")])
    return made.select([key, "items_sum", "bytes_sum"]).rename_columns([key, "items", "bytes"])
