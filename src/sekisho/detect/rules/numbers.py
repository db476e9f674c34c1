"""Numbers that stand for a person: phone, My Number, licence, passport, cards, accounts, insurance.

Every pattern is bounded and begins where no digit or letter stands before; none uses a word boundary,
which is wrong beside Japanese.
"""

import re
from collections.abc import Iterator

from sekisho.detect.cues import DIGITS
from sekisho.detect.page import Candidate, Page, context
from sekisho.detect.rules import validity
from sekisho.model import PersonalType as T

__all__ = ["numbers"]

_LEFT, _RIGHT = r"(?<![0-9A-Za-z])(?<![0-9][-.,/])", r"(?![0-9A-Za-z])(?![-.,/][0-9])"
_RUN = re.compile(rf"{_LEFT}[0-9](?:[- ]?[0-9]){{6,22}}{_RIGHT}")
_PHONE = re.compile(
    r"(?<![0-9A-Za-z_])(?<![0-9A-Za-z][-.,/])(?:\+|\(?0|\(?[2-9])"
    r"[0-9](?:[-ー ().]{0,2}[0-9]){6,13}(?![0-9A-Za-z])"
)
_PHONE_LABEL = re.compile(
    r"電話|携帯|(?<![A-Za-z])TEL|Tel(?![a-z])|tel(?![a-z])|ファクス|ファックス|FAX|Fax|連絡先|内線|"
    r"スマホ|ケータイ|番号は|☎|📞|[Pp]hone|[Cc]all|[Mm]obile"
)
_FREE = re.compile(r"0120|0570|0990|(?:1[- ]?)?8(?:00|88)[- ][0-9]{3}|0800(?:-?[0-9]{3}-?[0-9]{4})(?![0-9])")
_JAPANESE = re.compile(r"0[5-9]0[0-9]{8}|0[1-9][0-9]{8}")
_SHAPED = re.compile(r"\(?0[0-9]{1,4}[-ー )(]{1,2}[0-9]{1,4}[-ー )]{1,2}[0-9]{3,4}|\+[0-9]{1,3}[- (]")
_COUNTING = "01234567890"
_NOT_A_PHONE = re.compile(
    r"(?:注文|伝票|追跡|商品|型番|品番|ISBN|ISSN|JAN|受付|管理|整理|登録|法人|口座|会員|予約|製造|"
    r"ロット|お問い合わせ|問合せ)(?:番号|コード)|ISBN|JAN|No\.|№"
)
_MINE = re.compile(r"マイナンバー|個人番号|[Mm]y ?[Nn]umber")
_DRIVE = re.compile(r"免許")
_PENSION = re.compile(r"基礎年金番号|年金番号|年金手帳")
_EMPLOYED = re.compile(r"雇用保険|被保険者番号")
_CARD = re.compile(r"カード|クレジット|クレカ|VISA|Visa|Master|JCB|AMEX|Amex|[Cc]ard|決済")
_PASSPORT = re.compile(r"(?<![0-9A-Za-z])[A-Z]{2} ?[0-9]{7}(?![0-9A-Za-z])")
_PASSPORT_LABEL = re.compile(r"旅券|パスポート|[Pp]assport|PASSPORT")
_RESIDENCE = re.compile(r"(?<![0-9A-Za-z])[A-Z]{2} ?[0-9]{8} ?[A-Z]{2}(?![0-9A-Za-z])")
_RESIDENCE_LABEL = re.compile(r"在留|特別永住|[Rr]esidence [Cc]ard")
_BANK = re.compile(
    r"(?:口座番号|口座|普通預金|普通|当座預金|当座|貯蓄預金|貯蓄|Account "
    r"No)[^0-9\n]{0,8}([0-9]{7})(?![0-9A-Za-z])(?![-.][0-9])"
)
_BANK_LABEL = re.compile(r"口座|銀行|信用金庫|信金|信用組合|農協|支店|振込|振り込|預金")
_POSTAL_BANK = re.compile(r"記号[^0-9\n]{0,4}([0-9]{5}[^0-9\n]{0,4}番号[^0-9\n]{0,4}[0-9]{1,8})(?![0-9])")
_INSURED = re.compile(
    r"(?:保険証|被保険者証|被保険者|保険者番号|受給者番号|記号[・･]?番号|保険)[^0-9\n]{0,14}"
    r"([0-9]{2,10}(?: ?[-・･の] ?[0-9]{1,8}|[ ・･、]{0,2}番号[: ]{0,2}[0-9]{1,8})?)(?![0-9])"
)
_INSURED_LABEL = re.compile(r"保険証|被保険者|健康保険|国民健康|国保|介護保険|受給者")


def numbers(page: Page) -> Iterator[Candidate]:
    """Give the numbers of persons in the sentences with enough digits."""
    for start, end, _ in page.marked(DIGITS):
        for m in _RUN.finditer(page.text, start, end):
            yield from _run(page, m.start(), m.end())
        for m in _PHONE.finditer(page.text, start, end):
            yield from _phone(page, m.start(), m.end())
        yield from _papers(page, start, end)
        yield from _accounts(page, start, end)


