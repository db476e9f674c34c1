"""Fold and winnow in plain Python, as docs/reference/passages.md says: the oracle of the kernels."""

import hashlib
import unicodedata

from sekisho.lexicon.table import SIZE, SPECIAL, fold_table

__all__ = ["CJK", "LATIN", "fold_oracle", "hash_oracle", "is_cjk", "line_oracle", "passages_oracle"]

WORD = (1 << 64) - 1
BASE = 0x9E3779B97F4A7C15
MULTIPLIER = 0xD6E8FEB86659FD93
CJK = 12, 12, "sekisho passages cjk 12 12"
LATIN = 20, 16, "sekisho passages latin 20 16"
LINE = "sekisho line"
VOICED = dict.fromkeys("\u3099\u309bﾞ", "\u3099") | dict.fromkeys("\u309a\u309cﾟ", "\u309a")
BLOCKS = ((0x11, 0x11), (0x2E, 0x9F), (0xAC, 0xD7), (0xF9, 0xFA), (0x1B0, 0x1B1), (0x200, 0x3FF))


def modern(character):
    """Look one kanji up in the table: its choice of old forms is data, not a rule."""
    value = int(fold_table().values[ord(character)]) if ord(character) < SIZE else 0
    return chr(value) if 0 < value < SPECIAL and character >= "\u3400" else character


def letters_of(character):
    """Fold one character by Unicode's own rules, without the table (kanji apart)."""
    text = unicodedata.normalize("NFKC", character).casefold()
    text = unicodedata.normalize("NFKC", text).casefold()
    bare = [c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c)[0] != "M" or c in VOICED]
    kana = "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" or c in "ヽヾ" else c for c in bare)
    composed = [modern(c) for c in unicodedata.normalize("NFC", kana)]
    ignored = {0x30FC, 0x0640, *range(0x02B9, 0x0300)}
    return [c for c in composed if unicodedata.category(c)[0] in "LN" and ord(c) not in ignored]


def fold_oracle(text):
    """Return units as a string, and the source of each."""
    units, source, floor = [], [], 0
    for at, character in enumerate(text):
        if character == "\n":
            floor = len(units)
        letters = [VOICED[character]] if character in VOICED else letters_of(character)
        for letter in letters:
            joins = len(units) > floor and (letter in VOICED or "\u1161" <= letter <= "\u11ff")
            joined = unicodedata.normalize("NFC", units[-1] + letter) if joins else ""
            if len(joined) == 1:
                units[-1] = joined
            elif letter not in VOICED:
                units.append(letter)
                source.append(at)
    return "".join(units), source


def is_cjk(unit):
    return any(first <= unit >> 8 <= last for first, last in BLOCKS)


def hash_oracle(units, name):
    """Hash some units as wholes, with the seed of that name."""
    value = 0
    for unit in units:
        value = (value * BASE + unit) & WORD
    value ^= int.from_bytes(hashlib.sha256(name.encode()).digest()[:8])
    for _ in range(2):
        value = ((value ^ value >> 32) * MULTIPLIER) & WORD
    return value >> 16


def line_oracle(units):
    return hash_oracle(units, LINE)


def grams_of(units, profile):
    """Return position and hash of the grams that belong to a profile."""
    size, _, name = profile
    found = []
    for at in range(len(units) - size + 1):
        gram = units[at : at + size]
        cjk = sum(map(is_cjk, gram))
        if cjk >= 4 if profile is CJK else cjk < 6:
            found.append((at, hash_oracle(gram, name)))
    return found


def picked(grams, window):
    """Pick the rightmost minimum of each window, except while the one picked last is still such a minimum."""
    chosen = []
    for end in range(min(window, len(grams)), len(grams) + 1) if grams else ():
        begin = max(0, end - window)
        least = min(value for _, value in grams[begin:end])
        if chosen and chosen[-1] >= begin and grams[chosen[-1]][1] == least:
            continue
        chosen.append(max(i for i in range(begin, end) if grams[i][1] == least))
    return [grams[i] for i in chosen]


def passages_oracle(units):
    """Return (position, is Latin, hash) of all passages, in their sequence."""
    rows = [(at, False, value) for at, value in picked(grams_of(units, CJK), CJK[1])]
    rows += [(at, True, value) for at, value in picked(grams_of(units, LATIN), LATIN[1])]
    return sorted(rows)
