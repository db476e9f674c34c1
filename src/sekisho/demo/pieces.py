"""What the page shows of a text: a little of it, with what was found marked or masked, and the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sekisho.demo.corpus import Page
from sekisho.demo.sentences import Said

__all__ = ["Piece", "Reading", "Span", "pieces_of"]

AROUND = 34
"""Characters that are shown before and behind what was found."""
LONGEST = 90
"""Of a longer piece the middle is left out."""
HEAD = 70
"""Characters that are shown of a text in which nothing was found."""

_BECAUSE: Mapping[str, Said] = {
    "verified_without_permission": Said(
        "本文の大半が登録作品です。許諾の記録なし。", "Most of it is a registered work; no licence on record."
    ),
    "possible_quotation": Said(
        "登録作品からの引用のようです。適法なことが多いので、人が確かめます。",
        "It seems to quote a registered work. Often lawful, so a person has a look.",
    ),
    "excerpt": Said(
        "登録作品と同じ文章が少しあります。人が確かめます。",
        "A little of it is from a registered work; a person has a look.",
    ),
    "to_redact": Said(
        "個人情報を伏せれば通ります(sekisho clean --redact)。",
        "Passes once the personal information is masked (sekisho clean --redact).",
    ),
    "name_in_prompt": Said(
        "登録された名前で絵を頼んでいます。名前だけで止めることはありません。",
        "It asks for a picture by a registered name. A name alone never blocks.",
    ),
    "no_known_objection": Said(
        "登録簿に一致するものなし。「許諾済み」という意味ではありません。",
        "Nothing of it is in the registry. That does not mean “licensed”.",
    ),
}

Span = tuple[int, int, str]
"""Start, end, and the kind of personal information; empty for what is registered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of characters of a text: plain, marked as registered, or masked as personal information."""

    text: str
    marked: bool = False
    masked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One text with what was found in it and what follows."""

    page: Page
    outcome: str
    reason: str
    pieces: Sequence[Piece]

    @property
    def because(self) -> Said:
        """Return the reason in a sentence."""
        return _BECAUSE.get(self.reason, Said(self.reason, self.reason))


def _short(text: str) -> str:
    half = LONGEST // 2
    return text if len(text) <= LONGEST else f"{text[:half]} … {text[-half:]}"


def pieces_of(text: str, spans: Sequence[Span]) -> list[Piece]:
    """Cut a text into what is marked, what is masked, and a little of what stands around it."""
    if not spans:
        return [Piece(text=text if len(text) <= HEAD else f"{text[:HEAD]} …")]
    pieces: list[Piece] = []
    at = 0
    for begin, end, kind in sorted(spans):
        start = max(begin, at)
        between = text[at:start]
        if len(between) > 2 * AROUND:
            between = (between[:AROUND] if at else "") + " … " + between[-AROUND:]
        pieces.append(Piece(text=between))
        masked = bool(kind)
        pieces.append(
            Piece(text=f"[{kind}]" if masked else _short(text[start:end]), marked=not masked, masked=masked)
        )
        at = max(at, end)
    rest = text[at:]
    pieces.append(Piece(text=rest if len(rest) <= AROUND else f"{rest[:AROUND]} …"))
    return [piece for piece in pieces if piece.text]
