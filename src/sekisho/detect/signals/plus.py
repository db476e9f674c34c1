"""`plus:DataMining`: the vocabulary of the PLUS Coalition in the IPTC Photo Metadata Standard (2023.1).

http://ns.useplus.org/LDF/ldf-XMPSpecification#DataMining. A value is an address in the namespace
`http://ns.useplus.org/ldf/vocab/`, its last part alone, or the label that ExifTool and editors print for
it. `DMI-PROHIBITED-SEE...` says that a constraint stands elsewhere: until somebody has read it, data mining
is refused, and the note carries its words. `DMI-ALLOWED` allows data mining and with it training; that a
finished model may be given the picture at run time it does not say. A value that begins like a refusal
refuses everything; any other unknown value is an error.
"""

from collections.abc import Mapping

from sekisho.detect.signals.common import BUT_SEARCH, EVERY_USE, TRAINING, each
from sekisho.model.signal import SignalUse, Stance

__all__ = ["SEE", "mining_key", "mining_stances"]

SEE = (
    "DMI-PROHIBITED-SEECONSTRAINT",
    "DMI-PROHIBITED-SEEEMBEDDEDRIGHTSEXPR",
    "DMI-PROHIBITED-SEELINKEDRIGHTSEXPR",
)
"""Values that point to a constraint elsewhere."""
_ALLOWED = (SignalUse.TDM, *TRAINING)
_STANCES: Mapping[str, Mapping[SignalUse, Stance]] = {
    "DMI-UNSPECIFIED": each(BUT_SEARCH, Stance.UNKNOWN),
    "DMI-ALLOWED": each(_ALLOWED, Stance.ALLOW),
    "DMI-PROHIBITED-AIMLTRAINING": each(TRAINING, Stance.DISALLOW),
    "DMI-PROHIBITED-GENAIMLTRAINING": each((SignalUse.TRAIN_GENERATIVE,), Stance.DISALLOW),
    "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING": each(BUT_SEARCH, Stance.DISALLOW)
    | each((SignalUse.SEARCH,), Stance.ALLOW),
}
_LABELS = {
    "unspecified - no prohibition defined": "DMI-UNSPECIFIED",
    "unspecified": "DMI-UNSPECIFIED",
    "allowed": "DMI-ALLOWED",
    "prohibited for ai/ml training": "DMI-PROHIBITED-AIMLTRAINING",
    "prohibited for generative ai/ml training": "DMI-PROHIBITED-GENAIMLTRAINING",
    "prohibited except for search engine indexing": "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING",
    "prohibited": "DMI-PROHIBITED",
    "prohibited, see plus:otherconstraints": SEE[0],
    "prohibited, see other constraints property": SEE[0],
    "prohibited, see iptcext:embdencrightsexpr": SEE[1],
    "prohibited, see embedded encoded rights expression property": SEE[1],
    "prohibited, see iptcext:linkedencrightsexpr": SEE[2],
    "prohibited, see linked encoded rights expression property": SEE[2],
}


def mining_key(value: str) -> str:
    """Return the key of a value (`DMI-...`), whichever way it is written; as it is if it is unknown."""
    plain = " ".join(value.split())
    return _LABELS.get(plain.lower()) or plain.rpartition("/")[2].upper()


def mining_stances(value: str) -> Mapping[SignalUse, Stance]:
    """Return what a value says about each use."""
    key = mining_key(value)
    if key in _STANCES:
        return _STANCES[key]
    refuses = key.startswith("DMI-PROHIBITED") or value.strip().lower().startswith("prohibited")
    return each(EVERY_USE, Stance.DISALLOW if refuses else Stance.ERROR)
