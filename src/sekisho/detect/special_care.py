"""Special-care information (APPI 2(3)): illness, disability, crime, creed, status. Weak, for review only.

A word is not a fact about a person. It counts only where a person stands near it: a name that was
found, a patient or the person concerned, or a pronoun together with something that identifies.
"""

import re
from collections.abc import Iterator

from sekisho.detect.cues import CARE
from sekisho.detect.page import Candidate, Page
from sekisho.model import PersonalType as T

__all__ = ["ALONE", "PRONOUN", "special_care"]

_GROUPS = {
    "care-illness": r"(?:双極性障|適応障|不安障|パニック障|摂食障|強迫性障|発達障|学習障)害|"
    r"統合失調症|うつ病|鬱病|躁うつ病|認知症|自閉症|ADHD|HIV陽性|HIV感染|エイズ|"
    r"(?:肺|胃|乳|大腸|肝|膵臓|前立腺|子宮|咽頭)?(?:がん|癌)(?:と診断|を患|の治療|の手術|で(?:入院|"
    r"通院|闘病|療養|手術))|(?:肺|胃|乳|大腸|肝臓|膵臓|前立腺|子宮頸|子宮)(?:がん|癌)|白血病|"
    r"糖尿病|てんかん|難病|肝炎|結核|梅毒|"
    r"アルコール依存症?|薬物依存症?|ギャンブル依存症?|人工透析|心筋梗塞|脳梗塞|余命",
    "care-disability": r"障害者手帳|療育手帳|精神障害|身体障害|知的障害|聴覚障害|視覚障害|障害[1-6一二三]級|"
    r"要介護[1-5]",
    "care-medical": r"精神科に(?:通|入院)|(?:通院|入院|投薬|服薬)(?:中|歴|し|して)|手術を受け|人工中絶|流産|"
    r"検査の?結果は|健康診断の?結果|不妊治療|(?:血圧|血糖値)が(?:高|低)",
    "care-crime": r"前科|前歴|逮捕(?:され|歴)|有罪判決|実刑判決|服役|懲役[0-9一二三四五六七八九十]{1,3}年|"
    r"執行猶予|起訴され|書類送検|少年院",
    "care-victim": r"(?:性|暴行|詐欺|DV|虐待|ストーカー|いじめの?)被害(?:を受け|に遭|者(?:である|だった|の))|"
    r"性暴力を受け|虐待を受け",
    "care-creed": r"(?:キリスト|イスラム|仏|ユダヤ|ヒンドゥー)教(?:徒|に改宗|を信仰)|クリスチャン|ムスリム|"
    r"入信|信者(?:で|だ|の)|信仰し|洗礼を受け|(?:共産|社会|自由民主|立憲民主)党(?:員|を支持)|"
    r"労働組合(?:員|に加入)",
    "care-status": r"被差別部落|同和地区|部落出身|在日(?:韓国|朝鮮)人|アイヌ民族(?:の出身|である)|非嫡出子|"
    r"前夫の子|生活保護を?受",
}
_WORDS = re.compile("|".join(f"(?P<{name.replace('-', '_')}>{words})" for name, words in _GROUPS.items()))
_TOPIC = re.compile(
    r"(?:など)?(?:について|に関する|とは|の(?:研究|専門|歴史|意味|予防|治療薬|原因|検診|問題|対策|本|知識|啓発|相談|機|制度|講演|"
    r"患者会|症状|仕組み)|の機器|学会|保険|予防|検診|対策|研究)"
)
"""What follows a word that is the subject of a text rather than a fact about somebody."""
ALONE = re.compile(
    r"患者(?:さん|様|氏名|名|:|ID)|本人(?:が|は|の|に|より|から|:)|被保険者|受診者|申請者|利用者様|入所者"
)
"""Somebody in particular, without a name."""
PRONOUN = re.compile(
    r"私(?:は|の|も|が)|僕(?:は|の|も|が)|俺(?:は|の|も|が)|彼女?(?:は|の|も|が)|(?:妻|夫|母|父|娘|"
    r"息子|兄|弟|姉|妹)(?:は|が|も|の)"
)
"""Somebody, if something near says who."""


def special_care(page: Page) -> Iterator[Candidate]:
    """Give the words of special-care information; `detect.settle` keeps those with a person near."""
    for start, end, _ in page.marked(CARE):
        for m in _WORDS.finditer(page.text, start, end):
            if not _TOPIC.match(page.text, m.end(), min(len(page.text), m.end() + 12)):
                yield Candidate(*m.span(), T.SPECIAL_CARE, 50, 80, str(m.lastgroup).replace("_", "-"))
