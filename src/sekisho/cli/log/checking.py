"""`sekisho log verify|fsck|export`: check what a log says, and give others a copy to check."""

from pathlib import Path
from typing import Literal

from sekisho.audit.receipt import verify_receipt
from sekisho.audit.seal import SEAL_NAME, decode_seal
from sekisho.cli.given import LogPolicyFile, given_bytes, given_policy
from sekisho.cli.say import note, say
from sekisho.errors import EvidenceError, UsageError
from sekisho.ledger.checkpoint import Checkpoint
from sekisho.ledger.logged import decode_logged, verify_logged
from sekisho.ledger.note import parse_vkey
from sekisho.ledger.policy import LogPolicy, witnessed
from sekisho.ledger.proof import decode_proof, verify_proof
from sekisho.locale import text
from sekisho.store.log.export import export_log
from sekisho.store.log.fsck import fsck as check_files
from sekisho.store.log.static import StaticLog
from sekisho.store.own_log import own_log

__all__ = ["export", "fsck", "verify"]

_PROOF_HEADER = b"c2sp.org/tlog-proof@v1\n"


def _receipt(
    path: Path, data: bytes, entry: Path | None, log_key: str | None, policy: LogPolicy | None
) -> tuple[int, Checkpoint]:
    """Verify a bare receipt for the entry in a file, or for the seal beside it."""
    if entry is None:
        seal = decode_seal(given_bytes(path.with_name(SEAL_NAME)))
        verify_receipt(seal, data, log_key)
        return verify_proof(data, seal.entry, [parse_vkey(seal.vkey)], origin=seal.origin, policy=policy)
    key = None if log_key is None else parse_vkey(log_key)
    if key is None and (policy is None or not policy.logs):
        raise UsageError("whose log is it?", hint="--log-key VKEY, or --log-policy FILE with a line `log`")
    keys = [] if key is None else [key]
    origin = None if key is None else key.name
    return verify_proof(data, given_bytes(entry), keys, origin=origin, policy=policy)


def verify(
    path: Path,
    /,
    *,
    policy: LogPolicyFile = None,
    log_key: str | None = None,
    entry: Path | None = None,
    lang: Literal["ja", "en"] = "ja",
) -> None:
    """Check offline that a log has something: a logged file, or a receipt.

    Says whose log it is and who has cosigned. Without --log-policy or --log-key the key in the file is
    taken, which proves only that the file is whole. Exit code 4 if anything does not hold.

    Example: sekisho log verify model-card.logged.json --log-policy trusted.policy --lang en

    Args:
        path: A file of `sekisho log append`, or a receipt (.tlog-proof).
        policy: The logs and witnesses that you believe (C2SP tlog-policy).
        log_key: The log's verifier key, if you know it from elsewhere.
        entry: The entry that a receipt is for; default: the entry of seal.json beside it.
        lang: Language of what is printed.
    """
    data, trusted = given_bytes(path), given_policy(policy)
    if data.startswith(_PROOF_HEADER):
        index, head = _receipt(path, data, entry, log_key, trusted)
        checkpoint = decode_proof(data).checkpoint
    else:
        statement, index, head = verify_logged(data, log_key=log_key, policy=trusted)
        kind = statement.type.removeprefix("application/vnd.sekisho.").partition(".")[0]
        say(text("verify.statement", lang, kind=kind, signer=statement.signer))
        logged = decode_logged(data)
        checkpoint = decode_proof(logged.receipt).checkpoint
        if log_key is None and trusted is None:
            note(text("log.own_key", lang, vkey=logged.vkey))
    say(text("log.entry", lang, index=index, size=head.size, origin=head.origin))
    if trusted is not None:
        keys = [] if log_key is None else [parse_vkey(log_key)]
        names = witnessed(checkpoint, trusted, keys=keys).names if trusted.logs or keys else ()
        say(text("log.witnesses", lang, names=text("list.separator", lang).join(names) or "—"))


def _log_at(folder: Path | None, log_key: str | None) -> StaticLog:
    if folder is None and log_key is None:
        return own_log().static
    if folder is None or log_key is None:
        raise UsageError("a copy of a log needs its folder and its key", hint="FOLDER --log-key VKEY")
    return StaticLog(folder, parse_vkey(log_key))


def fsck(folder: Path | None = None, /, *, log_key: str | None = None) -> None:
    """Compute a whole log anew from its entries and compare every file with it.

    Nothing is believed but the key. Exit code 4 and the name of the first file that is wrong.

    Example: sekisho log fsck ./copy --log-key "$VKEY"

    Args:
        folder: A copy of a log; default: this machine's own.
        log_key: The verifier key of the log it is a copy of.
    """
    log = _log_at(folder, log_key)
    head = check_files(log)
    say(f"{head.size} entries hash to the checkpoint of {head.origin}; every file is right")


def export(folder: Path, /) -> None:
    """Copy the log's public files to a folder, which any web server can show; also brings one up to date.

    Without the database, the locks and whatever else stays with the operator. The checkpoint comes last.

    Example: sekisho log export /srv/www/log

    Args:
        folder: Where to; new, or an older copy of this log.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is not a folder")
    try:
        head = export_log(own_log().static, folder)
    except EvidenceError as error:
        raise EvidenceError(str(error), hint=error.hint or "sekisho log fsck") from error
    say(f"{head.size} entries are in {folder}")
