"""A tokenizer with a dictionary of a few dozen words, for tests that need to know every one of them."""

from collections.abc import Sequence

from sekisho.lexicon.words import Word

__all__ = ["few_words"]

_NOUN, _NAME = ("名詞", "普通名詞", "一般"), ("名詞", "固有名詞", "人名", "名")
_SURNAME, _PLACE, _OWN = (
    ("名詞", "固有名詞", "人名", "姓"),
    ("名詞", "固有名詞", "地名", "一般"),
    ("名詞", "固有名詞", "一般"),
)
_PARTICLE, _VERB, _ADJECTIVE = ("助詞", "格助詞"), ("動詞", "一般"), ("形容詞", "一般")
_DICTIONARY = {
    **dict.fromkeys(
        ("光", "桜", "森", "絵", "鳥", "空", "月", "剣士", "笑顔", "手紙", "イラスト", "ほし", "ひかり"),
        _NOUN,
    ),
    **dict.fromkeys(("美咲", "ひより", "光太郎"), _NAME),
    **dict.fromkeys(("星野", "蒼月"), _SURNAME),
    **dict.fromkeys(("千歳",), _PLACE),
    **dict.fromkeys(("ピカリン",), _OWN),
    **dict.fromkeys(("が", "の", "を", "に", "は", "と", "で", "さす"), _PARTICLE),
    **dict.fromkeys(("飛ぶ", "書く", "光る", "笑う"), _VERB),
    **dict.fromkeys(("青い",), _ADJECTIVE),
}
_LONGEST = max(map(len, _DICTIONARY))


def few_words(text: str, /) -> Sequence[Word]:
    """Cut a text into the longest words that are known, and runs of one script that are not."""
    words, at = [], 0
    while at < len(text):
        known = next(
            (text[at : at + n] for n in range(_LONGEST, 0, -1) if text[at : at + n] in _DICTIONARY), ""
        )
        end = at + len(known) if known else _unknown(text, at)
        surface = text[at:end]
        words.append(Word(at, end, surface, _DICTIONARY.get(surface, _NOUN), bool(known)))
        at = end
    return words


def _unknown(text, at):
    end = at + 1
    while end < len(text) and _script(text[end]) == _script(text[at]) and not _begins(text, end):
        end += 1
    return end


def _begins(text, at):
    return any(text[at : at + n] in _DICTIONARY for n in range(2, _LONGEST + 1))


def _script(character):
    if not character.isalnum() and character != "ー":
        return "mark"
    return next((name for name, first, last in _SCRIPTS if first <= character <= last), "other")


_SCRIPTS = (("hiragana", "ぁ", "ゖ"), ("katakana", "ァ", "ー"), ("kanji", "一", "鿿"))
