"""A list of files that nobody may hold, as an authority vouches for it."""

from dataclasses import dataclass
from datetime import date

from sekisho.model.words import PDQ_BYTES, SHA256_BYTES, KeyId, require

__all__ = ["Listed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Hashes of listed files; what they show, where they were and whose they are is in none of it.

    Attributes:
        id: `k-` and the first 32 hex digits of the SHA-256 of the payload.
        by: the authority that signs.
        source: whose list it is, as a label.
        files: SHA-256, sorted and distinct.
        pictures: PDQ, sorted and distinct.
    """

    id: str
    by: KeyId
    source: str
    on: date
    files: tuple[bytes, ...]
    pictures: tuple[bytes, ...]

    def __post_init__(self) -> None:
        require(self.files or self.pictures, "a list names at least one file")
        for hashes, width in ((self.files, SHA256_BYTES), (self.pictures, PDQ_BYTES)):
            require(all(len(one) == width for one in hashes), f"a hash has {width} bytes")
            require(list(hashes) == sorted(set(hashes)), "the hashes of a list are sorted and distinct")
