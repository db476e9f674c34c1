"""Act 4: words. A novel is registered, the texts and prompts that the operator has collected are checked."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sekisho.demo.acts import EDITION, Play, read_decisions
from sekisho.demo.corpus import PROMPTS, TEXTS, Page, write_corpus, write_prompts
from sekisho.demo.pieces import Reading, Span, pieces_of
from sekisho.demo.sentences import Said
from sekisho.demo.story import STORY, TITLE
from sekisho.demo.wall import SHAPES

__all__ = ["play_words"]

HOLDER = "hoshikujira"


def _personal(run: Path) -> Mapping[str, Sequence[Span]]:
    """Return where personal information is, by item."""
    found: dict[str, list[Span]] = {}
    for file in sorted((run / "personal").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            place = json.loads(line)
            found.setdefault(place["item"], []).append((place["start"], place["end"], place["type"]))
    return found


def _registered(row: Mapping[str, Any]) -> list[Span]:
    details = [json.loads(finding["detail"]) for finding in row["findings"]]
    pairs = [span.split("-") for detail in details for span in detail["spans"].split(",")]
    return [(int(start), int(end), "") for start, end in pairs]


def _readings(run: Path, file: str, pages: Sequence[Page]) -> list[Reading]:
    """Return each page with what the run has found in it."""
    rows, personal = read_decisions(run), _personal(run)
    readings = []
    for number, page in enumerate(pages):
        row = rows[f"{file}#{number}"]
        spans = [*_registered(row), *personal.get(row["item"], ())]
        readings.append(
            Reading(
                page=page, outcome=row["outcome"], reason=row["reason"], pieces=pieces_of(page.text, spans)
            )
        )
    return readings


def _register_novel(play: Play) -> None:
    folder = play.publisher.folder / "works" / "novels"
    folder.mkdir(parents=True)
    (folder / "whale.txt").write_text(STORY, encoding="utf-8")
    play.stage.command(
        play.publisher,
        "fingerprint",
        "works/novels/whale.txt",
        "-o",
        "prints/whale.jsonl",
        "--holder",
        HOLDER,
    )
    play.stage.command(
        play.publisher, "register", "prints/whale.jsonl", "--holder", HOLDER, "--kind", "work",
        "--title", TITLE, "--name", "水先人 ミナト=みずさきにん みなと", "-o", "outbox/whale.jsonl",
    )  # fmt: skip
    play.stage.carry(play.publisher, play.registry, "whale.jsonl")
    play.stage.command(play.registry, "registry", "import", "inbox/whale.jsonl", show=False)
    play.stage.command(play.registry, "snapshot", "publish", "-o", f"outbox/{EDITION}", show=False)
    play.stage.carry(play.registry, play.operator, EDITION)


def _show(play: Play, readings: Sequence[Reading]) -> None:
    for reading in readings:
        mark, what = SHAPES[reading.outcome], reading.page.what
        play.stage.say(Said(f"    {mark} {what.ja}", f"    {mark} {what.en}"))


def play_words(play: Play) -> Sequence[Reading]:
    """Play the act and return what was found in each text and prompt."""
    stage, operator = play.stage, play.operator
    stage.act(Said("第四幕 ことばも照らし合わせる", "Act 4: words, too"))
    _register_novel(play)
    write_corpus(operator.folder / "texts")
    write_prompts(operator.folder / "prompts")
    day = play.today.isoformat()
    stage.command(
        operator, "audit", "texts", "--snapshot", f"inbox/{EDITION}", "--on", day, "-o", "run-texts", expect=1
    )
    texts = _readings(operator.folder / "run-texts", "web.jsonl", TEXTS)
    _show(play, texts)
    stage.command(operator, "explain", "run-texts", "web.jsonl#2", "--dataset", "texts")
    stage.command(
        operator, "audit", "prompts", "--purpose", "generate", "--snapshot", f"inbox/{EDITION}",
        "--on", day, "-o", "run-prompts",
    )  # fmt: skip
    prompts = _readings(operator.folder / "run-prompts", "prompts.jsonl", PROMPTS)
    _show(play, prompts)
    # Last: what is masked is not looked for again.
    stage.command(operator, "clean", "run-texts", "--redact", "-o", "clean-texts")
    kept = (operator.folder / "clean-texts" / "web.jsonl").read_text(encoding="utf-8").splitlines()
    masked = next(json.loads(line)["text"] for line in kept if "[phone]" in line)
    stage.say(Said(f"    {masked}", f"    {masked}"), "dim")
    return (*texts, *prompts)
