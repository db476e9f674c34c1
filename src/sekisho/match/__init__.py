"""Fingerprint x snapshot -> matches. `brute` is the oracle that every index must equal."""

from sekisho.match.hamming import search
from sekisho.match.pictures import Match, known_files, match_pictures
from sekisho.match.warm import warm_up

__all__ = ["Match", "known_files", "match_pictures", "search", "warm_up"]
