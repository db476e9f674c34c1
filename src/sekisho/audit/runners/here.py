"""Run units in this process: for those that decode nothing, and are too few to start others for.

What is read then was written by Sekisho and has the digest that a manifest names. Nothing of it goes
to a native decoder of pictures, so there is nothing that a supervisor would have to survive.
"""

from collections.abc import Callable, Generator, Sequence

from sekisho.audit.job import Job, Planned
from sekisho.audit.work import Commit, do_unit

__all__ = ["HERE_ITEMS", "run_here"]

HERE_ITEMS = 50_000
"""Up to so many items one process is done before two have started (benchmarks/bench_again.py)."""


def run_here(
    job: Job, units: Sequence[Planned], *, on_progress: Callable[[int], None] | None = None
) -> Generator[Commit, None, None]:
    """Yield the commit of each unit, in order.

    Args:
        job: the run.
        units: what is left to do.
        on_progress: told how many items are in hand.
    """
    snapshot, lenses, sources = job.open_snapshot(), job.open_lenses(), job.open_sources()
    for planned in units:
        yield do_unit(job, snapshot, planned, {}, _nobody, lenses, sources)
        if on_progress is not None:
            on_progress(0)


def _nobody(_ordinal: int) -> None:
    """Tell nobody which item is in hand."""
