"""The four doors: who you may be, and the one command to begin with."""

from collections.abc import Sequence

from sekisho.demo.sentences import Said

__all__ = ["DOORS"]

DOORS: Sequence[tuple[Said, str, Said]] = (
    (
        Said("作品を作っている", "I make works"),
        "sekisho fingerprint ./works -o prints.jsonl --holder my-name",
        Said(
            "作品は手元に置いたまま、照合コードだけを作ります。",
            "Your works stay with you; only fingerprints are made.",
        ),
    ),
    (
        Said("AIを学習させる", "I train a model"),
        (
            "sekisho audit ./dataset --snapshot registry.snapshot --operator my-lab "
            "--purpose train --territory JP -o run"
        ),
        Said(
            "学習の前に、データセットを登録簿と照らし合わせます。",
            "Compare the dataset with a registry before training.",
        ),
    ),
    (
        Said("生成サービスを運営する", "I run a service"),
        (
            "sekisho audit ./outputs --snapshot registry.snapshot --operator my-lab "
            "--purpose publish --territory JP -o run"
        ),
        Said(
            "公開する前の画像をまとめて検査します。1枚ごとの出力チェックはまだありません。",
            "Check pictures in bulk before they are published. There is no check per request yet.",
        ),
    ),
    (
        Said("自分や子どもが被害にあった・何か見つけた", "I or my child was harmed, or I found something"),
        "sekisho fingerprint --likeness photo.jpg -o prints.jsonl --holder my-name",
        Said(
            "写真は手元に置いたまま、照合コードだけで本人の写真を登録できます。使われたかは trace で尋ね、"
            "申出は case で残します。急ぐときは警察(#9110)やインターネット・ホットラインセンターへ。"
            "違法な画像は保存も転送もしないでください。",
            "A photo of yourself or your child is registered by its fingerprint and stays with you. Ask with "
            "trace whether a picture was used, give notice with case. If it is urgent, go to the police or "
            "your country's hotline; never save or forward illegal pictures.",
        ),
    ),
)
"""Who, the command, and what it does or does not do."""
