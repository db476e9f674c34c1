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

[personal]
present = false
purpose = "{purpose}"
announced = "https://kaname.example/privacy"
before_collection = "{before_collection}"
after_collection = "{after_collection}"
before_training = "{before_training}"
requests = "{requests}"
under_16 = "{under_16}"
contact = "https://kaname.example/privacy"

[principles.user_requests]
state = "explain"
text = "{user_requests}"
"""
_COMPLY = ("model", "design", "training", "data", "crawling", "reservations", "contact", "records")
"""Items of the principle code that the laboratory says it meets; what it has done stands beside them."""
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
    "before_collection": Said(
        "人が写る写真を載せるサイトは収集先から外す", "sites that show photos of persons are not collected"
    ),
    "after_collection": Said(
        "人の写真が混ざっていれば取り除く", "photos of persons that came along are taken out"
    ),
    "before_training": Said(
        "学習の前にSekishoで検査し、保留は使わない",
        "checked by Sekisho before training; nothing on hold is used",
    ),
    "requests": Said("窓口で受け、次の検査から除く", "taken at the desk; left out from the next check on"),
    "under_16": Said("16歳未満の人から情報を集めない", "nothing is collected from persons under 16"),
    "user_requests": Said(
        "利用者は公開前なので、まだ窓口がない", "not yet open to users, so there is no desk for them"
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
    comply = "".join(f'\n[principles.{item}]\nstate = "comply"\n' for item in _COMPLY)
    return _FORM.format(model=model, **words) + comply
