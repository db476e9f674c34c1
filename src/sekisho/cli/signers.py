"""The keys of this machine that sign what a command makes. It loads no registry."""

from sekisho.cli.say import note
from sekisho.errors import NotFoundError
from sekisho.model import Registrant
from sekisho.store.keys import FileSigner, find_public, is_wide_open, load_signer, make_key

__all__ = ["principal", "signer_named", "signer_or_new"]


def signer_named(name: str) -> FileSigner:
    """Load a private key by name or id; warn if others can read it."""
    signer = load_signer(name)
    if is_wide_open(signer.name):
        note(f"warning: others on this machine can read the private key {signer.name!r}: chmod 600 it")
    return signer


def signer_or_new(name: str) -> FileSigner:
    """Load a private key; if there is none of that name, make one and say so."""
    try:
        return signer_named(name)
    except NotFoundError:
        if name.startswith("ed25519:"):
            raise
    signer = make_key(name)
    note(f"made a new key {name!r}: {signer.key}")
    note(f"keep a copy of its private half in a safe place; sekisho key show {name}")
    return signer


def principal(on_behalf_of: str, signer: FileSigner) -> Registrant:
    """Return in whose name a statement speaks: the signer's own, or that of whoever gave it a mandate."""
    return find_public(on_behalf_of) if on_behalf_of else signer.registrant
