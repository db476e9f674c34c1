"""declarations.toml: what no run can know, as the operator declares it.

Every key is optional. An unknown key is an error, so that a typing mistake does not quietly leave a field
empty. What looks like a secret is refused without being repeated, because documents are published.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal

import msgspec

from sekisho.errors import ConfigError

__all__ = ["PRINCIPLES", "Declared", "read_declared", "template"]

MAX_BYTES = 1 << 18
MAX_LIST = 200
MAX_DOTS = 200
"""Points on a line; reading a dotted key takes the square of its parts."""
_HIDDEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}"
    r"|\bsk-(?:[a-z]+-)?[A-Za-z0-9_]{20,}|\bxox[abprs]-[A-Za-z0-9-]{10,}|://[^/\s:@]+:[^/\s@]+@"
)
"""Private keys, tokens of large services, passwords within addresses."""

Line = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
Prose = Annotated[str, msgspec.Meta(min_length=1, max_length=8000)]
Address = Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s<>\"'\\]{3,2000}\Z")]
Mail = Annotated[str, msgspec.Meta(pattern=r"^[^\s<>@\"]{1,64}@[^\s<>@\"]{3,255}\Z")]
Hex = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Expression = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9 .+()-]{0,299}\Z")]
Tag = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z")]
Lines = Annotated[list[Line], msgspec.Meta(max_length=MAX_LIST)]


class _Table(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """A table of the file: an unknown key is an error."""


class Provider(_Table, frozen=True):
    """Who answers for the model or the dataset."""

    name: Line | None = None
    address: Line | None = None
    email: Mail | None = None
    url: Address | None = None
    representative: Line | None = None
    small: bool | None = None


class Model(_Table, frozen=True):
    """The model that was or will be trained."""

    name: Line | None = None
    version: Line | None = None
    base: Line | None = None
    sha256: Hex | None = None
    placed_on_market: date | None = None
    design: Prose | None = None
    training: Prose | None = None


class Dataset(_Table, frozen=True):
    """The dataset as a whole."""

    name: Line | None = None
    description: Prose | None = None
    version: Line | None = None
    url: Address | None = None
    download: Address | None = None
    licence: Expression | None = None
    creators: Lines = []
    cite_as: Prose | None = None
    published: date | None = None
    collected_from: date | None = None
    collected_until: date | None = None
    continuous: bool | None = None
    first_used: date | None = None
    languages: Annotated[list[Tag], msgspec.Meta(max_length=MAX_LIST)] = []
    tokens: Line | None = None
    content: Prose | None = None
    other: Prose | None = None
    purpose: Prose | None = None
    processing: Prose | None = None
    updates: Prose | None = None
    availability: (
        Literal["directDownload", "clickthrough", "query", "registration", "scrapingScript"] | None
    ) = None


class PublicDataset(_Table, frozen=True):
    """A dataset of others that was used."""

    name: Line
    url: Address | None = None
    period: Line | None = None
    description: Prose | None = None


class Part(_Table, frozen=True):
    """One kind of source: whether it was used, and what is to be said of it."""

    used: bool | None = None
    description: Prose | None = None
    names: Lines = []
    modalities: Lines = []


class Users(Part, frozen=True):
    """What comes from users: of the models themselves, or of other services of the provider."""

    interactions: bool | None = None
    services: bool | None = None


class Crawl(_Table, frozen=True):
    """What was collected from the web."""

    used: bool | None = None
    crawlers: Lines = []
    purposes: Prose | None = None
    behaviour: Prose | None = None
    since: date | None = None
    until: date | None = None
    description: Prose | None = None
    modalities: Lines = []


class Sources(_Table, frozen=True):
    """Where the data come from."""

    public: Part = Part()
    public_datasets: Annotated[list[PublicDataset], msgspec.Meta(max_length=MAX_LIST)] = []
    licensed: Part = Part()
    third_party: Part = Part()
    crawl: Crawl = Crawl()
    users: Users = Users()
    synthetic: Part = Part()
    other: Part = Part()


class Rights(_Table, frozen=True):
    """What is done for those who have rights."""

    code_of_practice: bool | None = None
    measures: Prose | None = None
    illegal_content: Prose | None = None
    contact: Line | None = None
    protected_by: Prose | None = None
    pirate_sites: Prose | None = None
    output_measures: Prose | None = None


class Personal(_Table, frozen=True):
    """What is done about information on persons."""

    present: bool | None = None
    purpose: Prose | None = None
    announced: Address | None = None
    before_collection: Prose | None = None
    after_collection: Prose | None = None
    before_training: Prose | None = None
    requests: Prose | None = None
    statistics_publication: Prose | None = None
    under_16: Prose | None = None
    aggregate_consumer: Prose | None = None
    contact: Line | None = None


class Quality(_Table, frozen=True):
    """What is known of the dataset's limits (Croissant RAI, SPDX)."""

    biases: Lines = []
    limitations: Lines = []
    uses: Lines = []
    social_impact: Prose | None = None
    annotation: Prose | None = None
    maintenance: Prose | None = None


