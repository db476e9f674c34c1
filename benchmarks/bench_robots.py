"""How fast is it known what a robots.txt says about a URL, beside Protego, and do both read it alike?

Files of 170 AI systems: all in one group, and each in a group of its own. A question is asked about 1,000
URLs of one site. "All systems" is what an audit wants to know (does this site turn away anybody who
trains?): ours is `robots_signals`; the peer has to be asked once for each system. Reading is
google/robotstxt's 104 expectations.
"""

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from measure import Report, Row, alternate, parser, ratios, typical
from protego import Protego

from sekisho.detect.signals.agents import agents, robots_signals
from sekisho.detect.signals.paths import path_of
from sekisho.detect.signals.robots import Robots, parse_robots

QUESTION = "How fast is it known what a robots.txt says about a URL, and is it read right?"
URLS = 1_000
ALL_TARGET = 20.0
VECTORS = (
    Path(__file__).parent.parent / "tests" / "conformance" / "vectors" / "signals" / "robots_google.json"
)
TOKENS = tuple(token for kind in agents().values() for token in kind) + tuple(f"other{n}" for n in range(10))
EVERYBODY = "User-agent: *\nAllow: /\nDisallow: /cgi-bin/\nDisallow: /search\nDisallow: /*?sort=\n"
FILES = {
    "one group": "".join(f"User-agent: {token}\n" for token in TOKENS)
    + "Disallow: /private/\nDisallow: /*.pdf$\n\n"
    + EVERYBODY,
    "170 groups": "".join(f"User-agent: {token}\nDisallow: /\n\n" for token in TOKENS) + EVERYBODY,
}
KINDS: dict[str, Callable[[int], str]] = {
    "plain": lambda n: f"https://example.com/images/{n % 97}/picture-{n}.jpg",
    "with a query": lambda n: f"https://example.com/images/{n % 97}/show.php?id={n}&v=2",
    "percent-encoded": lambda n: f"https://example.com/images/{n % 97}/%E7%94%BB{n}.jpg",
}


def _all_of_ours(robots: Robots, urls: Sequence[str]) -> None:
    for url in urls:
        robots_signals(robots, url, captured=None, place="https://example.com/robots.txt", source="")


def _all_of_peer(peer: Protego, urls: Sequence[str]) -> None:
    for url in urls:
        for token in TOKENS:
            peer.can_fetch(url, token)


def _one_of_ours(robots: Robots, urls: Sequence[str]) -> None:
    for url in urls:
        robots.allows(path_of(url), "GPTBot")


def _one_of_peer(peer: Protego, urls: Sequence[str]) -> None:
    for url in urls:
        peer.can_fetch(url, "GPTBot")


def _measure(report: Report, passes: int, size: int) -> None:
    for file, text in FILES.items():
        robots, peer = parse_robots(text.encode()), Protego.parse(text)
        for kind, url in KINDS.items():
            urls = [url(n) for n in range(size)]
            contestants = {
                "all": partial(_all_of_ours, robots, urls),
                "all peer": partial(_all_of_peer, peer, urls),
                "one": partial(_one_of_ours, robots, urls),
                "one peer": partial(_one_of_peer, peer, urls),
            }
            costs = alternate(contestants, passes, per=size)
            micros = {name: typical(cost).cpu * 1e6 for name, cost in costs.items()}
            times = ratios(costs["all peer"], costs["all"])
            single = ratios(costs["one peer"], costs["one"])
            report.rows += [
                Row(measure=f"{file}, {kind} URL, all systems", ours=f"{micros['all']:.1f} µs",
                    peer=f"{micros['all peer']:.0f} µs", value=times.wall, cpu=times.cpu, target=ALL_TARGET),
                Row(measure=f"{file}, {kind} URL, one system", ours=f"{micros['one']:.2f} µs",
                    peer=f"{micros['one peer']:.2f} µs", value=single.wall, cpu=single.cpu),
            ]  # fmt: skip


def _read_right(report: Report) -> None:
    rows = json.loads(VECTORS.read_text(encoding="utf-8"))
    ours = peer = 0
    for row in rows:
        url = row["url"]
        path = url[url.index("/", url.index("://") + 3) :] if url else ""
        ours += parse_robots(row["robots_txt"].encode()).allows(path, row["user_agent"]) is row["allowed"]
        peer += Protego.parse(row["robots_txt"]).can_fetch(url, row["user_agent"]) is row["allowed"]
    report.rows.append(
        Row(measure=f"google/robotstxt's {len(rows)} expectations", ours=str(ours), peer=str(peer),
            value=float(ours), unit="", target=float(len(rows)))
    )  # fmt: skip


def main() -> None:
    """Run it."""
    options = parser(QUESTION).parse_args()
    report = Report(name="robots", question=QUESTION, quick=options.quick)
    _measure(report, options.passes or (2 if options.quick else 5), URLS // 5 if options.quick else URLS)
    _read_right(report)
    report.finish(options.results or options.cache / "results")


if __name__ == "__main__":
    main()
