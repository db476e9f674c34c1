"""Verify a run offline: every byte that manifest and seal name, and the receipt of the log.

What is proved: these files are the ones that the operator sealed, and the log had the seal at that
place. What is not: that the dataset was the one a model was trained on, or that it was lawful.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from sekisho.audit.job import RunFiles
from sekisho.audit.manifest import commits_root
from sekisho.audit.seal import Seal, decode_seal
from sekisho.audit.shape import checked_manifest
from sekisho.audit.work import clean_name, commit_name, part_name
from sekisho.codec import Hex32, canonical, parse
from sekisho.errors import EvidenceError, InputError, SignatureError
from sekisho.ledger import (
    EntryType,
    commitment,
    decode_entry,
    parse_vkey,
    verify_proof,
)

__all__ = ["NOT_EVIDENCE", "Verified", "verify_receipt", "verify_run"]

NOT_EVIDENCE = frozenset({"configuration.json", "status.json"})
_EVIDENCE_FOLDERS = ("decisions/", "commits/", "clean/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What held.

    Attributes:
        files: how many files were compared with their digests.
        unnamed: files that neither manifest nor seal names.
    """

    manifest: dict[str, Any]
    seal: Seal
    files: int
    unnamed: tuple[str, ...]


class _Unit(msgspec.Struct):
    commit_sha256: Hex32
    part_sha256: Hex32
    clean_sha256: Hex32


class _Clean(msgspec.Struct):
    sha256: Hex32


class _Named(msgspec.Struct):
    """The digests of manifest.json, beside what the reports need."""

    units: list[_Unit]
    clean: _Clean


def _require(files: RunFiles, name: str) -> bytes:
    data = files.read(name)
    if data is None:
        raise EvidenceError(f"{name} is missing")
    return data


def _compare(files: RunFiles, name: str, digest: str) -> bytes:
    data = _require(files, name)
    if hashlib.sha256(data).hexdigest() != digest:
        raise EvidenceError(f"{name} was changed after the run was sealed")
    return data


def verify_receipt(seal: Seal, receipt: bytes, log_key: str | None = None) -> None:
    """Verify that the log has the seal: salted commitment, entry, inclusion proof, checkpoint.

    Args:
        seal: of `decode_seal`.
        receipt: the bytes of receipt.tlog-proof.
        log_key: the log's verifier key if the caller knows it from elsewhere; else the seal's.

    Raises:
        EvidenceError: any step does not hold.
    """
    if log_key is not None and log_key != seal.vkey:
        raise EvidenceError(f"the receipt is of the log {seal.vkey}, not of {log_key}")
    try:
        made = commitment(seal.salt, EntryType.AUDIT, seal.payload)
        if decode_entry(seal.entry).commitment != made:
            raise EvidenceError("seal.json: the entry of the log does not commit to this seal")
        keys = [parse_vkey(seal.vkey)]
    except (InputError, SignatureError, ValueError) as error:
        raise EvidenceError(f"seal.json: {error}") from error
    try:
        index, _ = verify_proof(receipt, seal.entry, keys, origin=seal.origin)
    except EvidenceError as error:
        raise EvidenceError(f"receipt.tlog-proof does not fit seal.json: {error}", hint=error.hint) from error
    if index != seal.index:
        raise EvidenceError(f"receipt.tlog-proof is for entry {index}, but seal.json names {seal.index}")


def _manifest(raw: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(raw)
        checked_manifest(manifest)
        msgspec.convert(manifest, _Named)
    except (ValueError, RecursionError, InputError) as error:
        raise EvidenceError(f"manifest.json: {error}") from error
    return dict(manifest)


def _verify_units(files: RunFiles, manifest: dict[str, Any]) -> list[str]:
    """Compare every unit's files with the manifest, and the commits with the root."""
    named: list[str] = []
    commits: list[bytes] = []
    for unit in manifest["units"]:
        name = commit_name(unit["id"])
        raw = _compare(files, name, unit["commit_sha256"])
        if not _agree(unit, raw):
            raise EvidenceError(f"{name} says something else than the manifest about its unit")
        _compare(files, part_name(unit["id"]), unit["part_sha256"])
        _compare(files, clean_name(unit["id"]), unit["clean_sha256"])
        commits.append(raw)
        named += [name, part_name(unit["id"]), clean_name(unit["id"])]
    if commits_root(commits) != manifest["root"]:
        raise EvidenceError("the commits do not hash to the root of manifest.json")
    clean = hashlib.sha256(b"\0" + canonical([unit["clean_sha256"] for unit in manifest["units"]]))
    if clean.hexdigest() != manifest["clean"]["sha256"]:
        raise EvidenceError("the clean lists are not the ones that the manifest names")
    return named


def _agree(unit: Mapping[str, Any], raw: bytes) -> bool:
    """Tell whether a commit says of its unit what the manifest says."""
    try:
        commit = parse(raw)
    except InputError:
        return False
    wanted = {("unit" if key == "id" else key): v for key, v in unit.items() if key != "commit_sha256"}
    return isinstance(commit, dict) and all(commit.get(key) == value for key, value in wanted.items())


def verify_run(files: RunFiles, log_key: str | None = None) -> Verified:
    """Verify a sealed run.

    Raises:
        EvidenceError: with the name of the file that does not hold; also for a file below
            decisions/, commits/ or clean/ that the manifest does not name.
    """
    seal = decode_seal(_require(files, "seal.json"))
    manifest = _manifest(_compare(files, "manifest.json", seal.record.manifest))
    if manifest["operator"]["key"] != seal.record.operator:
        raise EvidenceError("the seal is by another operator than the manifest names")
    named = ["seal.json", "manifest.json", "receipt.tlog-proof", *_verify_units(files, manifest)]
    for name, digest in seal.record.files.items():
        _compare(files, name, digest)
        named.append(name)
    verify_receipt(seal, _require(files, "receipt.tlog-proof"), log_key)
    unnamed = tuple(sorted(set(files.names()) - set(named) - NOT_EVIDENCE))
    for name in unnamed:
        if name.startswith(_EVIDENCE_FOLDERS):
            raise EvidenceError(f"{name} is not part of the sealed run", hint="it was put there afterwards")
    return Verified(manifest=manifest, seal=seal, files=len(named), unnamed=unnamed)
