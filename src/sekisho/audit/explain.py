"""Say one decision in words, down to distance, grant and rule, and what would change it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sekisho.audit.gate.ignored import stands_against
from sekisho.audit.law_words import say_law
from sekisho.audit.part_finding import say_film_moment, say_part_found, say_part_lawful
from sekisho.audit.personal import Place
from sekisho.audit.protected import is_protected, open_findings
from sekisho.audit.report.parts import OF_PART
from sekisho.audit.report.texts import OF_TEXT, finding_detail, is_general, is_text, is_withheld
from sekisho.audit.review.effect import Verdict
from sekisho.audit.review.explain import say_false_match, say_reviews
from sekisho.audit.shape import Label, Manifest, Titles, labelled
from sekisho.audit.signals import read_stances, stance_for
from sekisho.audit.text_finding import say_edits, say_found, say_lawful, say_personal
from sekisho.locale import Titled, Word, bits, shown, text, word
from sekisho.model import Grant, Outcome, Purpose, Trust
from sekisho.policy import LISTED

__all__ = ["Grants", "Places", "explain"]

Grants = Callable[[str, str], Grant | None]
"""Entry id, grant id -> the grant as its registrant signed it, or None if it is not at hand."""

Finding = Mapping[str, Any]
MAX_SIGNALS = 20
"""Of one item that are shown; report and rows have all."""
Places = Callable[[Finding], str]
"""A finding of the row -> where in the entry the print stands that it met, as `audit.locate` says it."""

MISSES = {
    "purpose": "explain.miss_purpose",
    "territory": "explain.miss_territory",
    "not_yet": "explain.miss_early",
    "ended": "explain.miss_late",
    "revoked": "explain.miss_revoked",
    "undisputed": "explain.miss_undisputed",
}
"""What `policy.permission` says that the nearest grant lacks."""
PASSED = {
    "granted_all": "explain.change_granted",
    "granted_part": "explain.change_granted",
    "given_to_everybody": "explain.change_granted",
    "no_known_objection": "explain.change_objection",
    "name_only": "explain.change_named",
}
"""What would let an item no longer pass; of another one, another policy."""
CHANGES = {
    "no_positive_permission": "explain.change_policy",
    "rival_claims": "explain.change_rivals",
    "low_detail": "explain.change_detail",
    "unreadable": "explain.change_unreadable",
    "excerpt": "explain.change_excerpt",
    "possible_quotation": "explain.change_quotation",
    "short_work": "explain.change_short",
    "possible_part": "explain.change_part",
    "similar": "explain.change_similar",
    "film_clip": "explain.change_clip",
    "name_in_prompt": "explain.change_name",
    "to_cut": "explain.change_cut",
    "to_redact": "explain.change_redact",
    "personal_information": "explain.change_personal",
    "protected_person": "explain.change_person",
    "opted_out": "explain.change_signal",
    "signal_unreadable": "explain.change_signal_unread",
    "listed": "explain.change_listed",
}
"""What would change an outcome, where it is not, or not only, a grant."""


def _no_grant(_entry: str, _grant: str) -> None:
    """Know no grant: the edition is not at hand."""


def _no_place(_finding: Finding) -> str:
    """Know no place: the edition is not at hand."""
    return ""


def explain(  # noqa: PLR0913 - what is known of one item, most of it by default
    row: Mapping[str, Any],
    manifest: Manifest,
    titles: Titles,
    lang: str,
    *,
    grants: Grants = _no_grant,
    places: Places = _no_place,
    verdict: Verdict | None = None,
    listed: bool = True,
    personal: Sequence[Place] | None = (),
) -> str:
    """Say why one item was decided as it was.

    Args:
        row: the item's row of the decisions.
        manifest: manifest.json, checked.
        titles: says an entry's title, holder and trust.
        lang: `ja` or `en`.
        grants: finds the grant that a finding names, so that its terms can be told.
        places: finds the page of the entry that a finding met.
        verdict: what reviews have made of it, if there are any.
        listed: whether it is in the clean list after the reviews.
        personal: where it has personal information; None if that was deleted.

    Returns:
        Lines of plain text; names from outside can not move a terminal's cursor.
    """
    protected, findings = is_protected(row), open_findings(row)
    row = {**row, "findings": findings}
    reviewed = say_reviews(verdict, lang, listed=listed) if verdict is not None else ()
    lines = [shown(row["item"]), _verdict(row, lang), *reviewed, *_whose(manifest, lang)]
    if row["problem"]:
        lines.append(text("explain.problem", lang, problem=Word("unreadable", row["problem"])))
    elif row["pdq_quality"] is not None and not protected:
        lines.append(text("explain.quality", lang, quality=row["pdq_quality"]))
    if protected:
        lines.append(text("explain.listed" if row["reason"] == LISTED.reason else "explain.person", lang))
    elif not findings and not row["problem"]:
        lines.append(text("explain.no_text_match" if is_text(row) else "explain.no_match", lang))
    for number, finding in enumerate(findings, 1):
        label = labelled(titles, finding["entry"])
        lines.append(_match(finding, label, number, len(findings), lang))
        lines += [*_found(finding, lang), *_page(places(finding), lang)]
        lines += _permission(finding, manifest, grants, lang)
        lines += say_false_match(finding, manifest, lang)
    lines += [*say_lawful(findings, lang), *say_part_lawful(findings, lang)]
    lines += [*say_personal(row, personal, lang), *say_edits(row, lang)]
    lines += _signals(row, manifest, lang)
    lines += _changes(row, manifest, titles, lang)
    policy = manifest["policy"]
    digest = policy["digest"][:16]
    lines.append(
        text(
            "explain.policy",
            lang,
            policy=shown(policy["name"]),
            rule=shown(row["reason"]),
            digest=shown(digest),
        )
    )
    return "\n".join([*lines, *say_law(row, manifest, lang)]) + "\n"


def _signals(row: Mapping[str, Any], manifest: Manifest, lang: str) -> list[str]:
    """Say what holders say about the item in forms that machines read, each with its place and its words."""
    if not row.get("signals") or is_protected(row):
        return []
    purpose = Purpose(manifest["use"]["purpose"])
    stance = stance_for(read_stances(row["stances"] or ""), purpose)
    lines = [text("explain.signals", lang, stance=Word("stance", stance.value))]
    for signal in row["signals"][:MAX_SIGNALS]:
        family = Word("signal", signal["family"])
        words = text(
            "explain.signal", lang, family=family, place=shown(signal["place"]), raw=shown(signal["raw"])
        )
        lines.append(f"  {words}")
    return lines


def _verdict(row: Mapping[str, Any], lang: str) -> str:
    outcome, reason = Word("outcome", row["outcome"]), Word("reason", row["reason"])
    return text("explain.verdict", lang, outcome=outcome, reason=reason)


def _whose(manifest: Manifest, lang: str) -> Sequence[str]:
    snapshot = manifest["snapshot"]
    return [
        text(
            "explain.registry",
            lang,
            name=shown(snapshot["name"]),
            edition=snapshot["edition"],
            created=date.fromisoformat(snapshot["created"][:10]),
            signer=shown(snapshot["signer"]),
        ),
        text("explain.use", lang, **_use(manifest), operator=shown(manifest["operator"]["label"] or "—")),
    ]


def _use(manifest: Manifest) -> dict[str, Any]:
    use = manifest["use"]
    return {
        "purpose": Word("purpose", use["purpose"]),
        "territory": shown(use["territory"]),
        "on": date.fromisoformat(use["on"]),
        "key": shown(manifest["operator"]["key"]),
    }


def _match(finding: Finding, label: Label, number: int, count: int, lang: str) -> str:
    match = text(
        "explain.finding",
        lang,
        number=number,
        count=count,
        title=Titled(label.title, finding["entry"]),
        kind=Word("kind", finding["kind"]),
        entry=finding["entry"],
    )
    if not label.trust:
        trust = Word("trust", str(finding_detail(finding).get("trust", "-")))
        return match + "\n" + text("explain.holder_unknown", lang, trust=trust)
    holder = text(
        "explain.holder",
        lang,
        holder=shown(label.holder or "—"),
        trust=Word("trust", label.trust),
        key=shown(label.key),
    )
    return f"{match}\n{holder}"


def _found(finding: Finding, lang: str) -> Sequence[str]:
    """Say how the match was found and how near it is."""
    method, detail = Word("method", finding["method"]), finding_detail(finding)
    if finding["method"] == "sha256":
        return [text("explain.same_file", lang, method=method)]
    if finding["method"] in OF_TEXT:
        return say_found(finding, lang)
    if finding["method"] in OF_PART:
        return say_part_found(finding, lang)
    near = text(
        "explain.near",
        lang,
        method=method,
        distance=bits(finding["distance"]),
        threshold=bits(finding["threshold"]),
        orientation=Word("orientation", str(detail.get("orientation", "upright"))),
    )
    frame = detail.get("frame")
    shown_at = say_film_moment(detail, lang)
    if not shown_at and isinstance(frame, int) and frame:
        shown_at = [text("explain.frame", lang, frame=frame)]
    return [near, *shown_at]


def _page(place: str, lang: str) -> Sequence[str]:
    """Say the page of the work, with the volume before it where there are several."""
    volume, _, page = place.partition("/")
    if not place:
        return []
    if not page:
        return [text("explain.page", lang, page=shown(volume))]
    return [text("explain.volume_page", lang, volume=shown(volume), page=shown(page))]


def _permission(finding: Finding, manifest: Manifest, grants: Grants, lang: str) -> Sequence[str]:
    """Say the permission, the grant it rests on or that came nearest, and why that one does not cover."""
    lines = [text("explain.permission", lang, permission=Word("permission", finding["permission"]))]
    if not finding["grant"]:
        own = finding["permission"] == "granted"
        return [*lines, text("explain.own", lang)] if own else lines
    lines.append(text("explain.grant", lang, grant=shown(finding["grant"])))
    if is_general(finding):
        confirmed = finding_detail(finding).get("trust") != Trust.DECLARED.value
        lines.append(text("explain.to_everybody" if confirmed else "explain.to_everybody_declared", lang))
    grant = grants(finding["entry"], finding["grant"])
    if grant is not None:
        lines.append(text("explain.grant_terms", lang, **_terms(grant, lang)))
    lacking = str(finding_detail(finding).get("lacking", ""))
    needs_terms = lacking in {"not_yet", "ended"}
    if lacking in MISSES and (grant is not None or not needs_terms):
        dates = {"first": grant.from_, "last": grant.until} if grant is not None else {}
        lines.append(text(MISSES[lacking], lang, **_use(manifest), **dates))
    return lines


def _terms(grant: Grant, lang: str) -> dict[str, Any]:
    return {
        "purposes": ", ".join(word("purpose", purpose, lang) for purpose in sorted(grant.purposes)),
        "territories": ", ".join(sorted(grant.territories)),
        "first": grant.from_,
        "last": grant.until,
    }


def _changes(row: Mapping[str, Any], manifest: Manifest, titles: Titles, lang: str) -> Sequence[str]:
    """Say what would let the item pass, or no longer pass: one grant for each holder that gave none."""
    if is_withheld(row):
        return [text("explain.change", lang, how=text("explain.change_withheld", lang))]
    if row["outcome"] == Outcome.ALLOW:
        how = PASSED.get(row["reason"], "explain.change_allowed")
        return [text("explain.change", lang, how=text(how, lang))]
    hows = [text(CHANGES[row["reason"]], lang)] if row["reason"] in CHANGES else []
    lacking = [finding for finding in row["findings"] or [] if stands_against(finding)]
    holders: dict[str, str] = {}
    for finding in lacking:
        label = labelled(titles, finding["entry"])
        name = f"{shown(label.holder)} {shown(label.key)}".strip() or finding["entry"]
        holders.setdefault(label.key or label.holder or finding["entry"], name)
    hows += [text("explain.change_grant", lang, holder=name, **_use(manifest)) for name in holders.values()]
    if len(holders) > 1:
        hows.append(text("explain.change_all", lang))
    return [text("explain.change", lang, how=how) for how in hows]
