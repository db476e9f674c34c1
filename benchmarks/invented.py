"""Invented full names with readings, snapshots that hold them, and prompts that call them."""

import hashlib
import random
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from snapshots import HOLDER, REGISTRY, VALID_DAYS

from sekisho import codec, signing
from sekisho.lexicon.forms import name_parts
from sekisho.lexicon.romaji import romaji
from sekisho.model import Kind, Name, Print, Registrant, Root
from sekisho.snapshot import Statements, build
from sekisho.snapshot.layout import LAYOUT_VERSION

__all__ = ["VARIANTS", "invented_names", "names_snapshot", "prompt", "prompts"]

SEED = 20261122
HEADS = (
    "星:ほし 月:つき 蒼:あお 黒:くろ 白:しろ 鷹:たか 霧:きり 氷:ひ 雨:あめ 風:かぜ 朝:あさ 夜:よる 金:かね "
    "銀:ぎん 水:みず 火:ひの 石:いし 鉄:てつ 花:はな 竹:たけ 松:まつ 梅:うめ 桐:きり 榊:さかき 柊:ひいらぎ "
    "神:かみ 鬼:おに 龍:りゅう 虎:とら 鶴:つる 亀:かめ 犬:いぬ 熊:くま 鹿:しか 大:おお 小:こ 東:ひがし "
    "西:にし 南:みなみ 北:きた "
)
TAILS = (
    "野:の 川:かわ 山:やま 森:もり 原:はら 沢:さわ 島:しま 崎:さき 宮:みや 田:た 谷:たに 本:もと 村:むら "
    "井:い 浦:うら 里:さと 塚:づか 橋:はし 瀬:せ 岡:おか 堂:どう 城:じょう 峰:みね 間:ま 倉:くら 坂:さか "
    "園:ぞの 池:いけ 滝:たき 辺:べ "
)
GIVEN = (
    "光:こう 太:た 郎:ろう 子:こ 美:み 花:か 香:か 奈:な 莉:り 央:お 優:ゆう 真:ま 陽:よう 翔:しょう "
    "悠:ゆう 蓮:れん 葵:あおい 凛:りん 詩:し 音:おと 千:ち 代:よ 衣:い 紗:さ 世:せ 理:り 恵:え 之:ゆき "
    "介:すけ 助:すけ 平:へい 司:じ 斗:と 希:き 結:ゆ 乃:の 沙:さ 夜:や 月:づき 弥:や "
)
SCENES = (
    "が笑っているアニメ風の絵、夕暮れの海辺、柔らかい光、背景に古い灯台と白い鳥、広角、高精細、淡い色、縦長、透明水彩、余白、細部まで丁寧に",
    "が雨の路地を歩く後ろ姿、ネオンの反射、映画の一場面のように、低い視点、長い影、静かな表情、青い傘、縦長、ざらついた質感、深い色、粒子",
    "の全身の立ち絵、白い背景、正面、和服、細い線、落ち着いた配色、手に本を持つ、やさしい表情、余白を広く、柔らかい線、淡い影、透明感、少し俯瞰",
)


def _pairs(table: str) -> list[tuple[str, str]]:
    return [(kanji, kana) for kanji, _, kana in (pair.partition(":") for pair in table.split())]


def invented_names(count: int) -> list[Name]:
    """Return that many different full names, always the same."""
    chance = random.Random(SEED)  # noqa: S311 - the same names in every run
    heads, tails, given = _pairs(HEADS), _pairs(TAILS), _pairs(GIVEN)
    made: dict[str, Name] = {}
    while len(made) < count:
        (a, ar), (b, br) = chance.choice(heads), chance.choice(tails)
        (c, cr), (d, dr) = chance.sample(given, 2)
        (e, er) = chance.choice(given) if chance.random() < 0.3 else ("", "")  # noqa: PLR2004 - of three kanji
        text = f"{a}{b} {c}{d}{e}"
        made.setdefault(text, Name(text=text, reading=f"{ar}{br} {cr}{dr}{er}"))
    return list(made.values())


