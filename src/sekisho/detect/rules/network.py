"""Addresses of the net: e-mail, handles with a label, IP addresses of somebody's connection."""

import ipaddress
import re
from collections.abc import Iterator

from sekisho.detect.cues import AT, COLONS, DOTS, HANDLE
from sekisho.detect.page import Candidate, Page, context
from sekisho.model import PersonalType as T

__all__ = ["network"]

_LOCAL = r"[A-Za-z0-9._%+\-]"
_EMAIL = re.compile(
    rf"(?<!{_LOCAL})[A-Za-z0-9]{_LOCAL}{{0,63}}@(?:[A-Za-z0-9][A-Za-z0-9\-]{{0,61}}\.){{1,6}}[A-Za-z"
    rf"]{{2,24}}(?![A-Za-z0-9\-])"
)
_OWNER = re.compile(
    r"(?<![A-Za-z一-龥ァ-ヶ])([一-龥々]{1,4} [一-龥々ぁ-んァ-ヶー]{1,5}|[A-Z][a-z]{1,15} "
    r"[A-Z][a-z\-]{1,15}) {0,8}<$"
)
"""The form of a mailbox with its owner (RFC 5322 3.4)."""
_OWNER_REACH = 48
_ROLE = re.compile(
    r"(?:info|support|contact|sales|office|webmaster|postmaster|hostmaster|admin|abuse|privacy|"
    r"press|help|service|inquiry|"
    r"toiawase|no-?reply|do-?not-?reply|security|recruit|jobs|hello|mail|user|username|example|foo|"
    r"bar|you|your[a-z.]{0,9})"
    r"(?=[@+.\-])",
    re.IGNORECASE,
)
_SERVICE = (
    r"(?:Twitter|twitter|ツイッター|X\(旧Twitter\)|インスタグラム|インスタ|Instagram|instagram|"
    r"LINE|TikTok|GitHub|github|Discord|"
    r"Threads|mixi|Skype|skype)"
)
_LABEL = (
    r"(?:ユーザー名|ユーザーID|ユーザID|ユーザ名|アカウント名|アカウントID|アカウント|"
    r"ハンドルネーム|ハンドル名)"
)
_HANDLE = re.compile(
    rf"(?:{_SERVICE} ?の?(?:ID|id|{_LABEL})(?:は|が)?[ :「『(@]{{0,4}}|{_SERVICE}(?:(?:は|が)[ "
    rf"「『(@]{{0,3}}| ?[:「『(@][ @]{{0,2}})|"
    rf"{_LABEL}(?:は|が|: ?| )[「『(@]{{0,2}}|垢[はも ]?[:@]{{1,2}}|(?<![A-Za-z])(?:[Uu]ser ?name|"
    rf"[Hh]andle|[Ll]ogin) ?: ?@?)([A-Za-z0-9_][A-Za-z0-9_.\-]{{2,29}})"
)
_MENTION = re.compile(r"(?<![A-Za-z0-9._%+\-@/])@[A-Za-z0-9_]{3,30}(?![A-Za-z0-9_@.])")
_SOCIAL = re.compile(
    r"Twitter|ツイッター|インスタ|Instagram|LINE|TikTok|X:|アカウント|フォロー|DM|垢|Threads|GitHub"
)
_V4 = re.compile(r"(?<![0-9A-Za-z.\-])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9A-Za-z/]|\.[0-9])")
_V6 = re.compile(r"(?<![0-9A-Za-z:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![0-9A-Za-z:])")
_IP_LABEL = re.compile(r"(?<![A-Za-z])IP|アクセス元|接続元|ホスト|ログ|投稿者|アドレス|ログイン|addr|from")
_VERSION = re.compile(
    r"(?:[Vv]er(?:sion)?\.?|バージョン|版|(?<![A-Za-z])v|リリース|[Rr]elease|[Bb]uild|更新|§|節|"
    r"第) ?$|バージョン.{0,6}$"
)
_SHORT = 6
_MIN_GROUPS = 3
_LARGE = 100
"""Without a label four small numbers are a version or a section."""
_RESERVED = ipaddress.ip_network("240.0.0.0/4")


def network(page: Page) -> Iterator[Candidate]:
    """Give e-mail addresses with their owners, handles and IP addresses."""
    for start, end, _ in page.marked(AT):
        yield from _mail(page, start, end)
        for m in _MENTION.finditer(page.text, start, end):
            if _SOCIAL.search(context(page, *m.span(), 20)[0]):
                yield Candidate(*m.span(), T.HANDLE, 80, 90, "handle-at")
    for start, end, _ in page.marked(HANDLE):
        for m in _HANDLE.finditer(page.text, start, end):
            if not m[1].isdigit() and not _plain(m[1]):
                yield Candidate(*m.span(1), T.HANDLE, 75, 90, "handle-label")
    for start, end, _ in page.marked(DOTS | COLONS):
        yield from _addresses(page, start, end)


def _mail(page: Page, start: int, end: int) -> Iterator[Candidate]:
    for m in _EMAIL.finditer(page.text, start, end):
        if not _ROLE.match(m[0]):
            yield Candidate(*m.span(), T.EMAIL, 95, 100, "email")
            owner = _OWNER.search(page.text, max(start, m.start() - _OWNER_REACH), m.start())
            if owner:
                yield Candidate(*owner.span(1), T.NAME, 85, 90, "name-mailbox")


def _plain(name: str) -> bool:
    """Tell whether what follows a service's name is an ordinary word or the service's own address."""
    word = name.isalpha() and (name.islower() or name.istitle()) and len(name) < _SHORT
    return word or name.endswith((".com", ".", "-"))


def _addresses(page: Page, start: int, end: int) -> Iterator[Candidate]:
    for pattern in (_V4, _V6):
        for m in pattern.finditer(page.text, start, end):
            before = context(page, *m.span(), 16)[0]
            if _somebodys(m[0]) and not _VERSION.search(before):
                label = _IP_LABEL.search(before)
                if label or ":" in m[0] or max(map(int, m[0].split("."))) >= _LARGE:
                    yield Candidate(
                        *m.span(), T.IP, 90, 100 if label else 45, "ip-label" if label else "ip-form"
                    )


def _somebodys(shown: str) -> bool:
    """Tell whether it is an address that one connection can have: not private, local or for documents."""
    try:
        address = ipaddress.ip_address(shown)
    except ValueError:
        return False
    if address.version == 4:  # noqa: PLR2004
        return (
            (address.is_global or address in _RESERVED)
            and not shown.startswith("255.")
            and not shown.endswith(".0")
        )
    groups = sum(1 for group in shown.split(":") if group)
    return groups >= _MIN_GROUPS and address in ipaddress.ip_network("2000::/3") and not address.is_private
