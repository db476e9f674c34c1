"""The operator's log on disk: a sequencer in SQLite, static files that anybody can serve or copy."""

from sekisho.store.log.local import LocalLog

__all__ = ["LocalLog"]
