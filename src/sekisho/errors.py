"""The one tree of exceptions. Media never raise; these are for the person who runs Sekisho.

SekishoError                 what, why, and `hint`: what to do next
|- UsageError                a wrong argument or combination                     exit 2
|  |- ConfigError            sekisho.toml, a policy or an environment variable   exit 2
|  |- NotFoundError          a named file, key, entry or run is not there        exit 2
|  |- ExistsError            would overwrite something                           exit 2
|  '- MissingExtraError      an optional package is not installed                exit 2
|- InputError                a document from outside has the wrong form          exit 2
|- SignatureError            a signature or key is missing, unknown or false     exit 2
|- SnapshotError             a snapshot was refused                              exit 2
|  |- SnapshotTampered       bytes and digests disagree, or the file is cut
|  |- SnapshotUntrusted      signed by a key that is not in trusted_keys
|  |- SnapshotStale          older than max_age, expired, or a lower edition
|  |- SnapshotSequence       a segment that does not follow the one before
|  '- SnapshotVersion        made by a newer Sekisho
|- RefusedError              a rule of Sekisho forbids it (likeness, self-vouch) exit 2
|- EvidenceError             a run, receipt or proof does not hold               exit 4
|  '- ErasedError            a record was erased; its commitment still stands    exit 4
'- IncompleteError           something could not be looked at                    exit 3
"""

__all__ = [
    "ConfigError",
    "ErasedError",
    "EvidenceError",
    "ExistsError",
    "IncompleteError",
    "InputError",
    "MissingExtraError",
    "NotFoundError",
    "RefusedError",
    "SekishoError",
    "SignatureError",
    "SnapshotError",
    "SnapshotSequence",
    "SnapshotStale",
    "SnapshotTampered",
    "SnapshotUntrusted",
    "SnapshotVersion",
    "UsageError",
]


class SekishoError(Exception):
    """Say what went wrong and why; `hint` says what to do next."""

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "") -> None:
        """Keep the message for `str()` and the hint beside it."""
        super().__init__(message)
        self.hint = hint


class UsageError(SekishoError):
    """A wrong argument, or arguments that do not go together."""


class ConfigError(UsageError):
    """A setting, a policy file or an environment variable can not be used."""


class NotFoundError(UsageError):
    """A named file, key, entry or run is not there."""


class ExistsError(UsageError):
    """The command would overwrite something that it did not make."""


class MissingExtraError(UsageError):
    """An optional package is not installed; the hint is the command that installs it."""


class InputError(SekishoError):
    """A document from outside has the wrong form."""


class SignatureError(SekishoError):
    """A signature or key is missing, unknown or false."""


class SnapshotError(SekishoError):
    """A snapshot was refused."""


class SnapshotTampered(SnapshotError):
    """Bytes and digests disagree, or the file is cut short."""


class SnapshotUntrusted(SnapshotError):
    """The signer is not among `trusted_keys`."""


class SnapshotStale(SnapshotError):
    """Older than `max_age`, expired, or a lower edition than was seen before."""


class SnapshotSequence(SnapshotError):
    """A segment that does not follow the one before: another base, out of order, or one too many."""


class SnapshotVersion(SnapshotError):
    """The layout is newer than this Sekisho can read."""


class RefusedError(SekishoError):
    """A rule that protects people or rights forbids it."""


class EvidenceError(SekishoError):
    """A run, receipt, statement or proof does not hold."""

    exit_code = 4


class ErasedError(EvidenceError):
    """A record about a person was erased: its commitment stands, what it said is gone for good."""


class IncompleteError(SekishoError):
    """Something could not be looked at, so the result is not clean."""

    exit_code = 3
