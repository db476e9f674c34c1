"""Addresses: a grammar of Japanese ones of its own, postal codes, and the form of English ones.

prefecture? city|county? ward|town|village? town block building?

The search begins at the block (丁目, 番地, 号, 1-2-3), which is rare, and reads backwards over at most
`_REACH` characters; so it is linear, and a text full of place names without a number costs nothing.
"""

import re
from collections.abc import Iterator

from sekisho.detect.cues import ADDRESS, DIGITS, LABEL, LATIN, NAME
from sekisho.detect.page import Candidate, Page, context
from sekisho.model import PersonalType as T

__all__ = ["PREFECTURES", "places"]

PREFECTURES = (
    "北海道|青森県|岩手県|宮城県|秋田県|山形県|福島県|茨城県|栃木県|群馬県|埼玉県|千葉県|東京都|"
    "神奈川県|新潟県|富山県|石川県|"
    "福井県|山梨県|長野県|岐阜県|静岡県|愛知県|三重県|滋賀県|京都府|大阪府|兵庫県|奈良県|和歌山県|"
    "鳥取県|島根県|岡山県|広島県|"
    "山口県|徳島県|香川県|愛媛県|高知県|福岡県|佐賀県|長崎県|熊本県|大分県|宮崎県|鹿児島県|沖縄県"
)
_REACH = 40
_N = r"(?:[0-9]{1,4}|[〇一二三四五六七八九十百]{1,4})"
_BLOCK = re.compile(
    rf"(?<![0-9\-])(?:{_N} ?丁目 ?(?:{_N} ?番地?(?:[のノ\-] ?{_N}|(?: ?{_N} ?号))?|"
    rf"{_N}(?:[\-ー−のノ]{_N}){{0,2}})?(?:号室?)?"
    rf"|{_N} ?番地(?:[のノ\-]? ?{_N})?|{_N} ?番 ?{_N} ?号|"
    rf"[0-9]{{1,4}}[\-ー][0-9]{{1,4}}(?:[\-ー][0-9]{{1,4}}){{0,2}})(?![0-9]|-[0-9]|年|月|点|対|で勝|"
    rf"で敗)"
)
_DATE = re.compile(r"(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]")
_K = r"[一-龥々〆ヶケノ]"
_KANA_CITIES = (
    "さいたま市|つくば市|つくばみらい市|いわき市|ひたちなか市|かすみがうら市|みどり市|さくら市|"
    "ふじみ野市|いすみ市|あきる野市|"
    "かほく市|あわら市|みよし市|あま市|いなべ市|たつの市|うきは市|みやま市|うるま市|にかほ市|"
    "つがる市|むつ市|えびの市|まんのう町|"
    "おいらせ町|みなべ町|みやこ町|さぬき市|東かがわ市|いちき串木野市|南さつま市|いの町|おおい町|"
    "せたな町|むかわ町|えりも町|ニセコ町"
)
_BEFORE = re.compile(
    rf"(?:(?P<pref>{PREFECTURES}) ?(?:(?:{_K}{{1,7}}?[市郡]|{_KANA_CITIES}) ?)?(?:{_K}{{1,6}}?[区町村] ?)?"
    rf"|(?<![一-龥々])(?P<city>(?:{_K}{{1,7}}?[市区郡]|{_KANA_CITIES}) ?(?:{_K}{{1,6}}?[区町村] ?)?|"
    rf"{_K}{{1,6}}?[町村] ?))"
    r"(?P<town>(?:大字|字)?[一-龥々〆ぁ-んァ-ヶーA-Z]{0,14}?) ?$"
)
_LABELLED = re.compile(
    r"(?:住所|本籍地?|自宅|実家|お届け先|配送先|送付先|居所|転居先|引っ越し先|お住まい|住まい|"
    r"住んで|[Aa]ddress)[^。\n]{0,24}$"
)
_OFFICE = re.compile(
    r"本社|支社|株式会社|有限会社|営業所|支店|店舗|会場|役所|本店|大学|美術館|博物館|ホール|所在地|"
    r"事業所|工場|病院|店|施設|開催|アクセス"
)
_TAIL = re.compile(
    r"(?:[ 、]?(?:[一-龥々ァ-ヶーA-Za-z・]{1,20}?(?:マンション|ハイツ|コーポ|アパート|荘|ビル|"
    r"タワー|レジデンス|メゾン|パレス|ハウス|寮|団地|"
    r"ハイム|コート|ヒルズ|テラス|館)|(?:マンション|ハイツ|コーポ|アパート|ビル|タワー|レジデンス|"
    r"メゾン|パレス|ハウス|グラン|サン|シャトー|ハイム)"
    r"[一-龥々ァ-ヶーA-Za-z・]{1,20})(?:[A-Z]|[東西南北]?棟)?)?(?:[ \-]?[0-9]{1,2}(?:F|階))?(?:[ "
    r"\-]?[A-Z]?[0-9]{1,4}(?:号室|号)|[ ][0-9]{3,4}(?![0-9\-年月日円人件]))?"
)
_POSTAL = re.compile(r"(〒 ?)?(?<![0-9])(?<![0-9]-)[0-9]{3}-[0-9]{4}(?![0-9]|-[0-9])")
_CODE_LABEL = re.compile(r"郵便番号[: ]{0,3}$")
_NEXT = re.compile(rf"[ \n、]{{0,2}}(?:住所[: ]{{0,2}})?(?:{PREFECTURES}|{_K}{{1,6}}[市区郡])")
_COARSE = re.compile(
    rf"(?:住所|本籍地?|お届け先|配送先|送付先|実家|自宅)(?:は|:|：| )[ "
    rf"「]{{0,2}}((?:{PREFECTURES})(?:{_K}{{1,7}}?[市郡])?(?:{_K}{{1,6}}?[区町村])?[一-龥々ヶ]{{0,8}}"
    rf")"
)
_LIVING = re.compile(
    rf"(?:{PREFECTURES})(?:{_K}{{1,7}}?[市郡])?(?:{_K}{{1,6}}?[区町村])?(?=在住|に住|で(?:一人)?暮ら)"
)
_STREET = re.compile(
    r"(?<![0-9A-Za-z.,\-])[0-9]{1,5}[A-Z]? (?:(?:North|South|East|West|[NSEW]\.?) "
    r")?(?:[A-Z][a-z']{1,15} ){1,3}"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Place|Pl|"
    r"Terrace|Close|Crescent)(?![A-Za-z])\.?"
    r"(?:,? (?:Apt|Apartment|Suite|Unit|Flat|#)\.? ?[0-9A-Za-z]{1,5})?(?P<zip>(?:, "
    r"[A-Z][a-z]{1,15}(?: [A-Z][a-z]{1,15})?)?, [A-Z]{2} [0-9]{5}(?:-[0-9]{4})?)?"
)


