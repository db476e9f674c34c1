"""A group as the review screen shows it."""

from sekisho.cli.review.listing import Status, View

__all__ = ["view"]


def view(**changes):
    """Return a group of one item on hold."""
    facts = {
        "id": "n-" + "0" * 32,
        "reason": "declared_without_permission",
        "problem": "",
        "entry": "e-1",
        "title": "A title",
        "entries": ("e-1",),
        "nearest": 4,
        "farthest": 4,
        "items": ("a.png",),
        "each": (Status.HELD,),
        "allowed_by": 0,
        "protected": False,
    }
    return View(**(facts | changes))
