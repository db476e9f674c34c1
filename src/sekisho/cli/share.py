"""`sekisho share`: give a registrant its rows, or the public the counts, each with proofs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from sekisho.audit.receipt import compare, require, verify_receipt
from sekisho.audit.seal import Seal, decode_seal, shared_seal
from sekisho.audit.shape import checked_manifest
from sekisho.audit.share.bundle import ROWS, SHARE_NAME, SharedRow, encode_share
from sekisho.audit.share.public import PUBLIC
from sekisho.audit.share.rows import shared_rows
from sekisho.cli.edition import Edition, edition_of
from sekisho.cli.given import require_run
from sekisho.cli.say import say
from sekisho.errors import EvidenceError, ExistsError, NotFoundError, RefusedError, UsageError
from sekisho.locale import text
from sekisho.model import KeyId, Registrant
from sekisho.store.clock import now
from sekisho.store.decided import read_json
from sekisho.store.keys import find_public, load_signer
from sekisho.store.parts import RunParts
from sekisho.store.runs import RunDirectory

__all__ = ["share"]

RECEIPT = "receipt.tlog-proof"
README = "README.txt"


def _target(run: Path, output: Path) -> RunDirectory:
    """Return the directory to make: new or empty, and not inside of the run."""
    if output.resolve().is_relative_to(run.resolve()):
        raise RefusedError(f"{output} lies inside the run {run}", hint="choose an -o beside it")
    if output.is_dir() and not any(output.iterdir()):
        return RunDirectory(output.absolute())
    if output.exists() or output.is_symlink():
        raise ExistsError(f"{output} exists already", hint="choose another -o")
    return RunDirectory(output.absolute())


def _sealed(files: RunDirectory) -> tuple[Seal, Mapping[str, bytes]]:
    """Return the seal of a run and what every bundle has, compared with it."""
    raw, receipt = require(files, "seal.json"), require(files, RECEIPT)
    seal = decode_seal(raw)
    verify_receipt(seal, receipt)
    compare(files, "manifest.json", seal.record.manifest)
    if PUBLIC not in seal.record.files:
        raise EvidenceError(f"the seal of {files.path} does not name {PUBLIC}", hint="seal the run again")
    public = compare(files, PUBLIC, seal.record.files[PUBLIC])
    return seal, {PUBLIC: public, "seal.json": shared_seal(raw), RECEIPT: receipt}


def _edition(run: Path, snapshot: Path | None) -> Edition:
    manifest = checked_manifest(read_json(run / "manifest.json"))
    edition = edition_of(run, manifest, snapshot)
    if edition is None:
        raise NotFoundError(
            "the edition of the registry that this run used is not where it was",
            hint=f"name it with --snapshot; its digest is {manifest['snapshot']['digest']}",
        )
    return edition


def _rows(run: Path, key: bytes, registrant: KeyId, edition: Edition) -> Sequence[SharedRow]:
    manifest = checked_manifest(read_json(run / "manifest.json"))
    return list(shared_rows(RunParts(run), manifest, key, edition.snapshot.entries_of(registrant)))


def _write(target: RunDirectory, parts: Mapping[str, bytes], readme: str) -> None:
    for name, data in parts.items():
        target.write(name, data)
    both = "\n\n".join(text(readme, language) for language in ("ja", "en"))
    target.write(README, both.encode())


def _share_rows(
    run: Path, target: RunDirectory, registrant: Registrant, snapshot: Path | None, lang: str
) -> None:
    seal, parts = _sealed(RunDirectory(run.absolute()))
    if seal.row_key is None:
        raise EvidenceError("seal.json has no row key", hint="only a RUN can be shared, not what was shared")
    # The operator's word that these are all; asked for first, because nobody else can give it.
    signer = load_signer(seal.record.operator)
    rows = _rows(run, seal.row_key, registrant.key, _edition(run, snapshot))
    _write(target, parts, "share.readme_registrant")
    statement, lines = encode_share(registrant.key, rows, target, signer=signer, at=now())
    target.write(ROWS, lines)
    target.write(SHARE_NAME, statement)
    findings = sum(len(row.opened) for row in rows)
    said = "share.rows" if rows else "share.none"
    facts = {"registrant": registrant.key, "folder": str(target.path)}
    say(text(said, lang, rows=len(rows), findings=findings, **facts))


def share(
    run: Path,
    /,
    *,
    output: Annotated[Path, Parameter(name=("--output", "-o"))],
    registrant: str | None = None,
    public: Annotated[bool, Parameter(negative=())] = False,
    snapshot: Path | None = None,
    lang: Literal["ja", "en"] = "ja",
) -> None:
    """Give a registrant the rows that concern it, or the public the counts, with proofs.

    A RUN is confidential; this makes a folder that can be handed over. `sekisho verify FOLDER` checks
    it against the receipt, without the run. Rows about persons are in neither.

    Example: sekisho share RUN --registrant publisher.pub -o for-publisher

    Args:
        run: The RUN directory.
        output: The folder to make.
        registrant: Whose rows: a key id, a name in your keys, or a .pub file.
        public: Only facts and counts (below 10: "<10"), for everybody.
        snapshot: The edition that the run used, if it is not where it was.
        lang: Language of what is printed; README.txt is in both.
    """
    if public == (registrant is not None):
        raise UsageError("share is for --registrant KEY or for --public, one of the two")
    require_run(run)
    target = _target(run, output)
    if registrant is not None:
        _share_rows(run, target, find_public(registrant), snapshot, lang)
        return
    _, parts = _sealed(RunDirectory(run.absolute()))
    _write(target, parts, "share.readme_public")
    say(text("share.public", lang, folder=str(output)))
