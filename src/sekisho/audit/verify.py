"""Verify a run offline: every byte that manifest and seal name, and the receipt of the log.

What is proved: these files are the ones that the operator sealed, and the log had the seal at that
place. What is not: that the dataset was the one a model was trained on, or that it was lawful.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from sekisho.audit.check_rows import Flow, check_public, check_rows
from sekisho.audit.erased import check_blanked, check_totals, erased_of
from sekisho.audit.files import (
    HOSTS,
    RunFiles,
    clean_name,
    commit_name,
    commits_root,
    hosts_name,
    part_name,
    personal_name,
)
from sekisho.audit.leaves import columns_of
from sekisho.audit.membership.records import membership_name, nonce_of
from sekisho.audit.membership.tree import TOPS, build_map, runs_of
from sekisho.audit.receipt import compare, require, verify_receipt
from sekisho.audit.review.check import Reviews, check_reviews
from sekisho.audit.seal import Seal, decode_seal
from sekisho.audit.shape import checked_manifest
from sekisho.audit.share.public import PUBLIC, OfMap
from sekisho.codec import Hex32, canonical, parse, parse_plain
from sekisho.codec.erased import ERASED_FILE, Erased, ErasedPart
from sekisho.errors import EvidenceError, InputError
from sekisho.ledger.policy import LogPolicy

__all__ = ["NOT_EVIDENCE", "Verified", "verify_receipt", "verify_run"]

NOT_EVIDENCE = frozenset({"configuration.json", "status.json", TOPS})
DERIVED = ("index/", ".index.")
"""How the names of what `sekisho trace` has made of a run begin; it can be deleted at any time."""
_EVIDENCE_FOLDERS = ("decisions/", "commits/", "clean/", "membership/", HOSTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What held.

    Attributes:
        files: how many files were compared with their digests.
        unnamed: files that neither manifest nor seal names.
        reviews: what people have decided about the run, made again; None if nothing was, or if rows were
            blanked, on which it rests.
        erased: how many rows were blanked because a person was erased.
    """

    manifest: dict[str, Any]
    seal: Seal
    receipt: bytes
    files: int
    unnamed: tuple[str, ...]
    reviews: Reviews | None = None
    erased: int = 0


class _Unit(msgspec.Struct):
    commit_sha256: Hex32
    part_sha256: Hex32
    clean_sha256: Hex32
    rows_root: Hex32
    rows: int
    membership_sha256: Hex32 | None = None
    membership_rows: int = 0


class _Clean(msgspec.Struct):
    sha256: Hex32


class _Named(msgspec.Struct):
    """The digests of manifest.json, beside what the reports need."""

    units: list[_Unit]
    clean: _Clean
    membership: OfMap | None = None


def _manifest(raw: bytes) -> dict[str, Any]:
    try:
        manifest = checked_manifest(parse_plain(raw))
        msgspec.convert(manifest, _Named)
    except (ValueError, RecursionError, InputError) as error:
        raise EvidenceError(f"manifest.json: {error}") from error
    return dict(manifest)


def _verify_units(
    files: RunFiles, manifest: dict[str, Any], key: bytes, erased: Erased | None, *, rows: bool
) -> tuple[list[str], list[Flow]]:
    """Compare every unit's files with the manifest, its rows with their root, and the commits with theirs."""
    named: list[str] = []
    flows: list[Flow] = []
    commits: list[bytes] = []
    for unit in manifest["units"]:
        name = commit_name(unit["id"])
        raw = compare(files, name, unit["commit_sha256"])
        if not _agree(unit, raw):
            raise EvidenceError(f"{name} says something else than the manifest about its unit")
        run = b""
        named += _verify_hosts(files, unit["id"], raw)
        if "membership" in manifest:
            named.append(membership_name(unit["id"]))
            run = compare(files, named[-1], unit["membership_sha256"])
        part = part_name(unit["id"])
        blanked = _blanked(files, unit, erased)
        if blanked is not None:
            data = require(files, part)
            flows.append(check_blanked(part, data, unit, key, columns_of(manifest), blanked, run))
        else:
            data = compare(files, part, unit["part_sha256"])
            if rows:
                flows.append(check_rows(part, data, unit, key, columns_of(manifest)))
        compare(files, clean_name(unit["id"]), unit["clean_sha256"])
        commits.append(raw)
        named += [name, part_name(unit["id"]), clean_name(unit["id"])]
    if commits_root(commits) != manifest["root"]:
        raise EvidenceError("the commits do not hash to the root of manifest.json")
    clean = hashlib.sha256(b"\0" + canonical([unit["clean_sha256"] for unit in manifest["units"]]))
    if clean.hexdigest() != manifest["clean"]["sha256"]:
        raise EvidenceError("the clean lists are not the ones that the manifest names")
    return named, flows


