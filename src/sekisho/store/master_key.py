"""The master key of vaults: 32 random bytes in a file of mode 0600, optionally under a passphrase.

    vault.master    64 hex digits, or as `store.passphrase` locks the 32 bytes

The passphrase is SEKISHO_VAULT_PASSPHRASE, when the key is made and each time that it is read. It is not
that of the signing keys: who may read about persons need not be who may sign.
"""

import os
import re
from contextlib import suppress
from pathlib import Path

from sekisho.errors import ConfigError, EvidenceError, ExistsError, InputError, SignatureError
from sekisho.store.atomic import write_atomic
from sekisho.store.passphrase import is_locked, locked, unlocked

__all__ = ["MASTER", "VAULT_PASSPHRASE", "master_key"]

MASTER = "vault.master"
VAULT_PASSPHRASE = "SEKISHO_VAULT_PASSPHRASE"  # noqa: S105 - the name of a variable
_KEY = 32
_PLAIN = re.compile(rb"[0-9a-f]{64}\n")
_COPY = "bring it back from where you keep a copy"


def master_key(folder: Path, *, make: bool) -> bytes:
    """Read the master key of a folder.

    Args:
        folder: of the keys.
        make: make one if there is none: nothing was sealed yet.

    Raises:
        EvidenceError: there is none, or it is damaged.
        ConfigError: the passphrase is missing or another one.
    """
    file = folder / MASTER
    if make and not file.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Another process may be first.
        with suppress(ExistsError):
            write_atomic(file, (_written(os.urandom(_KEY)),), mode=0o600)
    try:
        data = file.read_bytes()
    except FileNotFoundError as error:
        raise EvidenceError(
            f"the master key {file} is gone: nothing of the vault can be read", hint=_COPY
        ) from error
    return _read(data, file)


def _written(key: bytes) -> bytes:
    passphrase = os.environ.get(VAULT_PASSPHRASE, "")
    return locked(key, passphrase) if passphrase else key.hex().encode() + b"\n"


def _read(data: bytes, file: Path) -> bytes:
    if _PLAIN.fullmatch(data):
        return bytes.fromhex(data.decode())
    if not is_locked(data):
        raise EvidenceError(f"{file} is no master key", hint=_COPY)
    passphrase = os.environ.get(VAULT_PASSPHRASE, "")
    if not passphrase:
        raise ConfigError(f"{file} lies under a passphrase", hint=f"set {VAULT_PASSPHRASE}")
    try:
        return unlocked(data, passphrase, str(file))
    except (SignatureError, InputError) as error:
        raise ConfigError(f"the passphrase in {VAULT_PASSPHRASE} does not open {file}", hint=_COPY) from error
