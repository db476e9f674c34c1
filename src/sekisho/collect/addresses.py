"""Which hosts may be asked: public ones. A list of URLs must never make us ask the inside of a network.

A name is looked at before it is resolved, and every address that it resolves to before anything is sent
there. Public is what the registries of special addresses (RFC 6890 and its successors) call global, without
the blocks that carry or hide another address within them.
"""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from sekisho.detect.signals.paths import path_of

__all__ = ["is_public", "named_publicly", "request_url"]

MAX_URL = 8192
_SCHEMES = {"http": 80, "https": 443}
_FIRST_FREE_PORT = 1024
"""Ports below this one belong to other protocols."""
_HIDING = tuple(
    map(
        ipaddress.ip_network,
        (
            "192.0.0.0/24",
            "192.88.99.0/24",
            "::/96",
            "::ffff:0:0/96",
            "64:ff9b::/96",
            "64:ff9b:1::/48",
            "2001::/23",
            "2002::/16",
            "3fff::/20",
            "5f00::/16",
            "fec0::/10",
        ),
    )
)
"""Translation, tunnels and protocol assignments: addresses that stand for others or for no public host."""
_INSIDE = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa", "onion", "test")
_NUMERIC = re.compile(r"(?:0[xX][0-9a-fA-F]*|[0-9]+)\Z")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}\Z")
_MAX_NAME = 253


def is_public(address: str) -> bool:
    """Tell whether an address is of a public host: not private, local, multicast, reserved or hiding one."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if getattr(found, "scope_id", None) is not None or found.is_multicast or found.is_reserved:
        return False
    return found.is_global and not any(found in network for network in _HIDING)


def named_publicly(host: str) -> bool:
    """Tell whether a host may be looked up: a public address, or a name with a dot that is of no inside.

    Addresses in other notations (`2130706433`, `0x7f.1`, `0177.0.0.1`) are none: the C library would take
    them for addresses.
    """
    name = host.removesuffix(".").lower()
    if ":" in name:
        return is_public(name)
    try:
        name = name.encode("idna").decode("ascii") if not name.isascii() else name
    except UnicodeError:
        return False
    labels = name.split(".")
    if _NUMERIC.match(labels[-1]):
        return is_public(name)
    inside = any(name == end or name.endswith(f".{end}") for end in _INSIDE)
    named = len(name) <= _MAX_NAME and len(labels) > 1 and all(map(_LABEL.match, labels))
    return named and not inside


def _port(parts: SplitResult) -> int | None:
    port = parts.port if parts.port is not None else _SCHEMES[parts.scheme]
    return port if port in _SCHEMES.values() or port >= _FIRST_FREE_PORT else None


def request_url(url: str) -> str | None:
    """Return a URL as it is asked for: without user, password and fragment, encoded; None: it never is.

    Args:
        url: absolute, of http or https.
    """
    if len(url) > MAX_URL:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme not in _SCHEMES or not host or (port := _port(parts)) is None:
            return None
        name = host if ":" in host or host.isascii() else host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return None
    shown = f"[{name}]" if ":" in name else name
    if any(letter <= " " or letter in "/?#@\\%" for letter in name):
        return None
    where = shown if port == _SCHEMES[parts.scheme] else f"{shown}:{port}"
    return f"{parts.scheme}://{where}{path_of(url)}"
