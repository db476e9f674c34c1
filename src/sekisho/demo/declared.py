"""What the invented laboratory declares for its transparency documents, in the form of declarations.toml."""

from sekisho.demo.sentences import Said

__all__ = ["declarations"]

_FORM = """\
[provider]
name = "かなめ研究所 Kaname Lab ({invented})"
email = "rights@kaname.example"
url = "https://kaname.example/"

[model]
name = "Kaname Draw"
version = "0.1"
sha256 = "{model}"
design = "{design}"
training = "{training}"

[dataset]
description = "{description}"
continuous = false
content = "{content}"
purpose = "{purpose}"
processing = "{processing}"

[sources.licensed]
used = true
description = "{licensed}"

[sources.third_party]
used = false

[sources.crawl]
used = true
crawlers = ["KanameBot"]
purposes = "{purpose}"
behaviour = "{behaviour}"

[sources.users]
used = false

[rights]
code_of_practice = false
measures = "{measures}"
contact = "https://kaname.example/rights"
"""
_WORDS = {
    "invented": Said("架空", "invented"),
    "design": Said("画像を生成する小さな拡散モデル", "a small diffusion model that generates pictures"),
    "training": Said(
        "検査を通過した画像のみで一度だけ学習", "trained once, on pictures that passed the check only"
    ),
    "description": Said("台本が描いた40点の画像", "forty pictures that a script has drawn"),
    "content": Said("イラストと風景", "illustrations and landscapes"),
    "purpose": Said("画像生成モデルの学習", "training of a model that generates pictures"),
    "processing": Said(
        "検査で除外・保留になった画像を取り除いた", "what was excluded or on hold was taken out"
    ),
    "licensed": Said("登録簿に許諾の記録がある作品", "works with a licence on record in the registry"),
    "behaviour": Said(
        "robots.txtに従い、ログインや有料の壁の先は収集しない",
        "follows robots.txt; nothing behind log-ins or paywalls",
    ),
    "measures": Said(
        "収集後、学習前にSekishoで登録簿と権利の意思表示を照合",
        "after collection and before training, Sekisho compares with a registry and reads rights signals",
    ),
}


def declarations(lang: str, model: str) -> str:
    """Return the text of the file.

    Args:
        lang: of the sentences, `ja` or `en`.
        model: SHA-256 of the model, lower-case hex; as in the training statement.
    """
    words = {key: said.ja if lang == "ja" else said.en for key, said in _WORDS.items()}
    return _FORM.format(model=model, **words)
