"""Damage a file in the ways that files are damaged, and in the ways that break parsers.

The same seed gives the same files everywhere, so a soak test can name what failed by two numbers.
"""

import random
from collections.abc import Callable, Iterator

__all__ = ["mutations"]

EDGES = (0, 1, 2, 5, 0x7F, 0x80, 0xFE, 0xFF)
HEADER = 256
"""Bytes at the beginning that are damaged as often as all the rest together."""


def mutations(data: bytes, seed: int, n: int) -> Iterator[bytes]:
    """Yield `n` damaged copies of `data`, by one to four random edits each."""
    for number in range(n):
        chance = random.Random(f"{seed}:{number}")  # noqa: S311 - damage must be repeatable
        damaged = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            chance.choice(EDITS)(damaged, chance)
        yield bytes(damaged)


def _place(damaged: bytearray, chance: random.Random) -> int:
    bound = min(HEADER, len(damaged)) if chance.random() < 0.5 else len(damaged)
    return chance.randrange(max(1, bound))


def _flip(damaged: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 1, 4, 16))):
        if damaged:
            damaged[_place(damaged, chance)] ^= 1 << chance.randrange(8)


def _edge(damaged: bytearray, chance: random.Random) -> None:
    at = _place(damaged, chance)
    damaged[at : at + 1] = bytes([chance.choice(EDGES)])


def _number(damaged: bytearray, chance: random.Random) -> None:
    """Overwrite 2, 4 or 8 bytes by a number that a length or size field would fear."""
    size = chance.choice((2, 4, 8))
    bits = 8 * size
    half = 1 << (bits - 1)
    value = chance.choice((0, 1, half - 1, half, 2 * half - 1, chance.getrandbits(bits)))
    at = _place(damaged, chance)
    damaged[at : at + size] = value.to_bytes(size, chance.choice(("big", "little")))


def _cut(damaged: bytearray, chance: random.Random) -> None:
    del damaged[_place(damaged, chance) :]


def _remove(damaged: bytearray, chance: random.Random) -> None:
    at = _place(damaged, chance)
    del damaged[at : at + chance.choice((1, 2, 4, 12, 64))]


def _insert(damaged: bytearray, chance: random.Random) -> None:
    at = _place(damaged, chance)
    damaged[at:at] = chance.choice((b"\0" * 8, b"\xff" * 8, chance.randbytes(chance.choice((1, 3, 64)))))


def _copy(damaged: bytearray, chance: random.Random) -> None:
    """Repeat a stretch elsewhere: doubled headers, frames within frames."""
    at, to = _place(damaged, chance), _place(damaged, chance)
    damaged[to:to] = damaged[at : at + chance.choice((4, 16, 64, 256))]


EDITS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip,
    _flip,
    _edge,
    _number,
    _cut,
    _remove,
    _insert,
    _copy,
)
