"""The play: three acts, three desks, and the facts for the page that remains of it."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from PIL import Image

from sekisho.demo.dataset import ACT_TWO, write_dataset
from sekisho.demo.desks import Answer, Desk, Stage, size_of
from sekisho.demo.sentences import Claim, Said, why
from sekisho.demo.variants import saved
from sekisho.demo.wall import SHAPES, Change, State, Tamper
from sekisho.demo.works import HOLDERS, WORKS, Holder, Work

__all__ = ["Play", "facts_of", "open_desks", "play_acts", "put_out_pictures", "states_of"]

REGISTRY = Said("桜橋作品登録簿(架空)", "Sakurabashi Registry of Works (invented)")
OPERATOR = "kaname-lab"
EDITION = "sakurabashi.snapshot"
RIVAL, CLAIMANT = "gardener", "hoshikujira"
LICENSED = "reef"
CHANGED_AT = 0.5
"""Where in the file act 3 changes a byte, as a share of its length."""
AROUND = 8


@dataclass(slots=True, kw_only=True)
class Play:
    """The desks, and what has happened so far."""

    stage: Stage
    publisher: Desk
    registry: Desk
    operator: Desk
    today: date
    originals: Mapping[str, bytes] = field(default_factory=dict)
    contents: Mapping[str, bytes] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    entries: dict[tuple[str, str], str] = field(default_factory=dict)
    rows: list[Mapping[str, Mapping[str, Any]]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    sent: int = 0


def open_desks(stage: Stage, out: Path, today: date) -> Play:
    """Make the three desks below a folder."""
    publisher, registry, operator = (Desk(out / name) for name in ("publisher", "registry", "operator"))
    for desk in (publisher, registry, operator):
        desk.set_up()
    return Play(stage=stage, publisher=publisher, registry=registry, operator=operator, today=today)


def put_out_pictures(play: Play, works: Mapping[str, Image.Image]) -> None:
    """Give the publishers their works and the operator its dataset."""
    play.originals = {name: saved(picture, "PNG") for name, picture in works.items()}
    for work in WORKS:
        folder = play.publisher.folder / "works" / work.holder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{work.name}.png").write_bytes(play.originals[work.name])
    (play.publisher.folder / "prints").mkdir()
    play.contents = write_dataset(play.operator.folder / "dataset", works, play.originals)


def _make_keys(play: Play) -> None:
    """Everybody makes keys; public halves travel."""
    stage, first = play.stage, True
    for holder in HOLDERS.values():
        stage.command(
            play.publisher, "key", "new", holder.name, "--label", f"{holder.ja} {holder.en}", show=first
        )
        public = f"outbox/{holder.name}.pub"
        stage.command(play.publisher, "key", "show", holder.name, "-o", public, show=False)
        first = False
    stage.command(play.operator, "key", "new", OPERATOR, "--label", "かなめ研究所 Kaname Lab", show=False)
    stage.command(play.operator, "key", "show", OPERATOR, "-o", f"outbox/{OPERATOR}.pub", show=False)
    stage.carry(play.operator, play.publisher)


def _register(play: Play, work: Work, holder: Holder, *, show: bool) -> None:
    """Fingerprint one work and write its signed registration for the registry."""
    stage, name = play.stage, f"{holder.name}-{work.name}"
    prints, statement = f"prints/{name}.jsonl", f"outbox/{name}.jsonl"
    picture = f"works/{work.holder}/{work.name}.png"
    stage.command(
        play.publisher, "fingerprint", picture, "-o", prints, "--holder", holder.name, "--local", show=show
    )
    title = f"{work.ja} / {work.en}"
    said = stage.command(
        play.publisher, "register", prints, "--holder", holder.name, "--kind", work.kind,
        "--title", title, "-o", statement, show=show,
    )  # fmt: skip
    entry = said.out.split()[0]
    play.claims[entry] = Claim(
        holder=Said(holder.ja, holder.en), title=Said(work.ja, work.en), work=work.name
    )
    play.entries[holder.name, work.name] = entry


def _register_all(play: Play) -> None:
    for number, work in enumerate(WORKS):
        _register(play, work, HOLDERS[work.holder], show=number == 0)
    rival = next(w for w in WORKS if w.name == RIVAL)
    _register(play, rival, HOLDERS[CLAIMANT], show=False)
    more = len(WORKS)
    play.stage.say(Said(f"    … ほか{more}件も同じように", f"    … and {more} more in the same way"), "dim")


def _grant(play: Play, work: str, holder: str, file: str, *, show: bool = True) -> Answer:
    last = play.today + timedelta(days=365)
    return play.stage.command(
        play.publisher, "grant", "give", "--holder", holder, "--entry", play.entries[holder, work],
        "--to", f"inbox/{OPERATOR}.pub", "--purpose", "train", "--territory", "JP",
        "--from", play.today.isoformat(), "--until", last.isoformat(), "-o", f"outbox/{file}", show=show,
    )  # fmt: skip


def _open_registry(play: Play) -> None:
    """Make the registry, take in what was carried there, vouch for three of four holders."""
    stage = play.stage
    stage.command(play.registry, "key", "new", "desk", "--label", "窓口 Desk", show=False)
    said = stage.command(
        play.registry, "registry", "init", "--name", f"{REGISTRY.ja} {REGISTRY.en}", "--voucher", "desk"
    )
    stage.command(play.registry, "registry", "import", "inbox/*.jsonl")
    vouched = [holder for holder in HOLDERS.values() if holder.vouched]
    for number, holder in enumerate(vouched):
        stage.command(
            play.registry,
            "registry",
            "vouch",
            "--holder",
            f"inbox/{holder.name}.pub",
            "--by",
            "desk",
            show=number == 0,
        )
    (play.operator.folder / "sekisho.toml").write_text(
        f'operator = "{OPERATOR}"\npurpose = "train"\nterritory = "JP"\n'
        f'lang = "{stage.lang}"\ntrusted_keys = ["{said.out.split()[-1]}"]\n',
        encoding="utf-8",
    )


def _publish(play: Play) -> None:
    play.stage.command(play.registry, "snapshot", "publish", "-o", f"outbox/{EDITION}")
    play.stage.carry(play.registry, play.operator, EDITION)


def read_decisions(run: Path) -> Mapping[str, Mapping[str, Any]]:
    """Return a run's decisions by item."""
    parts = sorted((run / "decisions").glob("*.parquet"))
    return {row["item"]: row for part in parts for row in pq.read_table(part).to_pylist()}


