"""Where units run. A runner only decides that; what a unit's output is, it can not change."""

from sekisho.audit.runners.here import HERE_ITEMS, run_here
from sekisho.audit.runners.local import run_local

__all__ = ["HERE_ITEMS", "run_here", "run_local"]
