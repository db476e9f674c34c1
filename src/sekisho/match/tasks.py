"""Does a prompt ask for words about something, and not for a picture of it?

To ask for a review, a summary, an explanation or a translation is lawful whatever it is about, and no
reason to stop. The words are few and can be added to any prompt: what is made of it is compared all the
same, so that nobody gains much by them.
"""

import re

__all__ = ["asks_for_words"]

_WORDS = re.compile(
    r"レビュー|感想|書評|推薦文|あらすじ|要約|考察|批評|論評|論じ|論文|評論|記事|見出し|ニュース|翻訳|和訳|英訳|校正|添削"
    r"|解説|解釈|説明|教えて|問題を|発問|授業|作文|エッセイ|コラム|ブログ|案内文|スピーチ|手紙|文章|文面|プレスリリース|まとめて"
    r"|\b(?:reviews?|essays?|summar(?:y|i[sz]e)|explain|translate|proofread|headline|quiz|lesson|vocabulary"
    r"|report|discuss(?:ion)?|compare|themes?|critici[sz]e|critical|criticism|analy[sz]e|analysis"
    r"|biography|article|paragraph|what is|what does|who is|why)\b",
    re.IGNORECASE,
)
_PICTURES = re.compile(
    r"絵(?!本の(?:感想|レビュー))|イラスト|描[いくきけこ]|画像|水彩|油彩|動画|漫画|マンガ|アニメ|写真|ポスター|表紙|コスプレ|フィギュア|挿絵|ロゴ"
    r"|風の|風で|画風|作風|レンダ|壁紙|アイコン|キャラデザ"
    r"|\b(?:draw(?:n|ing)?|paint(?:ed|ing)?|pictures?|images?|illustrat\w*|photo\w*|portraits?|posters?"
    r"|render\w*|style|art|fan ?art|artwork|cosplay|anime|manga|videos?|animation|cinematic|watercolou?r"
    r"|lighting|sketch|wallpaper|logo|book cover|4k|8k|1girl|1boy)\b",
    re.IGNORECASE,
)


def asks_for_words(text: str) -> bool:
    """Tell whether a prompt asks for a text, and nothing in it speaks of a picture. O(n)."""
    return _WORDS.search(text) is not None and _PICTURES.search(text) is None
