"""Are the pages of volumes fingerprinted as fast as the same pictures in folders?

Both sides run the whole command, `sekisho fingerprint`, with the same number of workers over the same
JPEG files of the size of comic pages, once as CBZ (some stored, some deflated) and once as a folder for
each volume. Start-up is taken out by two sizes. Memory is the largest sum of resident memory over the
process tree, for ten times as many pages; what 300,000 pages would take is reckoned from both.
"""

import io
import os
import shutil
import tempfile
import zipfile
from pathlib import Path

import numpy as np
from bench_memory import Peak, watch
from measure import Cost, Report, Row, alternate, parser, ratios, run_command, sekisho, steady, typical
from PIL import Image, ImageDraw

QUESTION = "Are the pages of volumes fingerprinted as fast as pictures in folders?"
PAGES = 200
"""Of a volume, as a paperback has."""
VOLUMES = (2, 10)
QUICK = (2, 4)
DRAWN = 120
"""Different drawings; a JPEG comment makes every file different, and a patch of noise every PDQ."""
SIDES = (850, 1200)
TARGET_RATE = 0.9
TARGET_MEMORY = 1.2
ALL = 300_000


def _drawing(number: int) -> bytes:
    """Draw panels with strokes and tone, and save them as publishers do."""
    generator = np.random.default_rng([11, number])
    image = Image.new("L", SIDES, 255)
    draw = ImageDraw.Draw(image)
    for panel in range(6):
        left, top = 30 + panel % 2 * 400, 30 + panel // 2 * 380
        draw.rectangle((left, top, left + 385, top + 365), outline=0, width=4)
        tone = generator.integers(0, 256, (12, 12), dtype=np.uint8)
        image.paste(Image.fromarray(tone).resize((260, 240), Image.Resampling.BICUBIC), (left + 60, top + 60))
        for _ in range(60):
            x, y = generator.integers(0, 380, 2) + np.array((left, top))
            dx, dy = generator.integers(-60, 60, 2)
            draw.line((x, y, x + dx, y + dy), fill=0, width=int(generator.integers(1, 4)))
    stream = io.BytesIO()
    image.convert("RGB").save(stream, "JPEG", quality=88)
    return stream.getvalue()


def _page(drawn: list[bytes], number: int) -> bytes:
    base = drawn[number % len(drawn)]
    return base[:2] + b"\xff\xfe\x00\x0a%08d" % number + base[2:]


def make(directory: Path, volumes: int, kind: str) -> Path:
    """Write volumes as CBZ or as folders of the same files, unless they are there."""
    place = directory / f"{kind}-{volumes}"
    if (place / ".done").is_file():
        return place / "data"
    shutil.rmtree(place, ignore_errors=True)
    drawn = [_drawing(number) for number in range(DRAWN)]
    for volume in range(volumes):
        pages = {f"{n + 1}.jpg": _page(drawn, volume * PAGES + n) for n in range(PAGES)}
        folder = place / "data" / (f"{volume:04d}" if kind == "folder" else "")
        folder.mkdir(parents=True, exist_ok=True)
        if kind == "folder":
            for name, data in pages.items():
                (folder / name).write_bytes(data)
            continue
        method = zipfile.ZIP_DEFLATED if volume % 2 else zipfile.ZIP_STORED
        with zipfile.ZipFile(folder / f"{volume:04d}.cbz", "w", method) as archive:
            for name, data in pages.items():
                archive.writestr(name, data)
    (place / ".done").touch()
    return place / "data"


def _command(data: Path, output: Path, jobs: int) -> list[str]:
    # The drawings repeat, so every page is kept: what is measured is reading, decoding and hashing,
    # and the search for shared pages runs apart (`_selection`).
    words = ["fingerprint", str(data), "-o", str(output), "--holder", "bench", "--keep-all-pages"]
    return [*sekisho(), *words, "--force", "--jobs", str(jobs)]


def _cost(data: Path, jobs: int, env: dict[str, str]) -> Cost:
    with tempfile.TemporaryDirectory() as scratch:
        return run_command(_command(data, Path(scratch) / "p", jobs), env=env)


