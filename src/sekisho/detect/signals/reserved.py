"""TDMRep where it stands beside or within a resource: response headers, pages, XMP and EPUB packages.

TDM Reservation Protocol (W3C Community Group Final Report, 10 May 2024): `tdm-reservation` is 1 or 0, and
`tdm-policy` the address of a policy that says what else may be agreed on. A name that stands twice makes
two signals. A policy without a reservation says nothing. Which place comes before which, `resolve` says.
"""

from collections.abc import Iterable

from sekisho.detect.signals.common import excerpt
from sekisho.detect.signals.tdmrep import tdmrep_stance
from sekisho.model.signal import Signal, SignalFamily

__all__ = ["reserved_signals"]


def reserved_signals(reservations: Iterable[str], policies: Iterable[str], place: str) -> tuple[Signal, ...]:
    """Return what the reservations of one place say, each with the policies beside them.

    Args:
        reservations: values as they are written.
        policies: addresses as they are written.
        place: as in a signal.
    """
    values = dict.fromkeys(value.strip() for value in reservations)
    note = excerpt("; ".join(f"policy={policy.strip()}" for policy in policies if policy.strip()))
    return tuple(
        Signal(
            family=SignalFamily.TDMREP,
            place=place,
            raw=excerpt(value),
            stances=tdmrep_stance(value),
            note=note,
        )
        for value in values
    )