def _audit(play: Play) -> None:
    """Audit the dataset, later only its fingerprints, against the edition in the inbox; show the totals."""
    number = len(play.rows) + 1
    what = ("dataset",) if number == 1 else ("--again", f"run-{number - 1}")
    # Findings are exit code 1; one picture can not be opened, and the operator has said that one may.
    play.stage.command(
        play.operator, "audit", *what, "--snapshot", f"inbox/{EDITION}",
        "--on", play.today.isoformat(), "--max-unreadable", "1", "-o", f"run-{number}", expect=1,
    )  # fmt: skip
    rows = read_decisions(play.operator.folder / f"run-{number}")
    play.rows.append(rows)
    n = {o: sum(r["outcome"] == o for r in rows.values()) for o in SHAPES}
    play.stage.say(
        Said(
            f"    ✕ 除外 {n['block']}   △ 要確認(保留) {n['review']}   ○ 通過 {n['allow']}",
            f"    ✕ {n['block']} excluded   △ {n['review']} on hold   ○ {n['allow']} passed",
        ),
        "bold",
    )


def _act_one(play: Play) -> None:
    play.stage.act(Said("第一幕 40枚の壁", "Act 1: the wall of forty"))
    _make_keys(play)
    _register_all(play)
    _grant(play, LICENSED, "aonami", "aonami-licence-reef.jsonl", show=False)
    # Two publishers claim one work: the one permits its use, the other does not.
    _grant(play, RIVAL, CLAIMANT, f"{CLAIMANT}-licence-{RIVAL}.jsonl", show=False)
    play.sent = play.stage.carry(play.publisher, play.registry)
    play.stage.say(Said("    絵は一枚も運ばれていません", "    not one picture was carried"), "dim")
    _open_registry(play)
    _publish(play)
    _audit(play)


