"""Read the C2PA manifest of a file, if it has one: who claims what about it. Needs the extra `[c2pa]`.

What a manifest says is a claim of whoever signed it. That its signature holds (`Valid`) says that the file
was not changed since, never that the signer is trusted: nobody here vouches for signers, so none is shown
as trusted. Nothing is fetched from the network.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sekisho.errors import MissingExtraError

__all__ = ["Provenance", "claimed", "has_reader", "read_manifests", "read_provenance"]

_SETTINGS = {
    "verify": {
        "verify_trust": False,
        "ocsp_fetch": False,
        "remote_manifest_fetch": False,
    },
    "builder": {"thumbnail": {"enabled": False}},
}
_LIMIT = 200
"""Characters of a name from outside."""
_TRAINING = ("cawg.training-mining", "c2pa.training-mining")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What the active manifest of a file claims.

    Attributes:
        signer: as the certificate names itself; it proves nothing.
        generator: the program that says it made the claim.
        signed: the time as the manifest gives it; empty if it gives none.
        holds: the signature and the digests of the file hold.
        problems: codes of what does not.
        actions: what is said to have been done, and by what kind of source.
        training: what is said about training, as `use: allowed|notAllowed|constrained`.
    """

    signer: str
    generator: str
    signed: str
    holds: bool
    problems: tuple[str, ...]
    actions: tuple[str, ...]
    training: tuple[str, ...]


def _c2pa() -> Any:  # noqa: ANN401 - of a package without types
    try:
        import c2pa  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError(
            "C2PA manifests need the extra [c2pa] (c2pa-python), which is not installed",
            hint="pip install 'sekisho[c2pa]'",
        ) from error
    return c2pa


def has_reader() -> bool:
    """Tell whether manifests can be read here."""
    try:
        _c2pa()
    except MissingExtraError:
        return False
    return True


def read_manifests(data: bytes, media_type: str) -> Mapping[str, Any] | None:
    """Return the manifests of a file as the library gives them; None: there are none.

    Every field of them is from outside. Manifests that are there and can not be read are an empty mapping, so
    that nobody takes them for none.

    Raises:
        MissingExtraError: c2pa-python is not installed.
    """
    c2pa = _c2pa()
    try:
        with c2pa.Context.from_dict(_SETTINGS) as context:
            reader = c2pa.Reader.try_create(media_type, io.BytesIO(data), context=context)
            if reader is None:
                return None
            with reader:
                found = json.loads(reader.json())
    except (c2pa.C2paError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def read_provenance(data: bytes, media_type: str) -> Provenance | None:
    """Return what a file's manifest claims; None if it has none, or of a kind that can not be read.

    Raises:
        MissingExtraError: c2pa-python is not installed.
    """
    return claimed(read_manifests(data, media_type) or {})


def _text(value: object) -> str:
    return value[:_LIMIT] if isinstance(value, str) else ""


def _maps(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def claimed(found: Mapping[str, Any]) -> Provenance | None:
    """Return what the active manifest claims, None if there is none.

    Args:
        found: as the reader gives it, parsed; every field of it is from outside.
    """
    manifests = found.get("manifests")
    active = manifests.get(found.get("active_manifest")) if isinstance(manifests, dict) else None
    if not isinstance(active, dict):
        return None
    signature = active.get("signature_info")
    signature = signature if isinstance(signature, dict) else {}
    assertions = _maps(active.get("assertions"))
    problems = _problems(found)
    return Provenance(
        signer=_text(signature.get("common_name")) or _text(signature.get("issuer")),
        generator=_generator(active),
        signed=_text(signature.get("time")),
        holds=found.get("validation_state") in {"Valid", "Trusted"} and not problems,
        problems=problems,
        actions=_actions(assertions),
        training=_training(assertions),
    )


def _problems(found: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what does not hold; that nobody vouches for the signer is no such thing."""
    codes = (_text(one.get("code")) for one in _maps(found.get("validation_status")))
    return tuple(dict.fromkeys(code for code in codes if code and code != "signingCredential.untrusted"))


def _generator(active: Mapping[str, Any]) -> str:
    named = _maps(active.get("claim_generator_info"))
    return _text(named[0].get("name")) if named else _text(active.get("claim_generator"))


def _actions(assertions: list[Mapping[str, Any]]) -> tuple[str, ...]:
    said = []
    for one in assertions:
        if _text(one.get("label")).startswith("c2pa.actions") and isinstance(one.get("data"), dict):
            for action in _maps(one["data"].get("actions")):
                source = _text(action.get("digitalSourceType")).rpartition("/")[2]
                said.append(" ".join(filter(None, (_text(action.get("action")), source))))
    return tuple(dict.fromkeys(filter(None, said)))


def _training(assertions: list[Mapping[str, Any]]) -> tuple[str, ...]:
    said = []
    for one in assertions:
        data = one.get("data")
        if _text(one.get("label")) in _TRAINING and isinstance(data, dict):
            entries = data.get("entries")
            for use, entry in sorted(entries.items()) if isinstance(entries, dict) else ():
                if isinstance(entry, dict):
                    said.append(f"{_text(use)}: {_text(entry.get('use'))}")
    return tuple(dict.fromkeys(said))
