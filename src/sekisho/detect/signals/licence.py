"""Licences: addresses of Creative Commons and names from dataset columns -> SPDX identifiers.

A dedication to the public (CC0, the Public Domain Mark, PDDL) allows every use. Of every other licence the
stance is `unknown`, because none of them speaks about training: CC BY 4.0, section 2(a) allows to reproduce
and share under conditions that a model may or may not meet, and AIPREF leaves licences outside of its
preferences (draft-ietf-aipref-vocab, "More Specific Instructions"). The note names the licence and what it
asks for, so that a policy decides: `noncommercial` needs a review before training for money,
`noderivatives` and `sharealike` are flagged. A licence in words that are not known is `unknown` too, and so
is an address within a sentence: the words around it may say what it covers.

Addresses: https://creativecommons.org/licenses/list.en and SPDX License List 3.27.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from sekisho.detect.signals.common import BUT_SEARCH, EVERY_USE, each, excerpt
from sekisho.model.signal import Signal, SignalFamily, Stance

__all__ = ["Licence", "licence_address", "licence_signal", "read_licence"]

_ADDRESS = re.compile(
    r"(?:https?:)?//(?:www\.|i\.)?creativecommons\.org/"
    r"(?:(?P<public>publicdomain/(?:zero|mark)|licenses/publicdomain)(?:/\d\.\d)?"
    r"|(?:licenses|l)/(?P<code>[a-z+-]{2,20})(?:/(?P<version>\d\.\d))?(?:/(?P<port>[a-z]{2,8}))?)(?![\w-])",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?:cc|creative commons)[ -]?(?P<code>by(?:[ -](?:nc|nd|sa))*)(?:[ -]v?(?P<version>\d(?:\.\d)?))?"
    r"(?:[ -](?P<port>[a-z]{2,4}))?(?: (?:unported|international|generic|license|licence))*"
)
_WORDS = re.compile(
    r"(?:creative commons )?attribution(?P<parts>(?:[ -]*(?:non-?commercial|no-?deriv(?:ative)?s?(?: works)?|"
    r"share-?alike))*)(?: (?P<version>\d\.\d))?(?: (?:unported|international|generic|licen[sc]e))*"
)
"""How Flickr and others write the names out."""
_PARTS = {
    "nc": re.compile("non-?commercial"),
    "nd": re.compile("no-?deriv"),
    "sa": re.compile("share-?alike"),
}
_SPACES = re.compile(r"[\s_]+")
_NOT_PORTS = frozenset({"deed", "legalcode", "rdf"})
_MAX_TEXT = 4096
_ORDER = ("by", "nc", "nd", "sa")
_PUBLIC = {
    "publicdomain/zero": "CC0-1.0",
    "publicdomain/mark": "CC-PDM-1.0",
    "licenses/publicdomain": "CC-PDDC",
}
_LISTED = re.compile(r"CC-BY(?:-NC)?(?:-ND|-SA)?-(?:1\.0|2\.0|2\.5|3\.0|4\.0)")
_UNLISTED = "LicenseRef-"
"""Begins the name of a licence that the SPDX list does not have (SPDX 3.0.1, annex B)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """A licence that is known by name.

    Attributes:
        spdx: identifier of the SPDX list; `LicenseRef-...` for what the list does not have, such as a
            Creative Commons licence without a version.
        public: it gives the work to everybody, or says that it is nobody's.
    """

    spdx: str
    public: bool = False

    @property
    def flags(self) -> tuple[str, ...]:
        """Return what it asks for beyond attribution, in words that policies use."""
        parts = self.spdx.removeprefix(_UNLISTED).split("-") if "CC-" in self.spdx else []
        named = (("NC", "noncommercial"), ("ND", "noderivatives"), ("SA", "sharealike"))
        return tuple(flag for part, flag in named if part in parts)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("sekisho.detect.signals").joinpath("data", "licences.toml").read_text("utf-8"))


@cache
def _names() -> dict[str, Licence]:
    table = _table()
    return {
        name: Licence(spdx=spdx, public=kind == "public")
        for kind in ("public", "conditional")
        for spdx, names in table[kind].items()
        for name in (_plain(spdx), *names)
    }


def _plain(text: str) -> str:
    return _SPACES.sub(" ", text.replace("-", " ")).strip().lower()


def licence_address(text: str) -> str:
    """Return the first address of a Creative Commons licence in a text; empty if there is none. O(len)."""
    found = _ADDRESS.search(text[:_MAX_TEXT])
    return found[0] if found else ""


def read_licence(text: str) -> Licence | None:
    """Return the licence that an address or a name stands for; None if it is not known. O(len(text)).

    Args:
        text: an address, alone or within a sentence, or a name (`cc-by-4.0`, `CC BY-NC 2.0`, `pd`).
    """
    text = text[:_MAX_TEXT]
    found = _ADDRESS.search(text)
    if found:
        return _addressed(found)
    name = _SPACES.sub(" ", text).strip().lower()
    known = _names().get(_plain(name))
    if known:
        return known
    by_name = _NAME.fullmatch(name)
    if by_name:
        return _creative(re.split("[ -]", by_name["code"]), by_name["version"], by_name["port"])
    in_words = _WORDS.fullmatch(name)
    if in_words:
        parts = [part for part, form in _PARTS.items() if form.search(in_words["parts"])]
        return _creative(["by", *parts], in_words["version"], None)
    return None


def _addressed(found: re.Match[str]) -> Licence | None:
    public = (found["public"] or "").lower()
    if public:
        return Licence(spdx=_PUBLIC[public], public=True)
    parts = found["code"].lower().split("-")
    if not set(parts) <= set(_ORDER):
        # Sampling licences and those for developing nations were withdrawn; SPDX does not list them.
        return None
    return _creative(parts, found["version"], found["port"])


def _creative(parts: list[str], version: str | None, port: str | None) -> Licence:
    """Return a Creative Commons licence; of a port without an identifier of its own, the unported one."""
    code = "-".join(part for part in _ORDER if part in parts).upper()
    number = version if not version or "." in version else f"{version}.0"
    base = f"CC-{code}-{number}" if number else f"CC-{code}"
    ported = f"{base}-{port.upper()}" if port and port.lower() not in _NOT_PORTS else base
    if ported in _table()["ports"]:
        return Licence(spdx=ported)
    return Licence(spdx=base if _LISTED.fullmatch(base) else f"{_UNLISTED}{ported}")


def _alone(text: str) -> bool:
    """Tell whether a text is an address or a name, and no sentence that has an address in it."""
    found = _ADDRESS.search(text)
    return found is None or (not text[: found.start()].strip() and len(text.split()) == 1)


def licence_signal(text: str, place: str) -> Signal:
    """Return what a licence says, by its address or name."""
    licence = read_licence(text)
    if licence is None:
        stances, note = each(BUT_SEARCH, Stance.UNKNOWN), "licence not known"
    elif licence.public and _alone(text[:_MAX_TEXT]):
        stances, note = each(EVERY_USE, Stance.ALLOW), f"licence:{licence.spdx}"
    else:
        stances = each(BUT_SEARCH, Stance.UNKNOWN)
        note = "; ".join((f"licence:{licence.spdx}", *licence.flags))
    return Signal(family=SignalFamily.LICENCE, place=place, raw=excerpt(text), stances=stances, note=note)
