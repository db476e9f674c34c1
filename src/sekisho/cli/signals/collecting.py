"""`sekisho signals collect`: ask sites for what they say to machines, politely, and keep it."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Annotated, Literal, Protocol

from cyclopts import Parameter
from cyclopts.validators import Number

from sekisho import __version__
from sekisho.audit.documents.registrable import domain_of, suffixes
from sekisho.cli.say import note, say
from sekisho.cli.signals.running import Collecting
from sekisho.collect.addresses import is_public, named_publicly
from sekisho.collect.licences import MAX_OF_HOST, Licences
from sekisho.collect.politeness import user_agent
from sekisho.collect.sites import SiteList
from sekisho.collect.summary import LICENCE, Summary
from sekisho.collect.visit import Answer
from sekisho.detect.signals.kept import Kept
from sekisho.detect.signals.sites import FILES, Reached
from sekisho.errors import UsageError
from sekisho.locale import text
from sekisho.store.clock import now
from sekisho.store.signals import SignalWriter, open_signal_snapshot, sealed_parts
from sekisho.store.site_client import SECONDS, SiteClient

__all__ = ["Reach", "collect", "collect_sites"]

_SAID_SECONDS = 30.0
_DAY_HOURS = 24.0
Number_ = Annotated[float, Parameter(validator=Number(gt=0))]


class Client(Protocol):
    """Asks sites, and knows where they lie; `store.site_client` offers it."""

    def __call__(self, url: str) -> Answer:
        """GET a URL; may be called from several threads."""

    def place(self, host: str) -> str:
        """Return the address of a host, '' if it is not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What may be asked, and how a name is resolved; only tests have another one."""

    admits_name: Callable[[str], bool] = named_publicly
    client: Callable[[str, float], Client] = field(
        default=lambda agent, seconds: SiteClient(
            agent=agent, admits_name=named_publicly, admits_address=is_public, seconds=seconds
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast and how long is asked.

    Attributes:
        rate: requests a second to one host: the names of one domain on one address.
        parallel: requests at a time.
        max_age: hours for which a copy is new enough.
        timeout: seconds of a whole exchange.
    """

    rate: float = 1.0
    parallel: int = 16
    max_age: float = _DAY_HOURS
    timeout: float = SECONDS


def _known(writer: SignalWriter, max_age: float, url: str) -> Kept | None:
    """Return a copy that is new enough; one that could not be reached before is asked for again."""
    found = writer.newest(url)
    if found is None:
        return None
    kept, this_collect = found
    if kept.copy.reached is Reached.UNREACHABLE and not this_collect:
        return None
    return kept if now() - kept.copy.captured < timedelta(hours=max_age) else None


class _Told:
    """Say now and then how far it is."""

    def __init__(self, summary: Summary, lang: str) -> None:
        self._summary, self._lang = summary, lang
        self._said = time.monotonic()

    def __call__(self) -> None:
        if time.monotonic() - self._said >= _SAID_SECONDS:
            self._said = time.monotonic()
            counts = {how.value: self._summary.reached(how) for how in Reached}
            note(text("collect.progress", self._lang, **counts))


def collect_sites(
    urls: Iterator[str],
    output: Path,
    *,
    agent: str,
    pace: Pace,
    reach: Reach,
    lang: str,
    licences: Licences | None = None,
) -> tuple[Summary, SiteList, int]:
    """Visit the sites of URLs and keep what they answer; return counts, sites and how many were visited.

    Raises:
        UsageError: another process is collecting into the same place.
    """
    writer = SignalWriter(output)
    if writer.resumed:
        note(text("collect.resumed", lang, copies=writer.resumed))
    summary, sites = Summary(), SiteList(urls, reach.admits_name)
    licences = Licences(reach.admits_name) if licences is None else licences

    def keep(kept: Kept) -> None:
        writer.append(kept)
        summary.add(kept)

    client, rules = reach.client(agent, pace.timeout), suffixes().rules
    running = Collecting(
        get=client,
        place=client.place,
        domain=partial(domain_of, rules=rules),
        known=partial(_known, writer, pace.max_age),
        keep=keep,
        commit=writer.commit,
        seconds=1.0 / pace.rate,
        parallel=pace.parallel,
        admits=licences.admits,
    )
    try:
        running.run(iter(sites), _Told(summary, lang), licences)
        writer.seal()
    finally:
        writer.close()
    return summary, sites, running.visited


