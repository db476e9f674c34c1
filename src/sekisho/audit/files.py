"""What lies in a RUN directory, and under which names."""

from collections.abc import Sequence
from typing import Protocol

from sekisho.ledger import leaf_hash, leaf_reader, tree_root

__all__ = [
    "HOSTS",
    "PERSONAL",
    "RunFiles",
    "clean_name",
    "commit_name",
    "commits_root",
    "hosts_name",
    "part_name",
    "personal_name",
]

HOSTS = "hosts/"
"""Where the files lie that say from which hosts a unit's items come."""
PERSONAL = "personal/"
"""Where the places of personal information lie. They are no evidence: they can be deleted at any time."""


class RunFiles(Protocol):
    """The files of a RUN directory, by their names inside it; `store.runs` offers it."""

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, or None if it is not there."""

    def read_part(self, name: str, start: int, stop: int) -> bytes:
        """Return the bytes of a file from `start` to before `stop`; fewer at its end, none without a file."""

    def write(self, name: str, data: bytes, *, private: bool = False) -> None:
        """Write a file so that it is there whole or not at all; replace what was there.

        A private one can be read by the operator alone.
        """

    def names(self) -> Sequence[str]:
        """Return the names of all files, sorted."""


def part_name(unit: str) -> str:
    """Name the file of a unit's decisions."""
    return f"decisions/part-{unit}.parquet"


def clean_name(unit: str) -> str:
    """Name the file of a unit's clean list: the allowed items, one a line."""
    return f"clean/{unit}.txt"


def hosts_name(unit: str) -> str:
    """Name the file of the hosts that a unit's items come from."""
    return f"{HOSTS}{unit}.parquet"


def personal_name(unit: str) -> str:
    """Name the file that says where in a unit's items personal information is."""
    return f"{PERSONAL}{unit}.jsonl"


def commit_name(unit: str) -> str:
    """Name the file that says that a unit is done."""
    return f"commits/{unit}.json"


def commits_root(commits: Sequence[bytes]) -> str:
    """Return the hex Merkle tree hash over the bytes of the commits."""
    leaves = [leaf_hash(commit) for commit in commits]
    return tree_root(leaf_reader(leaves), len(leaves)).hex()
