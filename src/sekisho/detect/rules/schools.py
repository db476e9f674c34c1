"""Names of schools and nurseries: somebody's school, if somebody is near (`detect.settle` looks)."""

import re
from collections.abc import Iterator

from sekisho.detect.cues import SCHOOL
from sekisho.detect.page import Candidate, Page
from sekisho.model import PersonalType as T

__all__ = ["schools"]

_KIND = (
    "小学校|中学校|高等学校|高校|幼稚園|保育園|保育所|こども園|小中学校|中等教育学校|義務教育学校|"
    "特別支援学校|学園"
)
_SCHOOL = re.compile(
    rf"(?:[一-龥々ヶケ]{{1,8}}[都道府県市区町村](?:立|"
    rf"))?[一-龥々ヶケァ-ヶーぁ-ん]{{0,2}}[一-龥々ヶケァ-ヶー]{{1,10}}?(?:第[一二三四五六七八九十0-9"
    rf"]{{1,2}})?(?:{_KIND})"
)
_KANA = re.compile(rf"(?<![ぁ-んァ-ヶー一-龥])[ぁ-ん]{{1,7}}[^のはがをにもやなてでるたいく](?:{_KIND})")
_NO_NAME = re.compile(
    rf"(?:この|その|あの|どの|各|全|本|当|他|同|母|出身|公立|私立|国立|市立|県立|都立|府立|道立|"
    rf"区立|町立|村立|進学|名門|地元|近所|近く|女子|男子|夜間|認可|認証|"
    rf"無認可|定時制|全日制|通信制|専門|職業|工業|商業|農業|附属|付属|共学|有名|一貫|現役|の|は|が|"
    rf"を|に|と|も|や)*(?:{_KIND})"
)


def schools(page: Page) -> Iterator[Candidate]:
    """Give schools that have a name."""
    for start, end, _ in page.marked(SCHOOL):
        for m in (*_SCHOOL.finditer(page.text, start, end), *_KANA.finditer(page.text, start, end)):
            if not _NO_NAME.fullmatch(m[0]):
                yield Candidate(*m.span(), T.SCHOOL, 70, 70, "school-name")
