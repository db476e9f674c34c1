"""Keys in files: keys/NAME.key (private, PKCS#8 PEM, 0600) and keys/NAME.pub (key id, label).

A private key may lie under a passphrase (`store.passphrase`). A key in a KMS or an agent needs no file:
whatever has `key` and `sign` is a `signing.Signer`.

A name is local to this folder and proves nothing; the key id is the key. Other parties' public
keys are kept here too, as a .pub without a .key.
"""

import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from sekisho.errors import ExistsError, NotFoundError, SignatureError, UsageError
from sekisho.model import KeyId, Registrant
from sekisho.signing import key_id, public_key
from sekisho.store.atomic import write_atomic
from sekisho.store.home import keys_dir
from sekisho.store.passphrase import asked, is_locked, locked, unlocked

__all__ = [
    "FileSigner",
    "KnownKey",
    "add_key",
    "find_public",
    "is_encrypted",
    "is_wide_open",
    "known_keys",
    "load_signer",
    "make_key",
    "protect_key",
    "write_public",
]

_PREFIX = "ed25519:"
_NAME = re.compile(r"\w[\w.-]{0,63}")
_MAX_LABEL = 200
_MAX_FILE = 1 << 14
"""Bytes; a key file is about 120."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSigner:
    """A private key that was read from a file. Implements `signing.Signer`."""

    name: str
    key: KeyId
    label: str
    private: Ed25519PrivateKey = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of an Ed25519 signature."""
        return self.private.sign(message)

    @property
    def registrant(self) -> Registrant:
        """The key with the label its owner gave it."""
        return Registrant(key=self.key, label=self.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKey:
    """A public key in the folder; `private` tells whether the private key is here too."""

    name: str
    key: KeyId
    label: str
    private: bool


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name) or name.endswith((".key", ".pub")):
        raise UsageError(
            f"{name!r} can not be the name of a key",
            hint="use letters, digits, '-', '_' and '.', at most 64",
        )
    return name


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(_MAX_FILE)
    except FileNotFoundError as error:
        raise NotFoundError(f"there is no key file {path}", hint="sekisho key list") from error


def _parse_public(data: bytes, where: str) -> tuple[KeyId, str]:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise SignatureError(f"{where} is not a public key file") from error
    first, _, rest = text.partition("\n")
    public_key(first.strip())
    return KeyId(first.strip()), rest.partition("\n")[0].strip()[:_MAX_LABEL]


def write_public(folder: Path, name: str, registrant: Registrant, *, force: bool = False) -> Path:
    """Write NAME.pub: the key id, a newline, the label."""
    path = folder / f"{_checked_name(name)}.pub"
    write_atomic(path, (f"{registrant.key}\n{registrant.label}\n".encode(),), force=force)
    return path


def _refuse_taken(folder: Path, name: str) -> None:
    if any((folder / f"{name}{end}").exists() for end in (".key", ".pub")):
        raise ExistsError(f"there is a key {name!r} already", hint="sekisho key list; choose another name")


def _private_file(private: Ed25519PrivateKey, passphrase: str | None) -> bytes:
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem if passphrase is None else locked(pem, passphrase)


def make_key(
    name: str, *, label: str = "", folder: Path | None = None, passphrase: str | None = None
) -> FileSigner:
    """Make a new private key, readable by its owner only, and its public half beside it.

    Args:
        name: of the files.
        label: for others.
        folder: default: that of SEKISHO_HOME.
        passphrase: under which the private half lies; None: nothing but the file's mode protects it.

    Raises:
        ExistsError: a key of that name is there already.
        UsageError: the name can not be a file name, or the label has line breaks or is too long.
    """
    if len(label) > _MAX_LABEL or not label.isprintable():
        raise UsageError(f"a label is one line of at most {_MAX_LABEL} characters")
    folder = folder or keys_dir()
    path = folder / f"{_checked_name(name)}.key"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _refuse_taken(folder, name)
    private = Ed25519PrivateKey.generate()
    write_atomic(path, (_private_file(private, passphrase),), mode=0o600)
    key = key_id(private.public_key().public_bytes_raw())
    write_public(folder, name, Registrant(key=key, label=label))
    return FileSigner(name=name, key=key, label=label, private=private)


