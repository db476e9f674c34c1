"""The plain way to find forms of names in a text: every form, at every place. Slow, and easy to read."""

from itertools import pairwise

from sekisho.lexicon.fold import fold
from sekisho.lexicon.forms import LATIN
from sekisho.lexicon.romaji import canonical, letters_of

__all__ = ["forms_in", "latin_words"]

_INVISIBLE = "\u200b\u200d\u2060\ufeff\u00ad\ufe0f\u0301\u0304\u0308"


def forms_in(text: str, forms) -> set[tuple[str, int, int]]:
    """Return each form in a text with where it begins and ends, in folded units."""
    found = set()
    units = fold(text).text
    for form in forms:
        if not form.startswith(LATIN):
            found |= {(form, at, at + len(form)) for at in range(len(units)) if units.startswith(form, at)}
    for run in _runs(latin_words(text)):
        spelled = [canonical(word) for _, _, word in run]
        for first in range(len(run)):
            for last in range(first, len(run)):
                form = LATIN + "".join(spelled[first : last + 1])
                if form in forms:
                    found.add((form, run[first][0], run[last][1]))
    return found


def latin_words(text: str) -> list[tuple[int, int, str]]:
    """Return the Latin words of a text: first unit, last unit and one, and letters."""
    folded = fold(text)
    units, source = folded.text, folded.source.tolist()
    words: list[tuple[int, int, str]] = []
    for at, unit in enumerate(units):
        letter = letters_of(unit)
        if letter is None:
            continue
        joined = words and words[-1][1] == at and not _seen(text[source[at - 1] + 1 : source[at]])
        if joined:
            begin, _, before = words.pop()
            words.append((begin, at + 1, before + letter))
        else:
            words.append((at, at + 1, letter))
    return _singles_joined(words, text, source)


def _seen(between: str) -> bool:
    return any(character not in _INVISIBLE for character in between)


def _singles_joined(words, text, source):
    """Join single letters with the same character after each."""
    joined: list[tuple[int, int, str]] = []
    apart = None
    before = None
    for word in words:
        begin, end, letters = word
        single = end - begin == 1
        follows = before is not None and before[1] == begin
        if single and apart is not None and follows:
            sign = text[source[begin - 1] + 1]
            if apart in {"", sign}:
                first, _, head = joined.pop()
                joined.append((first, end, head + letters))
            else:
                joined.append(word)
            apart = sign
        else:
            joined.append(word)
            apart = "" if single else None
        before = word
    return joined


def _runs(words):
    """Cut words where something else than Latin letters stands between them."""
    runs = []
    for word in words:
        if runs and runs[-1][-1][1] == word[0]:
            runs[-1].append(word)
        else:
            runs.append([word])
    assert all(a[1] == b[0] for run in runs for a, b in pairwise(run))
    return runs
