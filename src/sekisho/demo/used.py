"""Act 5: was it used? The registry asks about a picture that was found, the operator answers with proofs."""

import hashlib
import io
from collections.abc import Mapping
from typing import Any

from PIL import Image

from sekisho.demo.acts import EDITION, Play
from sekisho.demo.declared import declarations
from sekisho.demo.desks import Answer
from sekisho.demo.sentences import Said
from sekisho.demo.variants import saved

__all__ = ["ANSWER", "play_used"]

DOCUMENTS = "eu-summary,croissant,spdx,ab-2013,jp-principles,appi"
"""What the operator publishes about its training data, each computed from the run."""
FOUND, QUESTION, ANSWER, TRAINING = "found.png", "question.json", "answer.json", "training.json"
DECLARED = "declarations.toml"
RUN = "run-3"
PAGE = "verify.html"
_MODEL = b"the weights of a model that nobody has trained"


def _found(play: Play) -> tuple[str, Mapping[str, Any]]:
    """Return a picture of the dataset that is a near copy of a work, and its finding: somebody saw it."""
    for item, row in sorted(play.rows[-1].items()):
        for finding in row["findings"]:
            if finding["method"] == "pdq" and row["outcome"] == "block":
                return item, finding
    raise LookupError("the demo's dataset has no near copy")


def _show(play: Play, said: Answer) -> None:
    text = "\n".join(f"    {line}" for line in said.out.splitlines())
    play.stage.say(Said(text, text))


def _ask(play: Play) -> None:
    """The registry finds a picture on a page of the web, and asks on the basis of a registered work."""
    item, finding = _found(play)
    play.stage.say(
        Said(
            "    登録簿の窓口が、ネットで見つけた1枚について尋ねます",
            "    the registry's desk asks about a picture that it found on the web",
        )
    )
    # On its way through the web a picture is made smaller: another file, the same picture.
    picture = Image.open(io.BytesIO(play.contents[item])).convert("RGB")
    (play.registry.inbox / FOUND).write_bytes(saved(picture.reduce(2), "PNG"))
    play.stage.command(
        play.registry,
        "trace",
        "ask",
        f"inbox/{FOUND}",
        "--entry",
        finding["entry"],
        "-o",
        f"outbox/{QUESTION}",
    )
    play.stage.carry(play.registry, play.operator, QUESTION)


def play_used(play: Play) -> str:
    """Play the act and return what the verification said."""
    stage, lang = play.stage, play.stage.lang
    stage.act(Said("第五幕 学習に使われたのか", "Act 5: was it used?"))
    digest = hashlib.sha256(_MODEL).hexdigest()
    stage.command(
        play.operator, "statement", "training", "--model-digest", digest, "--runs", RUN,
        "--complete", "yes", "-o", f"outbox/{TRAINING}",
    )  # fmt: skip
    (play.operator.folder / DECLARED).write_text(declarations(lang, digest), "utf-8")
    stage.command(
        play.operator, "report", RUN, "--as", DOCUMENTS, "--declarations", DECLARED,
        "--training", f"outbox/{TRAINING}", "-o", "documents",
    )  # fmt: skip
    _ask(play)
    stage.command(
        play.operator, "trace", "answer", f"inbox/{QUESTION}", "--run", RUN, "--snapshot", f"inbox/{EDITION}",
        "--training", f"outbox/{TRAINING}", "-o", f"outbox/{ANSWER}",
    )  # fmt: skip
    stage.say(
        Said(
            "    いつ答えたかを台帳から知られないよう、控えは1時間ごとのまとめ記録で付きます",
            "    the log must not tell when it was answered: receipts come with the batch of each hour",
        ),
        "dim",
    )
    stage.command(play.operator, "log", "batch")
    stage.command(play.operator, "log", "proof", f"outbox/{ANSWER}")
    stage.carry(play.operator, play.publisher, ANSWER)
    said = stage.command(play.publisher, "verify", f"inbox/{ANSWER}", "--lang", lang)
    _show(play, said)
    stage.command(play.publisher, "log", "verify-page", "-o", PAGE)
    stage.say(
        Said(
            f"    {PAGE} をブラウザで開き、answer.json を置くと、Sekisho なしで確かめられます",
            f"    open {PAGE} in a browser and drop answer.json on it: the same check without Sekisho",
        ),
        "dim",
    )
    return said.out