def _private_key(path: Path) -> Ed25519PrivateKey:
    data = _read(path)
    pem = unlocked(data, asked(str(path)), str(path)) if is_locked(data) else data
    try:
        private = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SignatureError(f"{path} is not a private key in PEM: {error}") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise SignatureError(f"{path} is not an Ed25519 key")
    return private


def protect_key(name: str, passphrase: str | None) -> None:
    """Put a private key under a passphrase, or under another; None takes it away.

    Raises:
        NotFoundError: there is no such private key.
        SignatureError: the passphrase that it lies under is not at hand.
    """
    path = keys_dir() / f"{_checked_name(name)}.key"
    private = _private_key(path)
    write_atomic(path, (_private_file(private, passphrase),), mode=0o600, force=True)


def is_encrypted(name: str) -> bool:
    """Tell whether a private key lies under a passphrase."""
    return is_locked(_read(keys_dir() / f"{_checked_name(name)}.key"))


def _load_file(folder: Path, name: str) -> FileSigner:
    path = folder / f"{_checked_name(name)}.key"
    private = _private_key(path)
    key = key_id(private.public_key().public_bytes_raw())
    public = folder / f"{name}.pub"
    label = _parse_public(_read(public), str(public))[1] if public.exists() else ""
    return FileSigner(name=name, key=key, label=label, private=private)


def _without_public(folder: Path) -> Iterator[FileSigner]:
    """Yield the private keys that lie here without their public half, as a secret of a CI job does."""
    for path in sorted(folder.glob("*.key")):
        if not path.with_suffix(".pub").exists() and not is_locked(_read(path)):
            with suppress(SignatureError):
                yield _load_file(folder, path.stem)


def load_signer(name: str) -> FileSigner:
    """Load a private key by its local name, or by its key id.

    Raises:
        NotFoundError: no private key of that name or id is here.
        SignatureError: the file is not an Ed25519 private key.
    """
    folder = keys_dir()
    if name.startswith(_PREFIX):
        found = [k.name for k in known_keys() if k.key == name and k.private]
        alone = (signer for signer in _without_public(folder) if signer.key == name)
        if not found and (signer := next(alone, None)) is not None:
            return signer
        if not found:
            raise NotFoundError(f"the private key of {name} is not on this machine", hint="sekisho key list")
        name = found[0]
    if not (folder / f"{_checked_name(name)}.key").exists():
        raise NotFoundError(f"there is no private key {name!r}", hint=f"sekisho key new {name}")
    return _load_file(folder, name)


def is_wide_open(name: str) -> bool:
    """Tell whether others than the owner may read a private key."""
    mode = (keys_dir() / f"{_checked_name(name)}.key").stat().st_mode
    return bool(stat.S_IMODE(mode) & 0o077)


def known_keys() -> Sequence[KnownKey]:
    """Return all public keys of the folder, sorted by name."""
    folder = keys_dir()
    found = []
    for path in sorted(folder.glob("*.pub")):
        name = path.name.removesuffix(".pub")
        key, label = _parse_public(_read(path), str(path))
        private = (folder / f"{name}.key").exists()
        found.append(KnownKey(name=name, key=key, label=label, private=private))
    return tuple(found)


def find_public(text: str) -> Registrant:
    """Find a public key by its id, by a path to a .pub file, or by a local name.

    Raises:
        NotFoundError: no such file or name.
        SignatureError: not a key id, or a weak key.
    """
    if text.startswith(_PREFIX):
        public_key(text)
        return Registrant(key=KeyId(text))
    path = Path(text)
    if "/" not in text and not text.endswith(".pub"):
        folder = keys_dir()
        path = folder / f"{_checked_name(text)}.pub"
        if not path.exists() and (folder / f"{text}.key").exists():
            # A crash between the two halves, or a .key that was restored alone.
            write_public(folder, text, _load_file(folder, text).registrant)
        if not path.exists():
            raise NotFoundError(
                f"no key is known as {text!r}",
                hint=f"give a key id or a .pub file, or keep it: sekisho key add {text} FILE.pub",
            )
    key, label = _parse_public(_read(path), str(path))
    return Registrant(key=key, label=label)


def add_key(name: str, source: str) -> KnownKey:
    """Keep another party's public key under a local name.

    Raises:
        ExistsError: the name is taken.
    """
    folder = keys_dir()
    _refuse_taken(folder, _checked_name(name))
    registrant = find_public(source)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_public(folder, name, registrant)
    return KnownKey(name=name, key=registrant.key, label=registrant.label, private=False)
