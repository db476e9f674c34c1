"""Media -> fingerprint, one file per algorithm."""

from sekisho.fingerprint.film import Stop, Stopped
from sekisho.fingerprint.pdq import DIHEDRAL, MIN_QUALITY, pdq, pdq_dihedral
from sekisho.fingerprint.picture import Look, fingerprint, look
from sekisho.fingerprint.warm import warm_up

__all__ = [
    "DIHEDRAL",
    "MIN_QUALITY",
    "Look",
    "Stop",
    "Stopped",
    "fingerprint",
    "look",
    "pdq",
    "pdq_dihedral",
    "warm_up",
]
