"""The options of `sekisho audit`, in the groups in which its help shows them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Group, Parameter
from cyclopts.validators import Number

from sekisho.cli.parameters import Flag
from sekisho.errors import NotFoundError, UsageError
from sekisho.model import Policy, Purpose
from sekisho.policy import SHIPPED, read_policy, shipped_policy

__all__ = [
    "Asked",
    "Depth",
    "Edition",
    "Gate",
    "Intent",
    "Persons",
    "Shown",
    "Work",
    "asked_for",
    "checked_territory",
    "read_policy_named",
]

Positive = Annotated[int, Parameter(validator=Number(gte=1))]
Count = Annotated[int, Parameter(validator=Number(gte=0))]
Seconds = Annotated[float, Parameter(validator=Number(gt=0))]


@Parameter(name="*", group=Group("The registry", sort_key=1))
@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Which edition is used.

    Attributes:
        snapshot: The edition of the registry to check against.
        trusted_keys: Keys of the registries that you have chosen.
        max_age_days: Oldest edition accepted.
        allow_stale: Accept an expired or older edition; the report shows it.
    """

    snapshot: Path | None = None
    trusted_keys: Annotated[tuple[str, ...], Parameter(negative=())] = ()
    max_age_days: Positive = 30
    allow_stale: Flag = False


@Parameter(name="*", group=Group("The registry", sort_key=1))
@dataclass(frozen=True, slots=True, kw_only=True)
class Persons:
    """Which section about persons is used beside the edition.

    Attributes:
        protected: The section about persons and listed files; if not given, SNAPSHOT.protected.
    """

    protected: Path | None = None


@Parameter(name="*", group=Group("The use and the rules", sort_key=2))
@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """Who wants to do what, and by which rules it is judged.

    Attributes:
        operator: Your key; grants are given to it, and it signs the receipt.
        purpose: What the dataset is for.
        territory: Where it is used: ISO 3166 code, such as JP or JP-13.
        on: The day for which grants are looked at; today if not given.
        policy: opt-in (if not given), opt-out, strict, or a TOML file of your own.
        jurisdiction: Whose law is asked, with commas; the territory if not given. It changes no outcome.
        facts: A file of facts that only you know (`sekisho rules list --facts`), for the law.
        pack: A pack of rules of your own. Repeatable.
        pack_keys: Keys whose packs you accept; if you name any, no pack that they have not signed is used.
    """

    operator: str | None = None
    purpose: Purpose | None = None
    territory: str | None = None
    on: date | None = None
    policy: str | None = None
    jurisdiction: str | None = None
    facts: Path | None = None
    pack: Annotated[tuple[Path, ...], Parameter(negative=())] = ()
    pack_keys: Annotated[tuple[str, ...], Parameter(negative=())] = ()


@Parameter(name="*", group=Group("The encoders", sort_key=3))
@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """With which encoders pictures are compared, where the policy looks as deep as `model`.

    Attributes:
        encoders: Name of a shipped description, or a TOML file of your own. Repeatable.
        models_directory: Folder of the encoders' files.
    """

    encoders: Annotated[tuple[str, ...], Parameter(negative=())] = ()
    models_directory: Path | None = None


@Parameter(name="*", group=Group("The work", sort_key=4))
@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """How it is done.

    Attributes:
        jobs: Worker processes; one for each core if not given.
        resume: Go on with an interrupted run.
        again: An earlier RUN: decide it again from its fingerprints; what is not given is as there.
        sample: Check only so many items, drawn evenly; the run is marked as a sample.
        image_column: Column of a Parquet file that holds the pictures, if it can not be told.
        text_field: Field of records (JSON, Parquet) that is looked at; all texts if none. Repeatable.
        signals: Copies of robots.txt, tdmrep.json and the like, of `sekisho signals collect`.
        domains: Count from which domains JSON lines come too, for documents; they take somewhat longer.
        item_seconds: A worker without progress for so long is stopped, the item is unreadable.
    """

    jobs: Positive | None = None
    resume: Flag = False
    again: Path | None = None
    sample: Positive | None = None
    image_column: str | None = None
    text_field: Annotated[tuple[str, ...], Parameter(negative=())] = ()
    signals: Path | None = None
    domains: Flag = False
    item_seconds: Seconds = 120.0


