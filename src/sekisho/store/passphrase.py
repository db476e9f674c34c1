"""Secrets at rest under a passphrase: scrypt (RFC 7914) and AES-256-GCM, as one small JSON file.

    {"v": 1, "kdf": "scrypt", "n": 131072, "salt": ..., "nonce": ..., "sealed": ...}

The form of PKCS#8 that `cryptography` writes derives its key in 2,048 rounds of PBKDF2, which a
graphics card tries a million times a second; hence a form of our own. n, r = 8 and p = 1 are what
OWASP asks for (128 MiB, about 0.4 s); both are bound to the text by the GCM tag.
"""

import base64
import os
import sys
from getpass import getpass
from pathlib import Path
from typing import Annotated

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from sekisho.codec import canonical, parse_as
from sekisho.errors import ConfigError, InputError, SignatureError, UsageError

__all__ = ["PASSPHRASE", "PASSPHRASE_FILE", "asked", "is_locked", "locked", "new_passphrase", "unlocked"]

PASSPHRASE = "SEKISHO_PASSPHRASE"  # noqa: S105 - the name of a variable
PASSPHRASE_FILE = "SEKISHO_PASSPHRASE_FILE"  # noqa: S105 - likewise; its first line counts
ROUNDS = 1 << 17
MAX_ROUNDS = 1 << 20
_BLOCK, _LANES = 8, 1
_SALT, _NONCE, _KEY = 16, 12, 32
_SHORTEST = 12
_HEAD = b'{"kdf":"scrypt"'


class _Locked(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]
    kdf: Annotated[str, msgspec.Meta(pattern=r"^scrypt\Z")]
    n: Annotated[int, msgspec.Meta(ge=2, le=MAX_ROUNDS)]
    salt: Annotated[str, msgspec.Meta(max_length=64)]
    nonce: Annotated[str, msgspec.Meta(max_length=64)]
    sealed: Annotated[str, msgspec.Meta(max_length=1 << 14)]


def _key(passphrase: str, salt: bytes, rounds: int) -> bytes:
    return Scrypt(salt=salt, length=_KEY, n=rounds, r=_BLOCK, p=_LANES).derive(passphrase.encode())


def _terms(rounds: int, salt: bytes) -> bytes:
    return b"sekisho/locked/v1\0%d\0%b" % (rounds, salt)


def is_locked(data: bytes) -> bool:
    """Tell whether a file holds a secret under a passphrase."""
    return data.startswith(_HEAD)


def locked(secret: bytes, passphrase: str, *, rounds: int = ROUNDS) -> bytes:
    """Return a secret under a passphrase, one line of canonical JSON.

    Args:
        secret: at most a few kilobytes.
        passphrase: as `new_passphrase` lets pass.
        rounds: scrypt's n, a power of two.
    """
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    sealed = AESGCM(_key(passphrase, salt, rounds)).encrypt(nonce, secret, _terms(rounds, salt))
    parts = {"salt": salt, "nonce": nonce, "sealed": sealed}
    texts = {name: base64.b64encode(part).decode() for name, part in parts.items()}
    return canonical({"v": 1, "kdf": "scrypt", "n": rounds, **texts})


def unlocked(data: bytes, passphrase: str, what: str) -> bytes:
    """Return the secret.

    Args:
        data: as `locked` returned it.
        passphrase: of whoever asks.
        what: the file's name, for the message.

    Raises:
        InputError: not such a file.
        SignatureError: another passphrase, or a changed file.
    """
    wire = parse_as(data, _Locked)
    try:
        salt, nonce, sealed = (
            base64.b64decode(t, validate=True) for t in (wire.salt, wire.nonce, wire.sealed)
        )
        return AESGCM(_key(passphrase, salt, wire.n)).decrypt(nonce, sealed, _terms(wire.n, salt))
    except InvalidTag as error:
        raise SignatureError(
            f"{what} does not open with this passphrase", hint=f"look at {PASSPHRASE} and {PASSPHRASE_FILE}"
        ) from error
    except ValueError as error:
        raise InputError(f"{what} was changed: {error}") from error


def _from_environment() -> str | None:
    if PASSPHRASE in os.environ:
        return os.environ[PASSPHRASE]
    if PASSPHRASE_FILE not in os.environ:
        return None
    path = Path(os.environ[PASSPHRASE_FILE])
    try:
        # The file may be a descriptor, /dev/fd/3, that can be read only once.
        return path.read_text(encoding="utf-8").partition("\n")[0]
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{PASSPHRASE_FILE}: {path} can not be read") from error


def asked(what: str) -> str:
    """Return the passphrase for a file: from the environment, else from whoever sits at the terminal.

    Raises:
        SignatureError: there is neither.
        ConfigError: the named file can not be read.
    """
    found = _from_environment()
    if found is not None:
        return found
    if not sys.stdin.isatty():
        raise SignatureError(
            f"{what} is under a passphrase", hint=f"set {PASSPHRASE_FILE} to a file that only you can read"
        )
    return getpass(f"passphrase of {what}: ")


def new_passphrase(what: str) -> str:
    """Return a passphrase for a new secret, asked for twice at a terminal.

    Raises:
        UsageError: shorter than 12 characters, or the two differ.
        SignatureError, ConfigError: as `asked`.
    """
    found = _from_environment()
    if found is None:
        found = asked(what)
        if getpass("the same again: ") != found:
            raise UsageError("the two passphrases differ", hint="nothing was written")
    if len(found) < _SHORTEST:
        raise UsageError(f"a passphrase has at least {_SHORTEST} characters", hint="five words are good")
    return found
