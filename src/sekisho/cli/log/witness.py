"""`sekisho log witness`: cosign the logs of others, so that they can not show two histories."""

from collections import defaultdict
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from sekisho.cli.log.serve import Port
from sekisho.cli.parameters import Output
from sekisho.cli.say import note, say
from sekisho.errors import NotFoundError, RefusedError, UsageError
from sekisho.ledger.note import NoteKey, parse_vkey
from sekisho.ledger.schemes import KeyType
from sekisho.server.extra import require_extra
from sekisho.signing import Signer, public_key
from sekisho.store.atomic import write_atomic
from sekisho.store.clock import now
from sekisho.store.home import home_dir, keys_dir
from sekisho.store.keys import FileSigner, is_wide_open, load_signer
from sekisho.store.witness_heads import SplitView, WitnessHeads

__all__ = ["witness"]

witness = App(
    name="witness",
    help="""Cosign the logs of others, so that they can not show two histories.

    A witness signs a checkpoint only if it continues the one it has signed before, and
    keeps one head for each log. Its key is its own: not a log's and not a registrant's.

    Example: sekisho log witness key --key witness
    """,
)


def _signer(name: str) -> FileSigner:
    signer = load_signer(name)
    if is_wide_open(signer.name):
        note(f"warning: others on this machine can read the private key {signer.name!r}: chmod 600 it")
    return signer


def _named(signer: Signer, name: str | None) -> NoteKey:
    name = name or f"sekisho.invalid/witness/{public_key(signer.key).hex()[:16]}"
    return NoteKey(name=name, key=signer.key, type=KeyType.ED25519_COSIGNATURE)


def _state(state: Path | None) -> Path:
    return state or home_dir() / "witness.sqlite"


def _logs(vkeys: tuple[str, ...], own: NoteKey) -> dict[str, list[NoteKey]]:
    logs: defaultdict[str, list[NoteKey]] = defaultdict(list)
    for text in vkeys:
        key = parse_vkey(text)
        if key.key == own.key:
            raise RefusedError(
                f"{key.name!r} has the key of the witness: nobody witnesses itself",
                hint="sekisho key new witness",
            )
        logs[key.name].append(key)
    if not logs:
        raise UsageError("a witness needs to know a log", hint="--log VKEY, as `sekisho log show` prints it")
    return dict(logs)


@witness.command
def key(*, key: str, name: str | None = None) -> None:
    """Print the witness's verifier key: what others write into their policy.

    Example: sekisho log witness key --key witness --name witness.example/w1

    Args:
        key: The witness's key on this machine.
        name: An address of yours without https://; default: made from the key.
    """
    say(_named(_signer(key), name).vkey)


@witness.command
def serve(
    *,
    key: str,
    log: Annotated[tuple[str, ...], Parameter(negative=())],
    name: str | None = None,
    state: Path | None = None,
    host: str = "127.0.0.1",
    port: Port = 8732,
) -> None:
    """Answer the logs that ask for a cosignature, as C2SP tlog-witness says.

    Needs the extra [serve]. Put a web server with TLS in front of it where strangers may come.

    Never bring back an old copy of --state: the witness would sign what it must refuse. A mark
    beside the key notices it, unless that was brought back too.

    Example: sekisho log witness serve --key witness --log "$LOG_KEY"

    Args:
        key: The witness's key on this machine.
        log: Verifier key of a log that may ask; once for each, and for each key of a log that changes keys.
        name: As in `witness key`.
        state: File of the heads; default: witness.sqlite in SEKISHO_HOME.
        host: Address to listen on; the default is reached from this machine only.
        port: 0 takes a free one.
    """
    require_extra()
    from sekisho.server.running import run  # noqa: PLC0415 - an extra
    from sekisho.server.witness import WitnessService, witness_app  # noqa: PLC0415

    signer = _signer(key)
    own, path = _named(signer, name), _state(state)
    # Beside the key, so that an old copy of the file alone is noticed.
    heads = WitnessHeads(path, mark=keys_dir() / f"{signer.name}.{path.name}.mark")
    service = WitnessService(name=own.name, signer=signer, logs=_logs(log, own), heads=heads, clock=now)
    note(f"witness {own.vkey}")
    run(witness_app(service), host=host, port=port, ready=lambda url: note(f"cosigning at {url}"))


@witness.command
def show(*, state: Path | None = None, output: Output = None) -> int:
    """List the newest checkpoint cosigned for each log, and the logs that have shown two histories.

    Exit code 4 if a log has signed two trees of one size; with --output both notes are written there.

    Example: sekisho log witness show

    Args:
        state: File of the heads; default: witness.sqlite in SEKISHO_HOME.
        output: Write the first such pair of notes here, as proof for others.
    """
    path = _state(state)
    if not path.is_file():
        raise NotFoundError(f"there is no witness's file {path}", hint="sekisho log witness serve")
    heads = WitnessHeads(path)
    for head in heads.heads():
        say(f"{head.checkpoint.origin}  {head.checkpoint.size}  {head.at:%Y-%m-%dT%H:%M:%SZ}")
    splits = heads.splits()
    for split in splits:
        say(f"{split.origin}  has signed two trees of one size")
    if splits and output is not None:
        write_atomic(output, _evidence(splits[0]))
    return 4 if splits else 0


def _evidence(split: SplitView) -> tuple[bytes, bytes, bytes]:
    return split.cosigned, b"\n", split.other
