"""Japanese in Latin letters: one canonical spelling for all the ways in which people write it.

Hepburn, kunrei and passports differ ("Shinjō", "Sinzyo", "Shinjoh"), long vowels are written or not, an
n before b, m, p becomes m, and letters are replaced by look-alikes. All of these have the same canonical
spelling, and so has what is no Japanese at all, as long as names and texts go through the same rules:

    sh ch j      -> sy ty zy, and si ti zi before i       tsu fu dz l  -> tu hu z r
    m before b m p -> n       cch -> tty        a vowel twice, ou, and oh before a consonant -> once

The rules look at letters within a word only. `canonical` is what `match/forms.py` does compiled.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["LATIN_REACH", "canonical", "latin_letters", "letters_of", "romaji"]

LATIN_REACH = 0x2000
"""Units from here on are no Latin letters and no look-alikes of one."""

_LOOK_ALIKES = {
    # Unicode TR39, confusables.txt (of both cases, since case is folded): Cyrillic, Greek, small capitals.
    "a": "аɑαᴀ",
    "b": "ьвβʙ",
    "c": "сϲᴄ",
    "d": "ԁđɗᴅ",
    "e": "еєεᴇ",
    "f": "ƒϝ",
    "g": "ɡɢց",
    "h": "һнћħʜհ",
    "i": "іıɩιɪ",
    "j": "јϳᴊ",
    "k": "кκᴋ",
    "l": "ӏłʟ",
    "m": "мμᴍ",
    "n": "пηνɴո",
    "o": "оøοσᴏօ",
    "p": "рρᴘ",
    "q": "ԛգ",
    "r": "гʀ",
    "s": "ѕ",
    "t": "тτᴛ",
    "u": "υᴜս",
    "v": "ѵᴠ",
    "w": "ԝωᴡա",
    "x": "хχ",
    "y": "уγʏ",
    "z": "ζᴢ",
}
_DIGITS = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b"}
"""What stands for a letter in a name that hides; 2, 6 and 9 stay what they are."""

_KANA = {
    **dict(zip("あいうえおぁぃぅぇぉ", "aiueoaiueo", strict=True)),
    **{
        kana: consonant + vowel
        for consonant, row in (
            ("k", "かきくけこ"),
            ("g", "がぎぐげご"),
            ("s", "さしすせそ"),
            ("z", "ざじずぜぞ"),
            ("t", "たちつてと"),
            ("n", "なにぬねの"),
            ("h", "はひふへほ"),
            ("b", "ばびぶべぼ"),
            ("p", "ぱぴぷぺぽ"),
            ("m", "まみむめも"),
            ("r", "らりるれろ"),
        )
        for kana, vowel in zip(row, "aiueo", strict=True)
    },
    **dict(zip("だぢづでど", ("da", "zi", "zu", "de", "do"), strict=True)),
    **dict(zip("やゆよゃゅょわゎ", ("ya", "yu", "yo", "ya", "yu", "yo", "wa", "wa"), strict=True)),
    **dict(zip("ゐゑをんゔゕゖ", ("i", "e", "o", "n", "vu", "ka", "ke"), strict=True)),
}
"""Folded kana (hiragana, no long-vowel mark) -> kunrei spelling."""
_SMALL_Y = frozenset("ゃゅょ")
_SMALL = frozenset("ぁぃぅぇぉゃゅょ")
_GLIDES = {
    "ふ": ("hu", "f"),
    "う": ("u", "w"),
    "し": ("i", "y"),
    "ち": ("i", "y"),
    "じ": ("i", "y"),
    "つ": ("u", "s"),
}
"""Of a kana before a small vowel: the end of its letters, and what stands there instead."""
_DOUBLED = "っ"
_VOWELS = frozenset("aiueo")


_LETTERS = {
    **{unit: letter for letter, alike in _LOOK_ALIKES.items() for unit in (letter, *alike)},
    **{digit: _DIGITS.get(digit, digit) for digit in "0123456789"},
}


@lru_cache(maxsize=1)
def latin_letters() -> NDArray[np.uint8]:
    """Return for each unit below `LATIN_REACH` the Latin letter that it is or looks like, as ASCII, or 0."""
    table = np.zeros(LATIN_REACH, np.uint8)
    for unit, letter in _LETTERS.items():
        table[ord(unit)] = ord(letter)
    table.flags.writeable = False
    return table


def letters_of(folded: str) -> str | None:
    """Return the Latin letters that folded units are or look like; None if one of them is another's."""
    found: list[str] = []
    for unit in folded:
        letter = _LETTERS.get(unit)
        if letter is None:
            return None
        found.append(letter)
    return "".join(found) or None


_SPELLED = {
    "s": (("sh", "sy"),),
    "c": (("cch", "tty"), ("ch", "ty")),
    "j": (("j", "zy"),),
    "t": (("tsu", "tu"),),
    "d": (("dz", "z"),),
    "f": (("fu", "hu"),),
    "l": (("l", "r"),),
}
"""By the first letter, what is written for several, the first that fits."""


@lru_cache(maxsize=1 << 14)
def canonical(word: str) -> str:
    """Return the canonical spelling of one word of Latin letters, in one pass from left to right."""
    out: list[str] = []
    at = 0
    while at < len(word):
        taken, letters = _spelled(word, at, out[-1] if out else "")
        at += taken
        for letter in letters:
            last = out[-1] if out else ""
            if last == "y" and letter == "i":
                out.pop()
            elif (letter in "aiueoy" and letter == last) or (last == "o" and letter == "u"):
                continue
            out.append(letter)
    return "".join(out)


def _spelled(word: str, at: int, last: str) -> tuple[int, str]:
    """Return how many letters of a word are read, and what is written for them."""
    letter, after = word[at], word[at + 1 : at + 2]
    for letters, written in _SPELLED.get(letter, ()):
        if word.startswith(letters, at):
            return len(letters), written
    if letter == "m" and after and after in "bmp":
        return 1, "n"
    if letter == "h" and last == "o" and not (after and after in "aiueoy"):
        return 1, ""
    return 1, letter


def romaji(kana: str) -> str | None:
    """Return the kunrei spelling of folded kana; None if there is something else than kana."""
    out: list[str] = []
    for before, unit in zip(" " + kana, kana, strict=False):
        letters = _KANA.get(unit)
        if letters is None and unit != _DOUBLED:
            return None
        if letters is None:
            continue
        if unit in _SMALL and out:
            out[-1] = _before_small(before, out[-1], unit)
        elif before == _DOUBLED and letters[0] not in _VOWELS:
            letters = letters[0] + letters
        out.append(letters)
    return "".join(out) or None


def _before_small(kana: str, letters: str, small: str) -> str:
    """Return the letters of a kana without the vowel that a small kana after it replaces."""
    if small in _SMALL_Y:
        return letters[:-1] if letters.endswith("i") and len(letters) > 1 else letters
    glide = _GLIDES.get(kana)
    if glide is not None:
        return letters[: -len(glide[0])] + glide[1]
    return letters[:-1] if len(letters) > 1 else letters