class Answer(_Table, frozen=True):
    """Comply or explain, for one item of the Japanese principle code."""

    state: Literal["comply", "explain", "not_applicable"]
    text: Prose | None = None


PRINCIPLES = (
    *("model", "design", "training", "data", "crawling", "accountability", "reservations", "pirate_sites"),
    *("contact", "records", "output", "rightsholder_requests", "user_requests"),
)
"""Items of the sheet, in its order."""


class Declared(_Table, frozen=True):
    """What the operator declares."""

    provider: Provider = Provider()
    model: Model = Model()
    dataset: Dataset = Dataset()
    sources: Sources = Sources()
    rights: Rights = Rights()
    personal: Personal = Personal()
    quality: Quality = Quality()
    principles: dict[str, Answer] = {}


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Yield each text with the name of its field."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, f"{path}[{number}]")


def _check_texts(found: Mapping[str, Any], where: str) -> None:
    for path, text in _texts(found, ""):
        if any(c != "\n" and unicodedata.category(c) in _HIDDEN for c in text):
            raise ConfigError(
                f"{where}: {path} has a control or invisible character", hint="write it again by hand"
            )
        if _SECRET.search(text):
            raise ConfigError(
                f"{where}: {path} looks like a key or a password, and documents are published",
                hint="take it out, and replace that key: it may be known already",
            )


def _check_order(declared: Declared, where: str) -> None:
    """Refuse what can not be true at once."""
    dataset, crawl = declared.dataset, declared.sources.crawl
    for first, last, names in (
        (dataset.collected_from, dataset.collected_until, "dataset.collected_from, collected_until"),
        (crawl.since, crawl.until, "sources.crawl.since, until"),
        (dataset.collected_from, dataset.first_used, "dataset.collected_from, first_used"),
    ):
        if first is not None and last is not None and first > last:
            raise ConfigError(f"{where}: {names}: the first day is after the last")
    for name, answer in declared.principles.items():
        if name not in PRINCIPLES:
            raise ConfigError(
                f"{where}: principles.{name}: there is no such item",
                hint=f"known are {PRINCIPLES}",
            )
        if answer.state == "explain" and answer.text is None:
            raise ConfigError(f"{where}: principles.{name}: explain needs a text")
    for name in ("public", "licensed", "third_party", "crawl", "users", "synthetic", "other"):
        source = getattr(declared.sources, name)
        if source.used is False and source != type(source)(used=False):
            raise ConfigError(f"{where}: sources.{name} says more of a source than that it was not used")
    if declared.sources.public.used is False and declared.sources.public_datasets:
        raise ConfigError(f"{where}: sources.public.used is false, but sources.public_datasets names some")


def read_declared(data: bytes, where: str) -> Declared:
    """Read declarations.toml.

    Args:
        data: the file.
        where: its name, for messages; no value of the file is repeated in one.

    Raises:
        ConfigError: too large, not TOML, an unknown key, a wrong value, what looks like a secret, or what
            can not be true at once; the message names the field.
    """
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{where} has {len(data)} bytes; declarations have at most {MAX_BYTES}")
    if any(line.count(b".") > MAX_DOTS for line in data.splitlines()):
        raise ConfigError(f"{where} has a line with more than {MAX_DOTS} points", hint="break the line")
    try:
        found = tomllib.loads(data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{where} is not TOML: {error}", hint="sekisho report --init -o NEW") from error
    _check_texts(found, where)
    try:
        declared = msgspec.convert(found, Declared)
    except msgspec.ValidationError as error:
        raise ConfigError(
            f"{where}: {error}", hint="sekisho report --init -o NEW writes every key with its meaning"
        ) from error
    _check_order(declared, where)
    return declared


@cache
def template() -> bytes:
    """Return the template of declarations.toml: every key, commented out, explained in both languages."""
    return resources.files(__package__).joinpath("declarations.toml").read_bytes()
