"""Say in one sentence why a picture was decided as it was, in Japanese and English.

The long form is `sekisho explain`; a wall of forty tiles needs the short one. Everything comes from the
run's decisions and the registry's titles, nothing from what the demo knows about its own pictures.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

__all__ = ["Claim", "Said", "why"]


class Said(NamedTuple):
    """A text in both languages."""

    ja: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a page shows of an entry: who registered it and what it is called."""

    holder: Said
    title: Said
    work: str


def _closeness(finding: Mapping[str, Any]) -> Said:
    if finding["method"] == "sha256":
        return Said("ファイルが同一", "the same file")
    if finding["method"] == "local":
        agree = json.loads(finding["detail"])["inliers"]
        return Said(f"枠の中の{agree}点が一致", f"{agree} points within the frame agree")
    bits, limit = int(finding["distance"]), int(finding["threshold"])
    return Said(f"差{bits}・基準{limit}以下", f"{bits} bits apart, limit {limit}")


def _match(finding: Mapping[str, Any], claim: Claim) -> Said:
    near = _closeness(finding)
    return Said(
        f"{claim.holder.ja}『{claim.title.ja}』に一致({near.ja})。",
        f"Matches “{claim.title.en}” by {claim.holder.en} ({near.en}). ",
    )


_ALONE: Mapping[str, Said] = {
    "no_known_objection": Said(
        "登録簿に一致するものなし。「許諾済み」という意味ではありません。",
        "Nothing like it in the registry. That does not mean “licensed”.",
    ),
    "low_detail": Said(
        "特徴が少なすぎて照合できません。だから通過にしません。",
        "Too little detail to compare, so it does not pass.",
    ),
    "unreadable": Said(
        "途中で切れていて開けません。見られなかったものは通過にしません。",
        "Cut off, can not be opened. What was not seen does not pass.",
    ),
    "opted_out": Said(
        "ファイルの中に、学習を拒否する機械可読な表示があります。",
        "A machine-readable label in the file refuses training.",
    ),
}

_MATCHED: Mapping[str, Said] = {
    "granted_all": Said("許諾の記録があります。", "A licence is on record."),
    "verified_without_permission": Said("許諾の記録なし。", "No licence on record."),
    "declared_without_permission": Said(
        "自己申告の登録なので、人が確かめます。", "Self-declared, so a person has to look."
    ),
    "rival_claims": Said(
        "別の登録者は自分の作品として許諾しています。どちらが正しいか、機械は決めません。",
        "Another registrant claims it too and permits its use; a machine picks no winner.",
    ),
}


def why(row: Mapping[str, Any], claims: Mapping[str, Claim]) -> Said:
    """Return the sentence for one row of a run's decisions.

    Args:
        row: a row of decisions/*.parquet.
        claims: entry id -> what is shown of it.
    """
    reason = row["reason"]
    if reason in _ALONE or not row["findings"]:
        return _ALONE.get(reason, Said(reason, reason))
    finding = row["findings"][0]
    matched, said = _match(finding, claims[finding["entry"]]), _MATCHED.get(reason, Said(reason, reason))
    return Said(matched.ja + said.ja, matched.en + said.en)