def _verify_hosts(files: RunFiles, unit: str, commit: bytes) -> list[str]:
    """Compare a unit's file of hosts with its commit; without addresses, or in an older run, none is."""
    said: Any = parse(commit)
    digest = (said.get("origins") or {}).get("hosts_sha256")
    if digest is None:
        return []
    compare(files, hosts_name(unit), str(digest))
    return [hosts_name(unit)]


def _blanked(files: RunFiles, unit: Mapping[str, Any], erased: Erased | None) -> ErasedPart | None:
    """Return what was blanked in a part; None if it is still as it was sealed."""
    part = None if erased is None else erased.parts.get(unit["id"])
    data = b"" if part is None else require(files, part_name(unit["id"]))
    return None if hashlib.sha256(data).hexdigest() == unit["part_sha256"] else part


def _verify_map(files: RunFiles, manifest: Mapping[str, Any], key: bytes) -> None:
    """Make the map of the files again, from runs that have been compared with the rows."""
    named = manifest["membership"]
    runs, rows = runs_of(manifest["units"]), sum(unit["rows"] for unit in manifest["units"])
    if build_map(files, runs, nonce=nonce_of(key), rows=rows)[0].as_dict() != named:
        raise EvidenceError("the map of the files is not the one that manifest.json names")


def _agree(unit: Mapping[str, Any], raw: bytes) -> bool:
    """Tell whether a commit says of its unit what the manifest says."""
    try:
        commit = parse(raw)
    except InputError:
        return False
    wanted = {("unit" if key == "id" else key): v for key, v in unit.items() if key != "commit_sha256"}
    return isinstance(commit, dict) and all(commit.get(key) == value for key, value in wanted.items())


def verify_run(
    files: RunFiles, log_key: str | None = None, policy: LogPolicy | None = None, *, rows: bool = True
) -> Verified:
    """Verify a sealed run, and what its reviews make of it.

    Args:
        files: of the run.
        log_key: the log's verifier key if the caller knows it from elsewhere; else the seal's.
        policy: which logs and witnesses the caller believes.
        rows: compute every row's leaf again too; the digests of all files are compared in any case.

    Raises:
        EvidenceError: with the name of the file that does not hold; also for a file below
            decisions/, commits/ or clean/ that the manifest does not name.
    """
    seal = decode_seal(require(files, "seal.json"))
    raw = compare(files, "manifest.json", seal.record.manifest)
    manifest = _manifest(raw)
    if manifest["operator"]["key"] != seal.record.operator:
        raise EvidenceError("the seal is by another operator than the manifest names")
    if (manifest.get("sample") or {"asked": 0})["asked"] != seal.record.sample:
        raise EvidenceError("the seal says something else than the manifest about a sample")
    if seal.row_key is None:
        raise EvidenceError("seal.json has no row key, so that the rows can not be checked")
    erased = erased_of(files, raw, seal.record.operator)
    units, flows = _verify_units(files, manifest, seal.row_key, erased, rows=rows)
    if rows and erased is not None:
        check_totals(manifest, flows)
    if rows and "membership" in manifest:
        _verify_map(files, manifest, seal.row_key)
    named = ["seal.json", "manifest.json", "receipt.tlog-proof", *units]
    named += [ERASED_FILE] if erased is not None else []
    for name, digest in seal.record.files.items():
        data = compare(files, name, digest)
        if name == PUBLIC and rows:
            check_public(data, manifest, flows)
        named.append(name)
    receipt = require(files, "receipt.tlog-proof")
    verify_receipt(seal, receipt, log_key, policy)
    personal = {personal_name(unit["id"]) for unit in manifest["units"]}
    there = {name for name in files.names() if not name.startswith(DERIVED)}
    unnamed = tuple(sorted(there - set(named) - NOT_EVIDENCE - personal))
    for name in unnamed:
        if name.startswith(_EVIDENCE_FOLDERS):
            raise EvidenceError(f"{name} is not part of the sealed run", hint="it was put there afterwards")
    reviews = check_reviews(files, manifest, seal.record) if erased is None else None
    return Verified(
        manifest=manifest,
        seal=seal,
        receipt=receipt,
        files=len(named),
        unnamed=unnamed,
        reviews=reviews,
        erased=sum(len(found.rows) for unit in manifest["units"] if (found := _blanked(files, unit, erased))),
    )
