"""`sekisho key`: make, list, show and keep keys, and let an agent act."""

from typing import Literal

from cyclopts import App

from sekisho.cli.delegate import delegate
from sekisho.cli.parameters import Flag, Output
from sekisho.cli.say import note, say
from sekisho.errors import UsageError
from sekisho.store.atomic import write_atomic
from sekisho.store.home import keys_dir
from sekisho.store.keys import add_key, find_public, is_encrypted, known_keys, make_key, protect_key
from sekisho.store.passphrase import new_passphrase

__all__ = ["key"]

key = App(
    name="key",
    help="""Make, list and show the keys that sign your statements.

    A key is a file in SEKISHO_HOME/keys; its id is the public key itself. Whoever
    has the private half speaks for you: keep a copy in a safe place, and put it
    under a passphrase (--encrypt). Use one key for each part that you play.

    Example: sekisho key new aozora --label "Aozora Press"
    """,
)


key.command(delegate)


@key.command
def new(name: str, /, *, label: str = "", encrypt: Flag = False) -> None:
    """Make a new key.

    Example: sekisho key new aozora --label "Aozora Press" --encrypt

    Args:
        name: What you call it on this machine.
        label: What others see beside the key id; it proves nothing.
        encrypt: Keep the private half under a passphrase: SEKISHO_PASSPHRASE, the first line of
            SEKISHO_PASSPHRASE_FILE, or what you type.
    """
    passphrase = new_passphrase(f"the new key {name}") if encrypt else None
    signer = make_key(name, label=label, passphrase=passphrase)
    note(f"private key: {keys_dir() / name}.key (keep a copy in a safe place, give it to nobody)")
    note(f"public key:  {keys_dir() / name}.pub (give this one to others)")
    say(signer.key)


@key.command
def passphrase(name: str, state: Literal["on", "off"] = "on", /) -> None:
    """Put a private key under a passphrase, or take the passphrase away.

    To change one, take it away first. SEKISHO_PASSPHRASE and SEKISHO_PASSPHRASE_FILE
    say it where nobody can type.

    Example: sekisho key passphrase aozora on

    Args:
        name: A local name.
        state: on, or off.
    """
    if state == "on" and is_encrypted(name):
        raise UsageError(f"{name} is under a passphrase", hint=f"sekisho key passphrase {name} off")
    protect_key(name, new_passphrase(f"the key {name}") if state == "on" else None)
    note(f"{keys_dir() / name}.key is {'under a passphrase' if state == 'on' else 'not encrypted any more'}")


@key.command(name="list")
def list_() -> None:
    """List the keys of this machine: name, key id, yours or a contact's, label.

    Example: sekisho key list
    """
    found = known_keys()
    width = max((len(k.name) for k in found), default=0)
    for k in found:
        say(f"{k.name:{width}}  {k.key}  {'own' if k.private else 'contact'}  {k.label}".rstrip())
    if not found:
        note("no keys yet: sekisho key new NAME")


@key.command
def show(name: str, /, *, output: Output = None, force: Flag = False) -> None:
    """Print a key's id, and write its public half to a file for others.

    Example: sekisho key show aozora --output aozora.pub

    Args:
        name: A local name, a .pub file, or a key id.
        output: Write a .pub file here.
        force: Replace the file if it is there.
    """
    found = find_public(name)
    if output is not None:
        write_atomic(output, (f"{found.key}\n{found.label}\n".encode(),), force=force)
    say(found.key)


@key.command
def add(name: str, source: str, /) -> None:
    """Keep another party's public key under a name of your own choice.

    Compare the key id with its owner by another way (telephone, print) first.

    Example: sekisho key add lumen-labs lumen-labs.pub

    Args:
        name: What you call it on this machine.
        source: A .pub file or a key id.
    """
    known = add_key(name, source)
    say(known.key)