def _run(page: Page, start: int, end: int) -> Iterator[Candidate]:
    """Judge a run of digits by their number: My Number, licence, pension, employment insurance, card."""
    shown = page.text[start:end]
    digits = re.sub("[- ]", "", shown)
    before, after = context(page, start, end, 24, 12)
    if len(digits) == 12:  # noqa: PLR2004
        yield from _twelve(start, end, digits, before, after)
    elif len(digits) == 10 and _PENSION.search(before):  # noqa: PLR2004
        yield Candidate(start, end, T.PENSION, 90, 100, "pension-label")
    elif len(digits) == 11 and _EMPLOYED.search(before):  # noqa: PLR2004
        yield Candidate(start, end, T.INSURANCE, 85, 100, "insurance-employment")
    if 13 <= len(digits) <= 19 and not _NOT_A_PHONE.search(before) and validity.card(digits):  # noqa: PLR2004
        grouped = re.fullmatch(
            "[0-9]{4}([- ])[0-9]{4}\\1[0-9]{4}\\1[0-9]{1,7}|[0-9]{4}([- ])[0-9]{6}\\2[0-9]{4,5}", shown
        )
        yield Candidate(
            start, end, T.CARD, 95, 100 if _CARD.search(before) else 70 if grouped else 45, "card-luhn"
        )


def _twelve(start: int, end: int, digits: str, before: str, after: str) -> Iterator[Candidate]:
    if _DRIVE.search(before):
        yield Candidate(start, end, T.LICENCE, 85, 100, "licence-label")
    elif _MINE.search(before) or _MINE.search(after):
        valid = validity.my_number(digits)
        yield Candidate(start, end, T.MY_NUMBER, 100 if valid else 55, 100, "my-number-label")
    elif not _NOT_A_PHONE.search(before) and validity.my_number(digits):
        yield Candidate(start, end, T.MY_NUMBER, 90, 40, "my-number-digit")


def _phone(page: Page, start: int, end: int) -> Iterator[Candidate]:
    """Judge what can be a phone number: by the numbering plan, its shape and its label."""
    shown = page.text[start:end].rstrip("(. ")
    end = start + len(shown)
    international = shown.startswith("+")
    digits = re.sub("[^0-9]", "", shown)
    before, _ = context(page, start, end, 16)
    label = _PHONE_LABEL.search(before)
    if digits in _COUNTING or _FREE.match(shown) or _NOT_A_PHONE.search(before):
        return
    if international or digits[0] == "0":
        planned = validity.phone(shown, "JP")
        likely = international or bool(_JAPANESE.fullmatch(digits))
        region = "phone-international" if international else "phone-japan"
    else:
        planned, likely, region = len(digits) == 10 and validity.phone(shown, "US"), False, "phone-us"  # noqa: PLR2004
    shaped = _SHAPED.match(shown)
    form = 100 if planned else 65 if likely else 0
    plain = 60 if region == "phone-japan" and len(digits) == 11 else 40  # noqa: PLR2004
    if form and (label or shaped or region != "phone-us"):
        yield Candidate(start, end, T.PHONE, form, 100 if label else 75 if shaped else plain, region)
    elif form and re.fullmatch("\\(?[0-9]{3}[) .-]{1,2}[0-9]{3}[ .-][0-9]{4}", shown):
        yield Candidate(start, end, T.PHONE, form, 60, region)


def _papers(page: Page, start: int, end: int) -> Iterator[Candidate]:
    """Give passports and residence cards."""
    for m in _RESIDENCE.finditer(page.text, start, end):
        label = _RESIDENCE_LABEL.search(context(page, *m.span(), 24)[0])
        yield Candidate(*m.span(), T.RESIDENCE_CARD, 85, 100 if label else 40, "residence-card")
    for m in _PASSPORT.finditer(page.text, start, end):
        if any(map(_PASSPORT_LABEL.search, context(page, *m.span(), 30, 12))):
            yield Candidate(*m.span(), T.PASSPORT, 90, 100, "passport-label")


def _accounts(page: Page, start: int, end: int) -> Iterator[Candidate]:
    """Give bank and postal accounts and insurance cards."""
    for m in _BANK.finditer(page.text, start, end):
        near = _BANK_LABEL.search(context(page, m.start(), m.end(), 60)[0] + m[0])
        yield Candidate(*m.span(1), T.BANK, 85, 100 if near else 30, "bank-label")
    for m in _POSTAL_BANK.finditer(page.text, start, end):
        near = re.search("ゆうちょ|郵便貯金|郵貯|口座|振込", context(page, *m.span(), 40)[0])
        yield Candidate(*m.span(1), T.BANK, 90, 100 if near else 50, "bank-post")
    for m in _INSURED.finditer(page.text, start, end):
        near = _INSURED_LABEL.search(context(page, m.start(), m.end(), 16)[0] + m[0])
        if near and len(re.sub("[^0-9]", "", m[1])) >= 6:  # noqa: PLR2004
            yield Candidate(*m.span(1), T.INSURANCE, 85, 100, "insurance-label")
