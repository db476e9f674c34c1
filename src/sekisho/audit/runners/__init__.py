"""Where units run. A runner only decides that; what a unit's output is, it can not change."""

from sekisho.audit.runners.local import run_local

__all__ = ["run_local"]
