"""How much faster are passages made than signatures by rensa and datatrove?

A page of 2,000 Japanese characters, as a Python string, to what is looked up: fold, winnow, and the filter of
a million registered passages; one page a call and 100 pages a call. The peers make MinHash signatures, which
find near copies of whole pages and no excerpts: they are what such pages go through elsewhere. rensa gets
5-grams of characters, made in Python as it documents; datatrove its own shingles, of words by its own
tokenizer for Japanese (spaCy and Sudachi), and once more of characters, which cost it nothing.
datatrove 0.10 fails with xxhash 4 ("Strings must be encoded before hashing"): `xxhash<4`.
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numba
import numpy as np
import rensa
from datatrove.pipeline.dedup.minhash import MinhashDedupSignature
from datatrove.utils.word_tokenizers import load_word_tokenizer
from excerpt_texts import PAGE, read_corpora
from measure import Cost, Report, Row, alternate, parser, ratios, typical
from numpy.typing import NDArray

from sekisho.fingerprint.passages import passages_many
from sekisho.lexicon.fold import code_points, fold_many
from sekisho.snapshot.bloom import WORDS_IN_BLOCK, bloom_words, built, holds, word_of

QUESTION = "How much faster are passages made than signatures by rensa and datatrove?"
BATCH = 100
PAGES, QUICK_PAGES = 500, 50
REGISTERED = 1_000_000
SINGLE_TARGET, BATCH_TARGET, DATATROVE_TARGET = 7.0, 12.0, 300.0
PERMUTATIONS, GRAM = 128, 5
SEED = 7
SHOWN_MB = 1e6


@numba.njit(nogil=True)
def _held(bloom: NDArray[np.uint64], keys: NDArray[np.uint64]) -> int:
    """Count the keys that the filter does not sort out."""
    blocks = len(bloom) // WORDS_IN_BLOCK
    count = 0
    for key in keys:
        count += holds(bloom, word_of(key, blocks), key)
    return count


def _filter() -> NDArray[np.uint64]:
    keys = np.random.default_rng(SEED).integers(0, 1 << 48, REGISTERED, np.uint64)
    return built(keys, bloom_words(REGISTERED))


def ours(texts: list[str], size: int, bloom: NDArray[np.uint64]) -> None:
    """Fold, winnow and filter, `size` texts a call."""
    for at in range(0, len(texts), size):
        _held(bloom, passages_many(fold_many(texts[at : at + size])).hashes)


def by_rensa(texts: list[str]) -> None:
    """Make R-MinHash signatures of character 5-grams."""
    for text in texts:
        signature = rensa.RMinHash(num_perm=PERMUTATIONS, seed=SEED)
        signature.update([text[i : i + GRAM] for i in range(len(text) - GRAM + 1)])
        signature.digest()


class _Characters:
    """A tokenizer that costs nothing: every character is a word."""

    word_tokenize = staticmethod(list)


def _datatrove(*, words: bool) -> Callable[[list[str]], None]:
    step: Any = MinhashDedupSignature("unused", language="jpn")
    tokenizer = load_word_tokenizer("jpn") if words else _Characters()

    def signatures(texts: list[str]) -> None:
        type(step).word_tokenizer = tokenizer
        for text in texts:
            step.get_signature(step.get_shingles(text))

    return signatures


def _page(
    report: Report, way: str, own: list[Cost], peer: str, theirs: list[Cost], target: float | None
) -> None:
    ratio = ratios(theirs, own)
    report.rows.append(
        Row(
            measure=f"a page of {PAGE:,} characters, {way}",
            ours=f"{typical(own).cpu * 1e6:.0f} µs",
            peer=f"{peer} {typical(theirs).cpu * 1e6:,.0f} µs",
            value=ratio.wall,
            cpu=ratio.cpu,
            target=target,
        )
    )


def pages(report: Report, texts: list[str], passes: int, bloom: NDArray[np.uint64]) -> None:
    """Add what one page costs, alone and in a batch, beside the peers."""
    contestants: dict[str, Callable[[], object]] = {
        "single": partial(ours, texts, 1, bloom),
        "batch": partial(ours, texts, BATCH, bloom),
        "rensa": partial(by_rensa, texts),
    }
    costs = alternate(contestants, passes, per=len(texts))
    _page(report, "alone", costs["single"], "rensa R-MinHash", costs["rensa"], SINGLE_TARGET)
    _page(report, f"{BATCH} a call", costs["batch"], "rensa R-MinHash", costs["rensa"], BATCH_TARGET)
    few = texts[: max(25, len(texts) // 5)]
    slow: dict[str, Callable[[], object]] = {
        "single": partial(ours, few, 1, bloom),
        "words": partial(_datatrove(words=True), few),
        "characters": partial(_datatrove(words=False), few),
    }
    costs = alternate(slow, passes, per=len(few))
    _page(report, "alone", costs["single"], "datatrove, words", costs["words"], DATATROVE_TARGET)
    _page(report, "alone", costs["single"], "datatrove, characters", costs["characters"], None)


def whole(report: Report, name: str, text: str, passes: int) -> None:
    """Add the speed of each step on one long text."""
    folded = fold_many((text,))
    size = len(text.encode("utf-8", "replace")) / SHOWN_MB
    steps: dict[str, Callable[[], object]] = {
        "to code points": lambda: code_points((text,)),
        "fold": lambda: fold_many((text,)),
        "winnow": lambda: passages_many(folded),
        "fold and winnow": lambda: passages_many(fold_many((text,))),
    }
    costs = alternate(steps, passes)
    report.rows += [
        Row(
            measure=f"{step}, one text of {size:.1f} MB, {name}",
            ours="",
            value=size / cost.wall,
            cpu=size / cost.cpu,
            unit="MB/s",
        )
        for step, cost in ((s, typical(c)) for s, c in costs.items())
    ]


def main() -> None:
    """Measure and print."""
    options = parser(QUESTION)
    options.add_argument("--texts", type=Path, help="folder of the corpora (default CACHE/texts)")
    given = options.parse_args()
    passes = given.passes or (2 if given.quick else 5)
    corpora = read_corpora(given.texts or given.cache / "texts")
    report = Report(name="passages", question=QUESTION, quick=given.quick)
    japanese, english = (
        "".join(text for _, text in works) for works in (corpora.registered, corpora.english)
    )
    count = QUICK_PAGES if given.quick else PAGES
    texts = [japanese[at : at + PAGE] for at in range(0, len(japanese) - PAGE, PAGE)][:count]
    pages(report, texts, passes, _filter())
    whole(report, "Japanese", japanese, passes)
    whole(report, "English", english, passes)
    report.notes.append("The peers sign whole pages, which finds no excerpt: a cost beside a cost.")
    report.finish(given.results or given.cache / ("results-quick" if given.quick else "results"))


if __name__ == "__main__":
    sys.exit(main())