def rates(report: Report, cache: Path, *, sizes: tuple[int, int], jobs: int, passes: int) -> Cost:
    """Measure both sides in turn and return the cost of a page of a volume."""
    env = {"SEKISHO_HOME": str(cache / "home")}
    data = {(kind, n): make(cache, n, kind) for kind in ("cbz", "folder") for n in sizes}
    runs = {
        f"{kind} {n}": (lambda path=path: _cost(path, jobs, env))  # type: ignore[misc]
        for (kind, n), path in data.items()
    }
    costs = alternate(runs, passes)
    pages = (sizes[1] - sizes[0]) * PAGES
    each = {
        kind: steady(costs[f"{kind} {sizes[0]}"], costs[f"{kind} {sizes[1]}"], pages)
        for kind in ("cbz", "folder")
    }
    ours, peer, share = typical(each["cbz"]), typical(each["folder"]), ratios(each["folder"], each["cbz"])
    report.rows.append(
        Row(
            measure=f"pages/s out of CBZ against pictures/s of a folder, {jobs} workers",
            ours=f"{1 / ours.wall:.0f}/s, {ours.cpu * 1e3:.2f} ms CPU",
            peer=f"{1 / peer.wall:.0f}/s, {peer.cpu * 1e3:.2f} ms CPU",
            value=share.wall * 100,
            cpu=share.cpu * 100,
            unit="%",
            target=TARGET_RATE * 100,
        )
    )
    report.raw["costs"] = {k: [{"wall": c.wall, "cpu": c.cpu} for c in v] for k, v in costs.items()}
    return ours


def memory(report: Report, cache: Path, *, sizes: tuple[int, int], jobs: int) -> tuple[Peak, Peak]:
    """Measure the peak memory for the smaller and the larger number of volumes."""
    env = {"SEKISHO_HOME": str(cache / "home")} | {"PATH": os.environ["PATH"]}
    peaks = []
    for volumes in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            peaks.append(watch(_command(make(cache, volumes, "cbz"), Path(scratch) / "p", jobs), env))
    small, large = peaks
    report.rows.append(
        Row(
            measure=f"peak memory of the tree, {sizes[1] * PAGES:,} against {sizes[0] * PAGES:,} pages",
            ours=f"{large.resident / 2**20:.0f} MiB ({large.anonymous / 2**20:.0f} anonymous)",
            peer=f"itself, small: {small.resident / 2**20:.0f} MiB ({small.anonymous / 2**20:.0f} anonymous)",
            value=large.resident / small.resident,
            target=TARGET_MEMORY,
            better="less",
        )
    )
    return small, large


_SELECTION = """
import resource, sys, time
import numpy as np
from sekisho.registry.shared import shared_pages
random, n = np.random.default_rng(3), int(sys.argv[1])
shared_pages(random.bytes(32 * 5000), [0] * 5000)
hashes = random.integers(0, 256, (n, 32), np.uint8)
volumes = np.arange(n) // 200
hashes[::200] = hashes[0]
start = time.perf_counter()
found = shared_pages(hashes.tobytes(), volumes.tolist()).sum()
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, found)
"""


def selection(report: Report, count: int) -> float:
    """Measure the search for pages that volumes share; return its seconds."""
    import subprocess  # noqa: PLC0415 - only here, for a process whose memory is its own
    import sys  # noqa: PLC0415

    command = [sys.executable, "-c", _SELECTION, str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    seconds, kibibytes, found = done.stdout.split()
    report.rows.append(
        Row(
            measure=f"finding the pages that volumes share, {count:,} pages",
            ours=f"{float(seconds):.1f} s, {int(kibibytes) / 1024:.0f} MiB, {found} found",
            value=None,
        )
    )
    return float(seconds)


def main() -> None:
    """Measure and report."""
    options = parser(QUESTION)
    options.add_argument("--jobs", type=int, default=2)
    given = options.parse_args()
    sizes = QUICK if given.quick else VOLUMES
    passes = given.passes or (2 if given.quick else 5)
    cache = given.cache / "pages"
    report = Report(name="pages", question=QUESTION, quick=given.quick)
    each = rates(report, cache, sizes=sizes, jobs=given.jobs, passes=passes)
    flat = (5, 10) if given.quick else (5, 50)
    small, large = memory(report, cache, sizes=flat, jobs=given.jobs)
    apart = selection(report, 20_000 if given.quick else ALL)
    more = (large.anonymous - small.anonymous) / ((flat[1] - flat[0]) * PAGES)
    hours = (ALL * each.wall + apart) / 3600
    megabytes = (large.resident + ALL * max(0.0, more)) / 2**20
    report.notes.append(
        f"{ALL:,} pages, reckoned: {hours:.1f} h with {given.jobs} workers; {max(0.0, more):.0f} bytes of "
        f"memory for each further page, so {megabytes:.0f} MiB. Pages of {SIDES[0]}x{SIDES[1]} px, drawn by "
        f"code; volumes of {PAGES} pages, half of them deflated; start-up taken out by two sizes."
    )
    report.finish(given.results or given.cache / "results")


if __name__ == "__main__":
    main()
