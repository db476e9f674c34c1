"""What a character looks like and where it stands."""

from dataclasses import dataclass

from sekisho.demo.paper import Colour, Points

__all__ = ["Look", "Place"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a character looks like; `hair_style` and `wears` name entries of `people` and `wardrobe`."""

    hair: Colour
    eyes: Colour
    skin: Colour
    coat: Colour
    trim: Colour
    hair_style: str
    wears: str
    mood: str = "calm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a bust stands: the middle of the head, its size, and how far it looks aside."""

    x: float = 50.0
    y: float = 52.0
    size: float = 1.0
    turn: float = 0.0

    def put(self, points: Points) -> Points:
        """Move points from the head's own space to the sheet."""
        return [(self.x + x * self.size, self.y + y * self.size) for x, y in points]

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Move one point."""
        return self.x + x * self.size, self.y + y * self.size
