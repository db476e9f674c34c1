"""The texts and prompts that the operator has collected, and what each of them is.

Everything was written for this demo. Persons, addresses and numbers are invented: the numbers lie in
ranges that nobody has, the mail address under a name that is reserved for examples.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sekisho.demo.sentences import Said
from sekisho.demo.story import TITLE, in_old_characters, paragraphs

__all__ = ["PROMPTS", "TEXTS", "Page", "write_corpus", "write_prompts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One line of the dataset.

    Attributes:
        expected: `allow`, `review` or `block`.
        reason: the rule that decides.
        what: what it is, for people.
    """

    text: str
    expected: str
    reason: str
    what: Said


_TALE = paragraphs()

TEXTS: Sequence[Page] = (
    Page(
        text="いい話を見つけたので貼っておきます。\n" + "\n".join(_TALE[:8]) + "\nつづきはまた明日。",
        expected="block",
        reason="verified_without_permission",
        what=Said("小説の半分を貼った書き込み", "half of the novel, pasted into a post"),
    ),
    Page(
        text=in_old_characters("\n".join(_TALE[7:])),
        expected="block",
        reason="verified_without_permission",
        what=Said("旧字体に書きかえた写し", "a copy in the old characters"),
    ),
    Page(
        text=f"『{TITLE}』でいちばん好きなのは、鯨が礼を言う場面だ。「{_TALE[9]}」"
        f"（『{TITLE}』より）。返したのは言葉ではなく、背中の星ひとつだったというところがいい。"
        "受けとった与平が何も言わないので、読むほうも黙ってしまう。灯台の光が船ではなく空を照らすのは、"
        "この一夜だけである。作者はその理由を説明しない。説明しないことが、岩のくぼみの石を、"
        "読み終えたあとまで光らせている。短い話だが、夜にひとりで読むとよい。子どもに読み聞かせるなら、"
        "最後の段落はゆっくり読むことをすすめる。代がわりしていく灯台守の静けさが、そこにあるからだ。",
        expected="review",
        reason="possible_quotation",
        what=Said("書評のなかの引用", "a quotation in a review"),
    ),
    Page(
        text="岬めぐりの旅、三日目。宿の朝食は干物と味噌汁で、窓のそとには白い灯台が見えた。坂をのぼると海がひらけ、"
        "風が強い。案内板の前で、どこかで読んだ一節を思い出した。"
        + _TALE[7][:64]
        + "。灯台は今は無人で、上にはのぼれない。かわりに入り口の売店で、鯨の形をした最中を買った。"
        "三つ入りで四百五十円。あんこはこしあんで、思ったより甘くない。帰りのバスは一時間に一本しかないので、"
        "時刻表を写真に撮っておくとよい。港の食堂は水曜が休みである。次は秋に来て、夜の海を見たい。",
        expected="review",
        reason="excerpt",
        what=Said("旅行記にまざった短い抜き書き", "a short excerpt within a travel diary"),
    ),
    Page(
        text="絵本の貸し出し予約を受けつけました。お名前：架空橋 花子様、生年月日：昭和60年4月1日、"
        "電話：090-0000-0000、メール：hanako.k@example.jp までご連絡します。",
        expected="review",
        reason="to_redact",
        what=Said("個人情報のある申込み(架空)", "a booking with personal data (invented)"),
    ),
    Page(
        text="むかし、海辺のあかりを守る老人がいた。ある晩、空からまいごの大きな生きものがやってきて、"
        "老人は光を上へ向け、それを帰してやった。お礼に残された小さな光を、土地の人は今も大切にしている。",
        expected="allow",
        reason="no_known_objection",
        what=Said(
            "あらすじ(言いかえは見つけません。わたしたちの限界です)",
            "a retelling: a paraphrase is not found, and that is our limit",
        ),
    ),
    Page(
        text="大根は皮を厚めにむいて、三センチの輪切りにする。面取りをして、米のとぎ汁で下ゆですると、"
        "あくが抜けて味がしみやすくなる。竹串がすっと通ったら、だしに移して弱火で煮ふくめる。",
        expected="allow",
        reason="no_known_objection",
        what=Said("料理の覚え書き", "a recipe"),
    ),
)
"""In the order of the file."""

PROMPTS: Sequence[Page] = (
    Page(
        text="水先人ミナトが夕焼けの港で笑っているアニメ風のイラスト",
        expected="review",
        reason="name_in_prompt",
        what=Said("登録された名前で絵を頼む", "asks for a picture by a registered name"),
    ),
    Page(
        text="mizusakinin minato smiling at the harbour, anime style illustration",
        expected="review",
        reason="name_in_prompt",
        what=Said("ローマ字で頼む", "the same in Latin letters"),
    ),
    Page(
        text="港の夕焼けを水彩で描いて。手前に古い木の桟橋、遠くに灯台。",
        expected="allow",
        reason="no_known_objection",
        what=Said("ふつうの注文", "an ordinary request"),
    ),
)


def _write(folder: Path, name: str, pages: Sequence[Page]) -> None:
    folder.mkdir()
    lines = (
        json.dumps({"id": number, "text": page.text}, ensure_ascii=False) for number, page in enumerate(pages)
    )
    (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def write_corpus(folder: Path) -> None:
    """Write the texts as one JSONL file into a new folder."""
    _write(folder, "web.jsonl", TEXTS)


def write_prompts(folder: Path) -> None:
    """Write the prompts as one JSONL file into a new folder."""
    _write(folder, "prompts.jsonl", PROMPTS)