def _say(summary: Summary, lang: str) -> None:
    for file in (*FILES, LICENCE):
        counts = summary.of(file)
        if any(counts.values()):
            shown = text("collect.file_licence", lang) if file == LICENCE else file
            say(text("collect.file", lang, file=shown, **{how.value: n for how, n in counts.items()}))
    for why, count in summary.why:
        reason, _, status = why.partition(" ")
        said = text(f"collect.why_{reason}", lang)
        say(text("collect.because", lang, why=f"{said} {status}".strip(), count=count))


def collect(
    *sources: Path,
    output: Annotated[Path, Parameter(name=("--output", "-o"))],
    contact: str = "",
    url_column: str = "",
    rate: Number_ = 1.0,
    parallel: Annotated[int, Parameter(validator=Number(gte=1, lte=256))] = 16,
    max_age: Annotated[float, Parameter(validator=Number(gte=0))] = _DAY_HOURS,
    timeout: Annotated[float, Parameter(validator=Number(gt=0, lte=300))] = SECONDS,
    lang: Literal["ja", "en"] = "ja",
) -> None:
    """Ask the sites of URLs for robots.txt, tdmrep.json, ai.txt and licences, and keep copies.

    One request at a time for each host, only to public addresses, with robots.txt obeyed. Nothing is ever
    replaced: a second collect adds to the first. After an interruption, run the same command again.
    Licences (RSL) are those that robots.txt names, and headers and pages of a dataset.

    Example: sekisho signals collect urls.txt -o signals --contact https://example.org/bot

    Args:
        sources: Lists of URLs (.txt, - for standard input), Parquet or JSON Lines with URLs, or datasets.
        output: The folder of the signal snapshot.
        contact: Where a site's owner finds who is asking: a page, or mailto:.
        url_column: The column of URLs; default: url, or a usual name.
        rate: Requests a second to one host.
        parallel: Requests at a time, to different hosts.
        max_age: Hours for which a copy is new enough not to be asked for again.
        timeout: Seconds of a whole exchange.
        lang: Language of what is said.
    """
    if not sources:
        raise UsageError("no list of URLs was given", hint="sekisho signals collect urls.txt -o signals")
    from sekisho.store.url_lists import listed_urls  # noqa: PLC0415 - it loads pyarrow

    agent, reach = user_agent(__version__, contact), Reach()
    licences = Licences(reach.admits_name)
    urls = chain.from_iterable(listed_urls(path, url_column, licences.name) for path in sources)
    pace = Pace(rate=rate, parallel=parallel, max_age=max_age, timeout=timeout)
    done = collect_sites(urls, output, agent=agent, pace=pace, reach=reach, lang=lang, licences=licences)
    if licences:
        note(text("collect.licences_named", lang, count=len(licences)))
    if licences.left:
        note(text("collect.licences_left", lang, count=licences.left, limit=MAX_OF_HOST))
    _finish(sources, output, done, lang)


def _finish(sources: Sequence[Path], output: Path, done: tuple[Summary, SiteList, int], lang: str) -> None:
    summary, sites, visited = done
    if not sites.urls:
        named = ", ".join(map(str, sources))
        raise UsageError(f"{named}: there is no URL", hint="name their column with --url-column")
    note(text("collect.sites", lang, urls=sites.urls, sites=visited, unusable=sites.unusable))
    _say(summary, lang)
    if sealed_parts(output):
        snapshot = open_signal_snapshot(output)
        say(text("collect.digest", lang, copies=snapshot.copies_kept, digest=snapshot.digest))
