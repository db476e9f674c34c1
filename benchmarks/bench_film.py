"""How fast is a film turned into hashes against vPDQ, and is a clip found where it comes from?

One core: vPDQ and we decode with one thread; CPU time is what counts. vPDQ is built from its source (cmake,
a C++ compiler and the headers of FFmpeg); where that is not possible PyAV with `pdqhash` stands in.
"""

import io
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import av
import corpus
import films
import numpy as np
import pdqhash
from films import Cut
from measure import Report, Row, alternate, parser, ratios, typical
from PIL import Image

from sekisho.fingerprint import look
from sekisho.fingerprint.film import REGISTERED_INTERVAL, FilmHashes, film_hashes
from sekisho.match.films import match_films
from sekisho.media import Limits
from sekisho.policy import shipped_policy
from sekisho.snapshot.films import Films
from sekisho.snapshot.hashes import NO_TABLES, Hashes, distinct
from sekisho.snapshot.mih import build_tables, chunk_count

if TYPE_CHECKING:
    from collections.abc import Callable

try:
    import vpdq
except ImportError:
    vpdq = None

QUESTION = "How fast is a film hashed against vPDQ, and is a clip found where it comes from?"
LUMA_TARGET, COLOUR_TARGET = 3.0, 1.7
SIZE, RATE = (720, 480), 24
SMALL, SMALL_RATE = (480, 320), 12
LIMITS = Limits()
POLICY = shipped_policy("opt-in")
MP4 = "video/mp4"
CLIP, FILM = 10, 600
"""Seconds."""
OTHERS = 40
"""Seconds of the films beside it."""
REGISTERED, STRANGER = 12, 20
"""How many films unrelated ones are compared with, and how many seconds these have."""
WORK = 0
"""Seed of the registered film that the clips are of."""


class Registry:
    """What `match_films` asks of a snapshot."""

    def __init__(self, registered: list[FilmHashes]) -> None:
        """Put films side by side, an entry each; frames of low quality are left out."""
        good = [np.array(made.qualities) >= POLICY.min_quality for made in registered]
        kept = [made.hashes[:, 0][keep] for made, keep in zip(registered, good, strict=True)]
        every = np.ascontiguousarray(np.concatenate(kept)).view("S32")[:, 0]
        entry = np.repeat(np.arange(len(kept)), [len(rows) for rows in kept]).astype(np.uint32)
        owned = distinct(every, entry)
        words = owned.values.view("<u8").reshape(-1, 4)
        count = chunk_count(len(words))
        tables = build_tables(words, count) if count else NO_TABLES
        self.tables = (Hashes(sha256=owned, pdq=owned, tables=tables),)
        times = [np.array(made.times)[keep] for made, keep in zip(registered, good, strict=True)]
        numbers = np.arange(len(kept), dtype=np.uint32)
        self.films = (
            Films(
                entry=numbers,
                print_=np.zeros_like(numbers),
                duration=np.array([made.duration for made in registered], np.uint32),
                first=np.cumsum([0, *map(len, kept)]).astype(np.uint64),
                time=np.concatenate(times).astype(np.uint32),
                row=np.searchsorted(owned.values, every).astype(np.uint32),
            ),
        )
        self._entries = len(kept)

    def confirmed(self) -> np.ndarray:
        """Say that a voucher stands behind every film."""
        return np.ones(self._entries, np.bool_)


def _by_vpdq(path: Path, every: float) -> int:
    return len(vpdq.computeHash(str(path), seconds_per_hash=every, thread_count=1))


def _by_pdqhash(data: bytes) -> int:
    """Decode by PyAV to RGB and hash by the reference: what one writes where vPDQ cannot be built."""
    with av.open(io.BytesIO(data)) as film:
        film.streams.video[0].thread_type = "NONE"
        return sum(1 for frame in film.decode(video=0) if pdqhash.compute(frame.to_ndarray(format="rgb24")))


def _decoded(data: bytes) -> int:
    with av.open(io.BytesIO(data)) as film:
        film.streams.video[0].thread_type = "NONE"
        return sum(1 for _ in film.decode(video=0))


def _distances(theirs: list[bytes], made: FilmHashes) -> np.ndarray:
    ours = made.hashes[: len(theirs), 0]
    other = np.frombuffer(b"".join(theirs[: len(ours)]), np.uint8).reshape(-1, 32)
    return np.bitwise_count(ours ^ other).sum(axis=1)


def speed(report: Report, pictures: list[Image.Image], seconds: int, passes: int) -> None:
    """Add frames a second of everybody who hashes every frame, and of one frame a second."""
    data = films.encode(films.play(pictures, 1, SIZE, RATE, Cut(begin=0, end=seconds)), RATE, preset="medium")
    frames = seconds * RATE
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        path.write_bytes(data)
        hashed = partial(film_hashes, data, MP4, LIMITS)
        contestants: dict[str, Callable[[], object]] = {
            "luma": partial(hashed, interval=0),
            "colour": partial(hashed, interval=0, colour=True),
            "luma, 1 a second": hashed,
            "pdqhash": partial(_by_pdqhash, data),
            "decoding": partial(_decoded, data),
        }
        if vpdq is not None:
            contestants["vPDQ"] = partial(_by_vpdq, path, 0)
            contestants["vPDQ, 1 a second"] = partial(_by_vpdq, path, 1)
        costs = alternate(contestants, passes, per=frames)
        peer = "vPDQ" if vpdq is not None else "pdqhash"
        once = "vPDQ, 1 a second" if vpdq is not None else "pdqhash"
        shown = {name: f"{1 / typical(seen).cpu:.0f} frames/s" for name, seen in costs.items()}
        pairs = (
            ("luma", peer, LUMA_TARGET),
            ("colour", peer, COLOUR_TARGET),
            ("luma, 1 a second", once, None),
            ("luma", "decoding", None),
        )
        for ours, theirs, target in pairs:
            ratio = ratios(costs[theirs], costs[ours])
            measure = f"{ours}, {SIZE[0]}x{SIZE[1]} H.264, {frames} frames"
            said = f"{theirs}: {shown[theirs]}"
            report.rows.append(
                Row(
                    measure=measure,
                    ours=shown[ours],
                    peer=said,
                    value=ratio.wall,
                    cpu=ratio.cpu,
                    target=target,
                )
            )
        if vpdq is not None:
            _parity(report, path, data)


