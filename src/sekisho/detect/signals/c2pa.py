"""C2PA manifests: what their assertions say about training and data mining. They are decoded elsewhere.

`c2pa.training-mining` (C2PA 1.x to 2.0) and `cawg.training-mining` (CAWG Training and Data Mining Assertion
1.1, 6 May 2025, section 3), whose four entries map one to one to uses. `constrained` is `notAllowed` as long
as nobody knows more (CAWG 1.1, 3.2); its `constraint_info` becomes part of the note. Entries of other names
are ignored. `may_have_c2pa` tells cheaply which files are worth decoding at all.

A reservation counts whoever signed it and whether or not the signature holds; it would be too easy to get
rid of one otherwise. Leave counts only from the active manifest, if its signer is trusted by whoever decoded
it (`validation_state` is `Trusted`) and nothing failed; else it is unknown. The entries of all manifests of
the store count: those of ingredients are part of the picture. What they say about how it was made is kept too
(`source_type`).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sekisho.detect.signals.common import BUT_SEARCH, EMBEDDED, bounded, each, excerpt
from sekisho.detect.signals.found import look_into
from sekisho.detect.signals.held import Data
from sekisho.detect.signals.source_type import actions_said
from sekisho.detect.signals.stated import stricter
from sekisho.model.signal import Signal, SignalFamily, SignalUse, Stance

__all__ = ["c2pa_error", "c2pa_signals", "may_have_c2pa"]

MAX_MANIFESTS = 1000
_LIMIT = 200
_LABELS = {"c2pa.training-mining": SignalFamily.C2PA, "cawg.training-mining": SignalFamily.CAWG}
_ENTRIES = {
    "data_mining": SignalUse.TDM,
    "ai_training": SignalUse.TRAIN_OTHER,
    "ai_generative_training": SignalUse.TRAIN_GENERATIVE,
    "ai_inference": SignalUse.INPUT,
}
_USES = {"allowed": Stance.ALLOW, "notallowed": Stance.DISALLOW, "constrained": Stance.DISALLOW}
_TRUSTED = "Trusted"


def may_have_c2pa(data: Data, media_type: str) -> bool:
    """Tell whether a file has a place where C2PA manifests stand; only then it has to be decoded."""
    return look_into(data, media_type).c2pa


def c2pa_error(reason: str) -> Signal:
    """Return the signal of a manifest that is there and could not be decoded."""
    return _error(SignalFamily.C2PA, "", reason)


def _error(family: SignalFamily, raw: str, reason: str) -> Signal:
    stances = each(BUT_SEARCH, Stance.ERROR)
    return Signal(family=family, place=EMBEDDED, raw=raw, stances=stances, note=reason[:_LIMIT])


def c2pa_signals(found: object) -> tuple[Signal, ...]:
    """Return what the manifests of a store say, one signal for each assertion. O(len).

    Args:
        found: the manifest store as c2pa-python gives it (`Reader.json()`), parsed; every field of it is
            from outside. None: there is no manifest.
    """
    if found is None:
        return ()
    manifests = found.get("manifests") if isinstance(found, Mapping) else None
    if not isinstance(found, Mapping) or not isinstance(manifests, Mapping):
        return (c2pa_error("a manifest store without manifests"),)
    if len(manifests) > MAX_MANIFESTS:
        return (c2pa_error("too many manifests"),)
    active, state = found.get("active_manifest"), _state(found)
    return bounded(
        signal
        for label, manifest in manifests.items()
        if isinstance(manifest, Mapping)
        for signal in _of_manifest(manifest, state, active=label == active)
    )


def _text(value: object) -> str:
    return value[:_LIMIT] if isinstance(value, str) else ""


def _maps(value: object) -> Sequence[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else ()


def _state(found: Mapping[str, Any]) -> str:
    """Return the state that the decoder came to; anything that failed makes it `Invalid`."""
    results = found.get("validation_results")
    active = results.get("activeManifest") if isinstance(results, Mapping) else None
    failed = bool(active.get("failure")) if isinstance(active, Mapping) else False
    if failed or found.get("validation_status"):
        return "Valid" if _only_untrusted(found, active) else "Invalid"
    return _text(found.get("validation_state")) or "unknown"


def _only_untrusted(found: Mapping[str, Any], active: object) -> bool:
    """Tell whether all that failed is that nobody vouches for the signer."""
    failures = _maps(active.get("failure")) if isinstance(active, Mapping) else ()
    codes = {_text(one.get("code")) for one in (*failures, *_maps(found.get("validation_status")))}
    return codes == {"signingCredential.untrusted"}


def _of_manifest(manifest: Mapping[str, Any], state: str, *, active: bool) -> Iterator[Signal]:
    signature = manifest.get("signature_info")
    signature = signature if isinstance(signature, Mapping) else {}
    signer = _text(signature.get("common_name")) or _text(signature.get("issuer")) or "unknown"
    known = (
        f"signer={signer}",
        f"state={state}",
        *(() if active else ("an earlier manifest or ingredient",)),
    )
    for assertion in _maps(manifest.get("assertions")):
        label = _text(assertion.get("label"))
        family = next((f for name, f in _LABELS.items() if label.startswith(name)), None)
        if family is not None:
            yield _of_assertion(family, assertion.get("data"), known, trusted=active and state == _TRUSTED)
        else:
            yield from actions_said(label, assertion.get("data"), *known)


def _of_assertion(family: SignalFamily, data: object, known: tuple[str, ...], *, trusted: bool) -> Signal:
    entries = data.get("entries") if isinstance(data, Mapping) else None
    raw = _raw(data)
    if not isinstance(entries, Mapping):
        return _error(family, raw, "; ".join(("an assertion without entries", *known)))
    stances: dict[SignalUse, Stance] = {}
    conditions: dict[str, None] = {}
    for name, entry in entries.items():
        prefix, _, short = str(name).partition(".")
        use = _ENTRIES.get(short) if prefix in {"c2pa", "cawg"} else None
        if use is None:
            continue
        stance, condition = _entry(entry)
        if stance is Stance.ALLOW and not trusted:
            stance = Stance.UNKNOWN
        stances[use] = stricter(stances.get(use, Stance.UNKNOWN), stance)
        conditions.update(dict.fromkeys(filter(None, (condition,))))
    note = "; ".join((*conditions, *known))
    return Signal(family=family, place=EMBEDDED, raw=raw, stances=stances, note=note)


def _raw(data: object) -> str:
    try:
        return excerpt(json.dumps(data, ensure_ascii=False, sort_keys=True))
    except (TypeError, ValueError, RecursionError):
        return ""


def _entry(entry: object) -> tuple[Stance, str]:
    """Return what one entry says, and the condition that it names."""
    use = entry.get("use") if isinstance(entry, Mapping) else entry
    word = _text(use).lower()
    condition = ""
    if word == "constrained" and isinstance(entry, Mapping):
        info = entry.get("constraint_info") or entry.get("constraints_info")
        condition = f"constrained: {_text(info)}" if _text(info) else "constrained"
    return _USES.get(word, Stance.ERROR), condition