def names_snapshot(cache: Path, names: Sequence[Name]) -> Path:
    """Return a snapshot with an entry for each name; it is kept for the day."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    path = cache / "snapshots" / f"{today:%Y%m%d}-{LAYOUT_VERSION}-names-{len(names)}.sekisho"
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    root = Root(registry=REGISTRY.key, name="Benchmark registry", vouchers=frozenset())
    holder = Registrant(key=HOLDER.key, label="Benchmark Press")
    registrations = []
    for number, name in enumerate(names):
        payload = codec.encode_registration(
            holder=holder,
            kind=Kind.CHARACTER,
            title=f"Volume {number // 20}",
            on=today.date(),
            prints=(Print(sha256=hashlib.sha256(name.text.encode()).digest()),),
            names=(name,),
        )
        registrations.append(signing.sign_statement(signing.REGISTRATION, payload, HOLDER))
    statements = Statements(
        root=signing.sign_statement(signing.ROOT, codec.encode_root(root), REGISTRY),
        registrations=registrations,
    )
    ends = today + timedelta(days=VALID_DAYS)
    built = build(statements, edition=1, created=today, expires=ends, signer=REGISTRY)
    path.write_bytes(b"".join(built.chunks))
    return path


_WIDE = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリ"
    "ルレロワヲンァィゥェォャュョッー"
)
_HALF = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｧｨｩｪｫｬｭｮｯｰ"
_HEPBURN = (
    *(
        ("sy", "sh"),
        ("ty", "ch"),
        ("zy", "j"),
        ("tu", "tsu"),
        ("si", "shi"),
        ("ti", "chi"),
        ("zi", "ji"),
        ("hu", "fu"),
    ),
)
_ALIKE = str.maketrans({"a": "а", "e": "е", "o": "0", "i": "1", "c": "с", "p": "р"})


def _katakana(kana: str) -> str:
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in kana)


def _half(kana: str) -> str:
    apart = unicodedata.normalize("NFD", _katakana(kana)).replace("\u3099", "ﾞ").replace("\u309a", "ﾟ")
    return apart.translate(str.maketrans(_WIDE, _HALF))


def _kunrei(name: Name) -> list[str]:
    return [romaji(part) or "" for part in name_parts(name.reading)]


def _hepburn(name: Name) -> list[str]:
    parts = []
    for part in _kunrei(name):
        for kunrei, hepburn in _HEPBURN:
            part = part.replace(kunrei, hepburn)  # noqa: PLW2901
        parts.append(part)
    return parts


def _short(parts: Sequence[str]) -> list[str]:
    return [part.replace("ou", "o").replace("oo", "o").replace("uu", "u") for part in parts]


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


VARIANTS: dict[str, Callable[[Name], str]] = {
    "plain": lambda n: n.text.replace(" ", ""),
    "space": lambda n: n.text,
    "middle dot": lambda n: n.text.replace(" ", "・"),
    "zero width": lambda n: "\u200b".join(n.text.replace(" ", "")),
    "hiragana": lambda n: n.reading.replace(" ", ""),
    "katakana": lambda n: _katakana(n.reading.replace(" ", "")),
    "half-width": lambda n: _half(n.reading.replace(" ", "")),
    "spaced kana": lambda n: n.reading,
    "Hepburn": lambda n: " ".join(_hepburn(n)),
    "reversed": lambda n: " ".join(part.title() for part in reversed(_hepburn(n))),
    "kunrei": lambda n: " ".join(_kunrei(n)),
    "no long vowels": lambda n: " ".join(_short(_hepburn(n))),
    "full-width": lambda n: _wide(" ".join(_hepburn(n)).upper()),
    "look-alikes": lambda n: " ".join(_hepburn(n)).translate(_ALIKE),
    "kanji + kana": lambda n: n.text.split()[0] + n.reading.split()[1],
    "kana + kanji": lambda n: n.reading.split()[0] + n.text.split()[1],
}


def prompt(called: str, number: int) -> str:
    """Return a prompt that begins with a name."""
    return called + SCENES[number % len(SCENES)]


def prompts(names: Sequence[Name], count: int, variant: str) -> list[tuple[Name, str]]:
    """Return that many prompts with the names they call."""
    chosen = random.Random(SEED).sample(list(names), count)  # noqa: S311
    return [(name, prompt(VARIANTS[variant](name), number)) for number, name in enumerate(chosen)]