def _parity(report: Report, path: Path, data: bytes) -> None:
    theirs = [bytes.fromhex(f.hex) for f in vpdq.computeHash(str(path), seconds_per_hash=0, thread_count=1)]
    for name, colour, target in (("colour", True, 0), ("luma", False, None)):
        apart = _distances(theirs, film_hashes(data, MP4, LIMITS, interval=0, colour=colour))
        report.rows.append(
            Row(
                measure=f"distance to vPDQ's hashes, {name}, {len(apart)} of {len(theirs)} frames",
                ours=f"mean {apart.mean():.2f}, most {apart.max()} bits",
                peer="vPDQ",
                value=float(apart.max()),
                unit="bits",
                target=target,
                better="less",
            )
        )


def _registered(pictures: list[Image.Image], seconds: int, count: int) -> Registry:
    """Register one long film and others over other pictures."""
    own, others = pictures[::2], pictures[1::2]
    registered = []
    for seed in range(count):
        end = seconds if seed == WORK else OTHERS
        frames = films.play(own if seed == WORK else others, seed, SMALL, SMALL_RATE, Cut(begin=0, end=end))
        data = films.encode(frames, SMALL_RATE, quality=26)
        registered.append(film_hashes(data, MP4, LIMITS, interval=REGISTERED_INTERVAL))
    return Registry(registered)


def clips(report: Report, pictures: list[Image.Image], seconds: int, count: int) -> None:
    """Add how many clips are found, how far off their place is, and how long a clip's search takes."""
    registry = _registered(pictures, seconds, 8)
    rng = np.random.default_rng(7)
    kinds = {
        "re-encoded smaller": {},
        "at 25/24 of the speed": {"speed": 25 / 24},
        "at 0.9 of the speed": {"speed": 0.9},
        "at 1.1 of the speed": {"speed": 1.1},
        "every 4th frame lost": {"drop": 4},
        "mirrored": {"mirrored": True},
    }
    for kind, how in kinds.items():
        found, off, took, of_item = 0, [], [], []
        for _ in range(count):
            begin = float(rng.uniform(0, seconds - CLIP))
            cut = Cut(begin=begin, end=begin + CLIP, **how)
            data = films.encode(
                films.play(pictures[::2], WORK, (360, 240), SMALL_RATE, cut), SMALL_RATE, quality=30
            )
            seen = look(data, limits=LIMITS)
            before = time.process_time()
            matches = match_films([seen], registry, POLICY)[0]
            took.append(time.process_time() - before)
            own = [match for match in matches if match.entry == WORK]
            found += bool(own)
            if own:
                first = own[0].spans[0]
                off.append(abs(first.work_start - 1000 * begin - cut.speed * first.start) / 1000)
                of_item.append(own[0].of_item)
        share, longest = np.mean(of_item or [0]), 1000 * max(took)
        report.rows.append(
            Row(
                measure=f"clips of {CLIP} s in a film of {seconds} s, {kind}: found",
                ours=f"{found} of {count}; of_item {share:.0f} %; search {longest:.0f} ms at most",
                value=100 * found / count,
                unit="%",
            )
        )
        report.rows.append(
            Row(
                measure=f"place of the clips, {kind}: seconds off",
                ours=f"median {np.median(off or [99]):.2f}, most {max(off, default=99):.2f} s",
                value=max(off, default=99),
                unit="s",
                target=1.0,
                better="less",
            )
        )


def strangers(report: Report, pictures: list[Image.Image], count: int) -> None:
    """Add how many unrelated films match: none of their pictures is in any registered film."""
    registry = _registered(pictures[: len(pictures) // 2], OTHERS, REGISTERED)
    hits = 0
    for seed in range(1000, 1000 + count):
        own = pictures[len(pictures) // 2 :]
        frames = films.play(own, seed, SMALL, SMALL_RATE, Cut(begin=0, end=STRANGER))
        seen = look(films.encode(frames, SMALL_RATE, quality=28), limits=LIMITS)
        hits += len(match_films([seen], registry, POLICY)[0])
    report.rows.append(
        Row(
            measure=f"{count} unrelated films of {STRANGER} s against {REGISTERED}: matches",
            ours=str(hits),
            value=hits,
            unit="matches",
            target=0,
            better="less",
        )
    )


def main() -> None:
    """Measure and report."""
    options = parser(QUESTION)
    given = options.parse_args()
    made = corpus.build(given.cache / "pictures-1024", side=1024, count=60 if given.quick else 155)
    pictures = [Image.open(path).convert("RGB") for path in made.files]
    report = Report(name="film", question=QUESTION, quick=given.quick)
    report.notes.append(made.note)
    report.notes.append("vPDQ was built here" if vpdq is not None else "vPDQ could not be built")
    passes = given.passes or (1 if given.quick else 4)
    speed(report, pictures, 5 if given.quick else 20, passes)
    clips(report, pictures, 120 if given.quick else FILM, 3 if given.quick else 8)
    strangers(report, pictures, 4 if given.quick else 24)
    report.finish(given.results or given.cache / "results")


if __name__ == "__main__":
    main()
