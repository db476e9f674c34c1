"""Play the demo from the first picture to the page, and time it."""

import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.text import Text

from sekisho.demo.acts import Play, facts_of, open_desks, play_acts, put_out_pictures, states_of
from sekisho.demo.dataset import ACT_TWO
from sekisho.demo.desks import Run, Stage
from sekisho.demo.doors import DOORS
from sekisho.demo.pieces import Reading
from sekisho.demo.readings import play_words
from sekisho.demo.sentences import Said
from sekisho.demo.used import play_used
from sekisho.demo.wall import Story, Tamper, cards_of, render_wall
from sekisho.demo.works import draw_works

__all__ = ["play"]

WALL = "wall.html"


def _write_wall(stage_play: Play, tamper: Tamper, readings: Sequence[Reading], out: Path) -> None:
    cards = cards_of(stage_play.rows[0], stage_play.claims, stage_play.contents, stage_play.originals)
    story = Story(
        lang=stage_play.stage.lang,
        cards=cards,
        states=states_of(stage_play),
        changes=stage_play.changes,
        twice=next(card for card in cards if card.item == ACT_TWO.item),
        tamper=tamper,
        readings=readings,
        facts=facts_of(stage_play),
        doors=DOORS,
    )
    (out / WALL).write_text(render_wall(story), encoding="utf-8")


def _show_doors(stage: Stage) -> None:
    stage.act(Said("四つの扉", "Four doors"))
    for who, command, note in DOORS:
        stage.say(Said(f"  {who.ja}", f"  {who.en}"), "bold")
        stage.console.print(Text(f"    $ {command}", "cyan"))
        stage.say(Said(f"    {note.ja}", f"    {note.en}"), "dim")


def _warm_up(stage: Stage, kernels: Sequence[Callable[[], object]]) -> None:
    stage.say(
        Said("計算の準備をしています(最初の一度だけ)…", "Compiling kernels, once per machine ..."), "dim"
    )
    start = time.perf_counter()
    for compile_them in kernels:
        compile_them()
    spent = time.perf_counter() - start
    stage.say(Said(f"  準備 {spent:.1f}秒", f"  ready after {spent:.1f} s"), "dim")


def play(
    out: Path, *, lang: str, today: date, run: Run, console: Console, kernels: Sequence[Callable[[], object]]
) -> None:
    """Play all three parties and leave everything below `out`.

    Args:
        out: a folder that is not there yet.
        lang: `ja` or `en`, for the terminal and the page's first view.
        today: the day on which everything happens.
        run: runs one command line of Sekisho and returns its exit code.
        console: where the play is shown.
        kernels: what compiles the kernels; timed apart.
    """
    out.mkdir(parents=True)
    stage = Stage(run, console, lang)
    _warm_up(stage, kernels)
    start = time.perf_counter()
    found = open_desks(stage, out, today)
    works = draw_works()
    put_out_pictures(found, works)
    drawn = time.perf_counter() - start
    stage.say(
        Said(
            f"架空の出版社の作品{len(works)}点と、集められた絵40枚を描きました({drawn:.1f}秒)",
            f"Drew {len(works)} works of invented publishers and 40 collected pictures ({drawn:.1f} s)",
        )
    )
    tamper = play_acts(found)
    readings = play_words(found)
    play_used(found)
    _write_wall(found, tamper, readings, out)
    spent = time.perf_counter() - start
    _show_doors(stage)
    stage.console.print()
    desk = out / "operator"
    pages = (out / WALL, desk / "run-1" / "report.html", desk / "documents" / "eu-summary.html")
    shown = "".join(f"\n  {page}" for page in pages)
    stage.say(
        Said(
            f"{spent:.1f}秒で終わりました。ブラウザで見る:{shown}",
            f"Done in {spent:.1f} s. Open in a browser:{shown}",
        ),
        "bold",
    )