def places(page: Page) -> Iterator[Candidate]:
    """Give addresses and postal codes."""
    for start, end, _ in page.marked(ADDRESS):
        yield from _blocks(page, start, end)
    for start, end, _ in page.marked(DIGITS):
        yield from _codes(page, start, end)
    for start, end, _ in page.marked(LABEL | NAME):
        for m in _COARSE.finditer(page.text, start, end):
            yield Candidate(*m.span(1), T.ADDRESS, 45, 100, "address-coarse")
        for m in _LIVING.finditer(page.text, start, end):
            yield Candidate(*m.span(), T.ADDRESS, 45, 70, "address-coarse")
    for start, end, _ in page.marked(LATIN | DIGITS):
        for m in _STREET.finditer(page.text, start, end):
            label = m["zip"] or _LABELLED.search(context(page, *m.span(), 30)[0])
            yield Candidate(*m.span(), T.ADDRESS, 75, 95 if label else 55, "address-street")


def _blocks(page: Page, start: int, end: int) -> Iterator[Candidate]:
    at = start
    while (block := _BLOCK.search(page.text, at, end)) is not None:
        at = block.end()
        before = page.text[max(start, block.start() - _REACH) : block.start()]
        place = None if _DATE.fullmatch(block[0]) else _BEFORE.search(before)
        if place is None or not (place["city"] or "x").strip("市区町村郡 "):
            continue
        first = block.start() - len(before) + place.start()
        tail = _TAIL.match(page.text, block.end(), end)
        at = tail.end() if tail else block.end()
        around = page.text[max(0, first - 40) : first]
        known = 100 if _LABELLED.search(around) else 40 if _OFFICE.search(around) else 78
        yield Candidate(first, at, T.ADDRESS, 95 if place["pref"] else 82, known, "address-block")


def _codes(page: Page, start: int, end: int) -> Iterator[Candidate]:
    """Give postal codes: with their sign or label, or right before an address."""
    for m in _POSTAL.finditer(page.text, start, end):
        if m[1] or _CODE_LABEL.search(context(page, *m.span(), 12)[0]):
            follows = _NEXT.match(page.text, m.end())
            yield Candidate(*m.span(), T.ADDRESS, 90, 75 if follows else 50, "address-code")
        elif _NEXT.match(page.text, m.end()):
            yield Candidate(*m.span(), T.ADDRESS, 80, 60, "address-code")