def _deliver(play: Play, file: str, text: Said) -> None:
    """Carry one statement to the registry, publish the next edition, audit again."""
    play.stage.carry(play.publisher, play.registry, file)
    play.stage.command(play.registry, "registry", "import", f"inbox/{file}")
    play.changes.append(Change(file=file, text=text))
    _publish(play)
    _audit(play)


def _act_two(play: Play) -> None:
    play.stage.act(Said("第二幕 決めるのは、権利者の意思", "Act 2: the holder's wish decides"))
    grant = _grant(play, ACT_TWO.work, "aonami", "licence.jsonl").out.split()[-1]
    _deliver(play, "licence.jsonl", Said("許諾", "a licence"))
    play.stage.command(
        play.publisher, "grant", "revoke", grant, "--holder", "aonami", "-o", "outbox/revocation.jsonl"
    )
    _deliver(play, "revocation.jsonl", Said("許諾解除", "revoked"))
    marks = " → ".join(SHAPES[state.outcome] for state in states_of(play))
    play.stage.say(Said(f"    同じ一枚が: {marks}", f"    the same picture: {marks}"), "bold")


def states_of(play: Play) -> list[State]:
    """Return what the tile of act 2 was in each of the three editions."""
    found = [rows[ACT_TWO.item] for rows in play.rows]
    return [
        State(edition=number, outcome=row["outcome"], sentence=why(row, play.claims))
        for number, row in enumerate(found, start=1)
    ]


def _act_three(play: Play) -> Tamper:
    play.stage.act(Said("第三幕 記録の書きかえは、ばれる", "Act 3: a changed record is found out"))
    play.stage.command(play.operator, "verify", "run-3")
    copy = play.operator.folder / "run-3-changed"
    shutil.copytree(play.operator.folder / "run-3", copy)
    part = min((copy / "decisions").glob("*.parquet"))
    data = bytearray(part.read_bytes())
    at = int(len(data) * CHANGED_AT)
    before, data[at] = data[at], data[at] ^ 1
    part.write_bytes(data)
    file = part.relative_to(copy).as_posix()
    play.stage.say(
        Said(
            f"    写しの {file} を1バイトだけ変更({at}バイト目: {before:02x} → {data[at]:02x})",
            f"    one byte of {file} is changed in a copy (byte {at}: {before:02x} → {data[at]:02x})",
        )
    )
    said = play.stage.command(play.operator, "verify", copy.name, expect=4)
    text = said.err or said.out
    play.stage.say(Said(*("\n".join(f"    {line}" for line in text.splitlines()),) * 2), "red")
    play.stage.say(Said("    終了コード 4", "    exit code 4"), "bold red")
    around = bytes(data[at - AROUND : at + AROUND + 1])
    return Tamper(
        file=file, offset=at, before=before, after=data[at], around=around, said=text, exit_code=said.code
    )


def play_acts(play: Play) -> Tamper:
    """Play all three acts and return what act 3 found."""
    _act_one(play)
    _act_two(play)
    return _act_three(play)


def facts_of(play: Play) -> Mapping[str, Any]:
    """Return the numbers that the page shows about the three desks."""
    return {
        "works": len(WORKS),
        "works_size": size_of(sum(map(len, play.originals.values()))),
        "sent_size": size_of(play.sent),
        "registry": REGISTRY,
        "entries": len(play.claims),
        "editions": len(play.rows),
        "policy": "opt-in",
    }
