"""How many copies of 1-bit pages and of their panels are found, and how often wrongly?

Pages are drawn by `manga_pages.py`, edited by `manga_copies.py`. They are registered whole, and once more
with each panel (`fingerprint --panels`). Unrelated are pages with the same kinds of tone, frames and
lettering, whole, scanned, and their single panels. Found means: `block`, on account of the right page.
"""

import io
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import NamedTuple

from copy_peers import NAMES, Peer, peers
from manga_copies import EDITS, registered_page, stranger
from measure import Report, Row, parser
from picture_registry import Checked, Works, checked, publish, register, rules
from PIL import Image

from sekisho import fingerprint, match
from sekisho.registry.seen import Sight
from sekisho.store.models import SHIPPED, Models, open_encoders

QUESTION = "How many copies of manga pages and of their panels are found, and how often wrongly?"
PAGES, QUICK_PAGES = 60, 12
QUERIES, QUICK_QUERIES = 30, 4
STRANGERS = ("whole page", "page scanned", "panel cut out")
"""What is done to pages that nobody registered."""


class Query(NamedTuple):
    """An edited page and the name of the page that it was."""

    data: bytes
    truth: str


def _file(image: Image.Image, quality: int = 85) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _page_file(seed: int) -> bytes:
    """Write a page as publishers keep it, in one bit."""
    out = io.BytesIO()
    Image.fromarray(registered_page(seed).bits).convert("1").save(out, "PNG")
    return out.getvalue()


def queries_of(count: int) -> dict[str, list[Query]]:
    """Return the edited pages of every kind, as JPEG files."""
    made: dict[str, list[Query]] = {}
    for kind, edit in EDITS.items():
        for seed in range(count):
            chance = Random(f"{kind} {seed}")  # noqa: S311 - the same edits every time
            page = registered_page(seed)
            made.setdefault(kind, []).append(
                Query(_file(edit(page, stranger(seed), chance), chance.choice((60, 75, 85))), f"page {seed}")
            )
    return made


def strangers_of(count: int) -> list[bytes]:
    """Return pictures of pages that nobody registered."""
    made = []
    for kind in STRANGERS:
        for seed in range(count):
            chance = Random(f"stranger {kind} {seed}")  # noqa: S311 - the same edits every time
            page = stranger(1000 + seed)
            made.append(_file(EDITS[kind](page, page, chance)))
    return made


def _right(one: Query, made: Checked) -> bool:
    return made.outcome == "block" and one.truth in made.blocked_by


def tell(
    report: Report,
    label: str,
    queries: Mapping[str, Sequence[Query]],
    unrelated: Sequence[bytes],
    ask: partial[Checked],
    others: Mapping[str, Peer],
) -> None:
    """Add the lines of one registry and depth."""
    for kind, some in queries.items():
        made = [ask(one.truth, one.data) for one in some]
        share = 100 * sum(map(_right, some, made)) / len(some)
        held = sum(m.outcome == "review" and o.truth in m.met for o, m in zip(some, made, strict=True))
        peer = ", ".join(
            f"{name} {100 * sum(one.truth in found(one.data) for one in some) / len(some):.0f}"
            for name, found in others.items()
        )
        report.rows.append(
            Row(
                measure=f"{label}: {kind}, {len(some)} pictures",
                ours=f"{share:.0f} %, on hold {100 * held / len(some):.0f} %",
                peer=peer,
                value=share,
                unit="%",
            )
        )
    made = [ask("stranger", data) for data in unrelated]
    fired = [one for one in made if one.met]
    report.raw[f"{label} fired"] = [(one.outcome, one.met, one.methods) for one in fired]
    report.rows.append(
        Row(
            measure=f"{label}: unrelated pages and panels, {len(unrelated)} pictures",
            ours=f"{sum(one.outcome == 'block' for one in fired)} blocked, "
            f"{sum(one.outcome == 'review' for one in fired)} on hold for a work",
            peer=", ".join(f"{name} {sum(bool(f(d)) for d in unrelated)}" for name, f in others.items()),
            value=100 * len(fired) / len(unrelated),
            unit="%",
        )
    )


def main() -> None:
    """Measure and report."""
    options = parser(QUESTION)
    options.add_argument("--models", type=Path, default=None, help="a folder with the encoders' files")
    options.add_argument("--peers", nargs="*", choices=NAMES, default=None, help="default all")
    given = options.parse_args()
    pages, count = (QUICK_PAGES, QUICK_QUERIES) if given.quick else (PAGES, QUERIES)
    fingerprint.warm_up()
    match.warm_up()
    encoders = open_encoders(Models(encoders=SHIPPED, directory=given.models)) if given.models else ()
    queries, unrelated = queries_of(count), strangers_of(count)
    files = {f"page {seed}": _page_file(seed) for seed in range(pages)}
    known = peers(files, None, given.peers)
    report = Report(name="manga", question=QUESTION, quick=given.quick)
    for label, panels in (("whole pages", False), ("pages and panels", True)):
        works = Works()
        for name, data in files.items():
            register(works, name, data, Sight(local=True, encoders=encoders, panels=panels))
        snapshot = publish(works, given.cache / "copies" / f"manga-{panels:d}.sekisho")
        for depth in ("local", *(("model",) if encoders else ())):
            ask = partial(
                checked,
                snapshot=snapshot,
                policy=rules(depth),
                names=works.names,
                encoders=encoders if depth == "model" else (),
            )
            others = known if (panels, depth) == (False, "local") else {}
            tell(report, f"{depth}, {label}", queries, unrelated, ask, others)
    report.notes.append(f"{pages} pages of 3 to 12 panels, 1000 x 1414 pixels, 1 bit, drawn by code.")
    report.finish(given.results or given.cache / "results")


if __name__ == "__main__":
    main()
