"""`sekisho review`."""

from sekisho.cli.review.command import review

__all__ = ["review"]