@Parameter(name="*", group=Group("The exit code", sort_key=5))
@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """When the exit code is not 0.

    Attributes:
        fail_on: From which outcome on the exit code is 1.
        max_unreadable: How many unreadable items are accepted before the exit code is 3.
        baseline: An earlier RUN: only what is new since counts.
        ignore: TOML file of findings that do not count, each with reason, by and until.
    """

    fail_on: Literal["block", "review", "never"] = "block"
    max_unreadable: Count = 0
    baseline: Path | None = None
    ignore: Path | None = None


@Parameter(name="*", group=Group("What is printed", sort_key=6))
@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is printed, and where.

    Attributes:
        format: table, json, jsonl, sarif, github or markdown; FORMAT=FILE writes a file. Repeatable.
        lang: Language of the report and of what is printed.
    """

    format: Annotated[tuple[str, ...], Parameter(negative=())] = ("table",)
    lang: Literal["ja", "en"] = "ja"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be checked, by whom and for what, with nothing left open; `on` None is today."""

    datasets: Sequence[Path]
    snapshot: Path
    operator: str
    purpose: Purpose
    territory: str
    on: date | None
    policy: str

    @property
    def place(self) -> str:
        """Return where the policy is, for a later run: a shipped one has only a name."""
        return self.policy if self.policy in SHIPPED else str(Path(self.policy).absolute())


def asked_for(datasets: Sequence[Path], edition: Edition, intent: Intent) -> Asked:
    """Return what was asked for, if all of it was said.

    Raises:
        NotFoundError: no dataset was given.
        UsageError: something else is missing.
    """
    if not datasets:
        raise NotFoundError("no dataset was given", hint="sekisho audit FOLDER|FILE ... -o RUN")
    snapshot, operator = edition.snapshot, intent.operator
    purpose, territory = intent.purpose, intent.territory
    if snapshot is None or operator is None or purpose is None or territory is None:
        given = {"snapshot": snapshot, "operator": operator, "purpose": purpose, "territory": territory}
        missing = ", ".join(f"--{name}" for name, value in given.items() if value is None)
        raise UsageError(
            f"not given: {missing}", hint="sekisho audit --help; all but --snapshot can stand in sekisho.toml"
        )
    return Asked(
        datasets=datasets,
        snapshot=snapshot,
        operator=operator,
        purpose=purpose,
        territory=territory,
        on=intent.on,
        policy=intent.policy or "opt-in",
    )


def read_policy_named(policy: str) -> Policy:
    """Return a shipped policy by its name, or read an operator's own from a TOML file.

    Raises:
        NotFoundError: neither a shipped policy nor a file.
    """
    if policy in SHIPPED:
        return shipped_policy(policy)
    path = Path(policy)
    if not path.is_file():
        raise NotFoundError(
            f"there is no policy {policy!r}", hint=f"shipped are {', '.join(SHIPPED)}; else name a TOML file"
        )
    try:
        return read_policy(path.read_text(encoding="utf-8"), policy, lambda name: _excepted(path, name))
    except UnicodeDecodeError as error:
        raise UsageError(f"{policy} is not UTF-8 text") from error


def _excepted(policy: Path, name: str) -> bytes:
    """Read a file of confirmed false matches; its path is relative to the policy's."""
    try:
        return (policy.parent / name).read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL
        raise NotFoundError(
            f"{policy}: there is no file {name} of confirmed false matches",
            hint="`files` in [exceptions] are relative to the policy file",
        ) from error


def checked_territory(text: str) -> str:
    """Return an ISO 3166 code; a use happens in one place, so `*` is none."""
    if not re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", text):
        raise UsageError(f"{text!r} is not a territory", hint="use an ISO 3166 code such as JP or JP-13")
    return text
