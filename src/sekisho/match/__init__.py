"""Fingerprint x snapshot -> matches. `brute` is the oracle that every index must equal."""

from sekisho.match.hamming import search, warm_up
from sekisho.match.pictures import Match, match_pictures

__all__ = ["Match", "match_pictures", "search", "warm_up"]
