"""Japanese names: part of speech (人名, 姓, 名) times what stands around them.

The tokenizer sees only sentences in which the gate saw a family name, an honorific or a relative, and the
values of labels. Without a tokenizer only labels and honorifics with katakana or Latin names are left.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from sekisho.detect.cues import ADDRESS, AFTER, AT, BIRTH, DIGITS, LABEL, NAME, lines
from sekisho.detect.figures import figure, public
from sekisho.detect.page import Candidate, Page, Sentence, context, score
from sekisho.lexicon.words import Word
from sekisho.model import PersonalType as T

__all__ = ["names"]

_HONORIFIC_WORDS = """
さん 様 さま 氏 君 くん ちゃん 先生 殿 女史 嬢 クン チャン サン
"""
_HONORIFICS = frozenset(_HONORIFIC_WORDS.split())
_TITLE_WORDS = """
教授 准教授 助教 医師 看護師 弁護士 税理士 社長 副社長 部長 次長 課長 係長 主任 店長 院長 園長
校長 教頭 教諭 会長 専務 常務 室長 所長 容疑者 被告 被告人 受刑者 死刑囚 夫妻 夫人 一家 宅 先輩
後輩 巡査 刑事 警部 主査 担当 代表 理事 事務局長
"""
_TITLES = frozenset(_TITLE_WORDS.split())
_RELATION = re.compile(
    r"(?:同僚|友人|友達|上司|部下|先輩|後輩|部長|課長|係長|社長|店長|担当|妻|夫|長男|次男|三男|"
    r"長女|次女|三女|娘|息子|弟|妹|姉|兄|甥|姪|孫|恋人|彼女|彼氏|隣|主治医|担任|園長|校長|うちの子|"
    r"飼い主|被害者|加害者|容疑者|大家)(?:の|、|・)? ?$"
)
_FOR = re.compile(r"担当は ?$")
_SELF = re.compile(r"(?:私|わたし|わたくし|僕|ぼく|俺|自分|当方|名前|氏名|[一-龥ァ-ヶー]{2}の)(?:は|、)? ?$")
_INTRODUCED = re.compile(
    r" ?(?:と申し|といいます|と言います|っていいます|と名乗|です。?|です[ \n]|だよ。?$|でございます)"
)
_NAMED = re.compile(r" ?(?:と申し|といいます|と言います|っていいます|と名乗|という(?:名前|者|もの))")
_CLOSING = re.compile(
    r"(?:敬具|草々|かしこ|敬白|以上|よろしくお願い[^\n]{0,16}|拝|署名[^\n]{0,4})[。\n 　]{1,4}$"
)
_LABEL = re.compile(
    r"(?P<strong>氏 ?名|お客様名|お名前|ご芳名|名前|フリガナ|ふりがな|署名|受取人|差出人|宛名|名義人?|"
    r"本人)(?:\([^()\n]{1,8}\))?(?: ?[:=|] ?| ?は、? ?|\n| )(?P<a>[^\n:。、,;|()「」]{2,24})"
    r"|(?:ご?担当者?|代表者?|連絡先|連絡者|申込者|申請者|契約者|保護者|世帯主|患者|被保険者|宛先|"
    r"記入者|報告者|投稿者|応募者|依頼者|依頼人|責任者|作成者|受験者|会員|利用者|顧客|筆者|文責|発行者|"
    r"買主|売主|貸主|借主|相続人|緊急連絡先|送信者|主催者)(?:名|氏名)?(?:\([^()\n]{1,8}\))? ?[:=|"
    r"\n] ?(?P<b>[^\n:。、,;|()「」]{2,24})"
)
_STRONG_FORM = re.compile(
    r"[一-龥々]{1,4} [一-龥々ぁ-んァ-ヶー]{1,5}(?![一-龥ぁ-んァ-ヶー])|[ァ-ヶーｦ-ﾟ]{2,8}[ "
    r"・][ァ-ヶーｦ-ﾟ]{2,8}(?:[ ・][ァ-ヶー]{1,8})?|[A-Z][a-z]{1,15}(?: [A-Z][a-z\-]{1,15}){1,2}|"
    r"[ぁ-ん]{2,6} [ぁ-ん]{2,6}"
)
_FOREIGN = re.compile(
    r"([ァ-ヶー]{2,12}(?:[・=][ァ-ヶー]{1,12}){1,4}|[A-Z][a-z]{1,15}(?:[ "
    r"\-][A-Z][a-z\-]{1,15}){0,2}(?:-[a-z]{1,8})?) ?(?:さん|様|氏|くん|君|ちゃん|先生|女史)"
)
_AGE = re.compile(
    r" ?(?:さん|氏|くん|君|ちゃん|様|先生|容疑者|被告|選手)?(?:\((?:当時)?([0-9]{1,3}(?:歳|才)?)\)|"
    r"[、 は]{0,2}([0-9]{1,3}(?:歳|才)))"
)
_READING = re.compile(r"\(([ぁ-んァ-ヶーｦ-ﾟ]{2,8}[ ・]?[ぁ-んァ-ヶーｦ-ﾟ]{1,8})\)")
_CHILDLIKE = re.compile(
    r"(?<![ぁ-ん])[ぁ-ん]{2,4}$|(?<![ァ-ヶー])[ァ-ヶー]{2,5}$|(?<![一-龥々])[一-龥々]{1,3}$"
)
_OTHER_WORDS = """
赤 坊 お兄 お姉 兄 姉 爺 婆 犬 猫 熊 兎 嫁 嬢 お嬢 おじい おばあ じい ばあ おじ おば おにい
おねえ にい ねえ おに おね あか ワン ニャン ねこ いぬ うさ ウサ クマ くま みな めちゃ むちゃ
ごちゃ あん ぼく ボク ゆる ご当地 諸 主 暴 明 父 母 叔父 叔母 孫 子 店長 部長
"""
_NOT_CHILDLIKE = frozenset(_OTHER_WORDS.split())
_KANJI = re.compile("[一-龥々]")
_CHILD = frozenset(("くん", "ちゃん", "君"))
_GAP = frozenset((" ", "・", "=", "\u3000"))
_LONGEST = 6
_REVIEWED = 30
_PERSON = ("人名",)


@cache
def _families() -> frozenset[str]:
    return frozenset(lines("surnames.txt"))


class _Run:
    """A run of words that are a name: its place, whether it is whole, and whether only a list knows it."""

    __slots__ = ("end", "full", "next", "start", "weak")

    def __init__(self, words: Sequence[Word], first: int, after: int, *, full: bool, weak: bool) -> None:
        self.start, self.end, self.next = words[first].start, words[after - 1].end, after
        self.full, self.weak = full, weak


def names(page: Page) -> Iterator[Candidate]:
    """Give the names in the sentences with a cue."""
    told = page.tale and not page.marked(DIGITS | ADDRESS | AT | BIRTH)
    for sentence in page.marked(NAME | LABEL | AFTER):
        yield from _labelled(page, sentence)
        if sentence.flags & (NAME | AFTER) and not told:
            yield from _foreign(page, sentence)
            if page.words is not None:
                yield from _spoken(page, sentence)


def _labelled(page: Page, sentence: Sentence) -> Iterator[Candidate]:
    """Give what stands behind a label, if it has the form of a name or the dictionary says that it is one."""
    begin = max(0, sentence.start - 18) if sentence.flags & AFTER else sentence.start
    for m in _LABEL.finditer(page.text, begin, min(len(page.text), sentence.end + 26)):
        group = "a" if m["a"] else "b"
        start, value = m.start(group), m[group]
        start, value = start + len(value) - len(value.lstrip()), value.strip()
        shaped = _STRONG_FORM.match(value)
        run = _first_run(page, value)
        if run is not None and run.start <= 1 and (run.full or not shaped):
            end = run.end
            if end - run.start >= 2 or run.full or end == len(value):  # noqa: PLR2004
                yield Candidate(
                    start + run.start,
                    start + end,
                    T.NAME,
                    95 if run.full else 80,
                    95,
                    "name-label",
                    not run.full,
                )
        elif shaped and not figure(shaped[0]):
            yield Candidate(start, start + shaped.end(), T.NAME, 80, 95, "name-label")
        elif (
            m["strong"]
            and re.fullmatch("[一-龥々]{3,5}|[ぁ-ん]{4,8}|[ァ-ヶー]{4,8}", value)
            and not _ordinary(page, value)
        ):
            yield Candidate(start, start + len(value), T.NAME, 60, 90, "name-label")


def _ordinary(page: Page, value: str) -> bool:
    """Tell whether the dictionary knows a value as an ordinary word or as a phrase."""
    found = page.words(value) if page.words is not None else ()
    return len(found) != 1 or found[0].pos[:2] != ("名詞", "固有名詞")


def _first_run(page: Page, value: str) -> _Run | None:
    if page.words is None:
        return None
    words = page.words(value)
    if not words:
        return None
    return _run(words, 0) or (_run(words, 1) if len(words) > 1 and words[0].surface in _GAP else None)


def _foreign(page: Page, sentence: Sentence) -> Iterator[Candidate]:
    for m in _FOREIGN.finditer(page.text, sentence.start, sentence.end):
        if not figure(m[1]):
            known = page.tale or public(page, *m.span(1))
            full = any(mark in m[1] for mark in "・= -")
            yield Candidate(
                *m.span(1),
                T.NAME,
                85 if full else 60,
                0 if known else 80 if full else 55,
                "name-foreign",
                not full,
            )


def _is(word: Word, kind: str) -> bool:
    return word.pos[2:3] == _PERSON and (not kind or word.pos[3:4] == (kind,))


def _run(words: Sequence[Word], i: int) -> _Run | None:
    """Return the name that begins at word i, if one does."""
    first = words[i]
    person = first.pos[2:3] == _PERSON
    listed = not person and first.pos[:1] == ("名詞",) and first.surface in _families()
    if not person and not listed:
        return None
    after = i + 1
    parts = 1
    while after < min(len(words), i + _LONGEST):
        step = after + 1 if words[after].surface in _GAP and after + 1 < len(words) else after
        if not _is(words[step], "") or (
            step > after and _is(words[step], "姓") and words[after].surface == "・"
        ):
            break
        after, parts = step + 1, parts + 1
    family = listed or first.pos[3:4] == ("姓",)
    full = family and parts > 1
    if family and parts == 1 and after < len(words):
        step = after + 1 if words[after].surface == " " and after + 1 < len(words) else after
        if _given_like(words, step) and _closed(words, step, spaced=step > after):
            after, full = step + 1, True
    return _Run(words, i, after, full=full, weak=listed)


def _given_like(words: Sequence[Word], i: int) -> bool:
    """Tell whether a word that the dictionary does not know as a name can be a given name."""
    word = words[i]
    return (
        word.pos[:1] == ("名詞",)
        and word.surface not in _TITLES
        and re.fullmatch("[一-龥々]{1,3}|[ぁ-ん]{2,4}", word.surface) is not None
    )


def _closed(words: Sequence[Word], i: int, *, spaced: bool) -> bool:
    """Tell whether what follows word i shows that it ended a name."""
    following = words[i + 1].surface if i + 1 < len(words) else "\n"
    return following in _HONORIFICS or (spaced and following[:1] in "、,(\n")


def _spoken(page: Page, sentence: Sentence) -> Iterator[Candidate]:
    """Give the names that the dictionary finds in a sentence, with what stands around them."""
    shown = page.text[sentence.start : sentence.end]
    words = page.words(shown) if page.words is not None else ()
    i = 0
    while i < len(words):
        run = _run(words, i)
        if run is None:
            if i and words[i].surface in _CHILD:
                yield from _childlike(page, sentence, words[i])
            i += 1
            continue
        start, end = sentence.start + run.start, sentence.start + run.end
        i = run.next
        shown = page.text[start:end]
        short = end - start == 1 and (shown.isascii() or not _title(words, i))
        if short or figure(shown):
            continue
        found = _judged(page, run, start, end, _title(words, i))
        if page.tale or public(page, start, end):
            found = found._replace(context=0)
        yield found
        reading = _READING.match(page.text, end, min(len(page.text), end + 20))
        if reading and run.full:
            yield found._replace(start=reading.start(1), end=reading.end(1))
        age = _AGE.match(page.text, end, min(len(page.text), end + 16))
        if age and score(found) >= _REVIEWED:
            yield Candidate(*age.span(age.lastindex or 0), T.AGE, 70, 60, "age-beside-name")


def _title(words: Sequence[Word], i: int) -> str:
    """Return the honorific or title at word i, behind at most a space."""
    if i < len(words) and words[i].surface == " ":
        i += 1
    shown = words[i].surface if i < len(words) else ""
    if shown in _HONORIFICS:
        return "honorific"
    two = shown + words[i + 1].surface if i + 1 < len(words) else ""
    return "title" if shown in _TITLES or two in _TITLES else ""


def _judged(page: Page, run: _Run, start: int, end: int, title: str) -> Candidate:
    """Weigh a name by what stands around it."""
    before, after = context(page, start, end, 24, 14)
    form = 95 if run.full else 65 if run.weak else 80
    line_end = after[:1] in {"", "\n"}
    if _NAMED.match(after) or (_SELF.search(before) and _INTRODUCED.match(after)):
        weight, rule = 90 if run.full else 65, "name-introduced"
    elif title == "honorific":
        weight, rule = 60 if after.lstrip()[:1] == "氏" else 90 if run.full else 60, "name-honorific"
    elif title:
        weight, rule = 85 if run.full else 50, "name-title"
    elif _RELATION.search(before) or _FOR.search(before):
        weight, rule = 80 if run.full else 55, "name-relation"
    elif run.full and line_end and _CLOSING.search(before):
        weight, rule = 85, "name-signature"
    else:
        weight, rule = 50 if run.full and not _KANJI.match(after) else 25, "name-words"
    return Candidate(start, end, T.NAME, form, weight, rule, not run.full)


def _childlike(page: Page, sentence: Sentence, honorific: Word) -> Iterator[Candidate]:
    """Give what stands before くん or ちゃん: given names that the dictionary takes for other words."""
    end = sentence.start + honorific.start
    m = _CHILDLIKE.search(page.text[max(sentence.start, end - _LONGEST) : end])
    if m and m[0] not in _NOT_CHILDLIKE and not public(page, end - len(m[0]), end):
        yield Candidate(
            end - len(m[0]), end, T.NAME, 60, 0 if page.tale else 55, "name-honorific", family=True
        )
