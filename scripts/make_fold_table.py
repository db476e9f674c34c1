"""Make the fold table of the package.

    python scripts/make_fold_table.py Unihan_Variants.txt Unihan_OtherMappings.txt

Writes src/sekisho/lexicon/table.bin and prints its SHA-256, which table.py has to name. Both files may be
compressed with bzip2. A new table makes all passages registered so far useless: never change it lightly.

Sources: Python's `unicodedata` (its version of Unicode is printed; the table of the package was made with
14.0) for NFKC, case folding, decompositions and categories; the Unihan database of Unicode 15.0 (UAX 38) for
kanji: `kJinmeiyoKanji` with the forms it names, `kJoyoKanji`, `kJis0`, `kSemanticVariant`, `kZVariant`. It
does not say which old forms the Joyo list (Cabinet notification 2 of 30 November 2010) puts in brackets:
they are written out here from that notification, and the shapes that JIS X 0208 and 0213 took in turn.

Unicode data files: Copyright 1991-2022 Unicode, Inc. All rights reserved. Distributed under the Unicode
License Agreement - Data Files and Software: src/sekisho/lexicon/UNICODE-LICENSE.txt.
"""

import bz2
import hashlib
import sys
import unicodedata
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SIZE = 0x30000
MAGIC = b"SKFOLD01"
SPECIAL, KIND = 1 << 31, 24
BREAK, VOICED, HALF_VOICED, MEDIAL, FINAL, SEVERAL = range(1, 7)
KANA_FIRST, KANA_LAST = 0x3040, 0x30A0
JIS_LEVEL_1 = 47
"""The last row of JIS X 0208 level 1, the kanji in common use."""
TARGET = Path(__file__).parent.parent / "src" / "sekisho" / "lexicon" / "table.bin"

MARKS = {
    0x3099: VOICED,
    0x309B: VOICED,
    0xFF9E: VOICED,
    0x309A: HALF_VOICED,
    0x309C: HALF_VOICED,
    0xFF9F: HALF_VOICED,
}
LONG_VOWEL = 0x30FC
IGNORED_LETTERS = {LONG_VOWEL, 0x0640, *range(0x02B9, 0x0300)}
"""Of category L, but marks by their use: long vowel, tatweel, spacing modifiers (a letter apostrophe)."""

JOYO_OLD = """
亜亞 悪惡 圧壓 囲圍 医醫 為爲 壱壹 隠隱 栄榮 営營 衛衞 駅驛 円圓 塩鹽 縁緣 艶艷 応應 欧歐 殴毆 桜櫻
奥奧 横橫 温溫 穏穩 仮假 価價 画畫 会會 絵繪 壊壞 懐懷 概槪 拡擴 殻殼 覚覺 学學 岳嶽 楽樂 渇渴 缶罐
巻卷 陥陷 勧勸 寛寬 関關 歓歡 観觀 顔顏 気氣 既既 帰歸 偽僞 戯戲 犠犧 旧舊 拠據 挙擧 虚虛 峡峽 挟挾
狭狹 郷鄕 暁曉 区區 駆驅 勲勳 薫薰 径徑 茎莖 恵惠 掲揭 渓溪 経經 蛍螢 軽輕 継繼 鶏鷄 芸藝 撃擊 研硏
県縣 倹儉 剣劍 険險 圏圈 検檢 献獻 権權 顕顯 験驗 厳嚴 広廣 効效 恒恆 黄黃 鉱鑛 号號 国國 黒黑 砕碎
済濟 斎齋 剤劑 雑雜 参參 桟棧 蚕蠶 惨慘 賛贊 残殘 糸絲 歯齒 児兒 辞辭 湿濕 実實 写寫 釈釋 寿壽 収收
従從 渋澁 獣獸 縦縱 粛肅 処處 緒緖 叙敍 将將 称稱 渉涉 焼燒 証證 奨奬 条條 状狀 乗乘 浄淨 剰剩 畳疊
縄繩 壌壤 嬢孃 譲讓 醸釀 触觸 嘱囑 真眞 寝寢 慎愼 尽盡 図圖 粋粹 酔醉 穂穗 随隨 髄髓 枢樞 数數 瀬瀨
声聲 斉齊 静靜 窃竊 摂攝 専專 浅淺 戦戰 践踐 銭錢 潜潛 繊纖 禅禪 双雙 壮壯 争爭 荘莊 捜搜 挿插 巣巢
曽曾 痩瘦 装裝 総總 騒騷 増增 蔵藏 臓臟 即卽 属屬 続續 堕墮 対對 体體 帯帶 滞滯 台臺 滝瀧 択擇 沢澤
担擔 単單 胆膽 団團 断斷 弾彈 遅遲 痴癡 虫蟲 昼晝 鋳鑄 庁廳 徴徵 聴聽 勅敕 鎮鎭 逓遞 鉄鐵 点點 転轉
伝傳 灯燈 当當 党黨 盗盜 稲稻 闘鬭 徳德 独獨 読讀 届屆 弐貳 悩惱 脳腦 覇霸 拝拜 廃廢 売賣 麦麥 発發
髪髮 抜拔 晩晚 蛮蠻 秘祕 浜濱 瓶甁 払拂 仏佛 併倂 並竝 塀塀 餅餠 辺邊 変變 弁辨 弁瓣 弁辯 歩步 宝寶
豊豐 褒襃 翻飜 毎每 万萬 満滿 麺麵 黙默 弥彌 訳譯 薬藥 与與 予豫 余餘 誉譽 揺搖 様樣 謡謠 来來 頼賴
乱亂 覧覽 竜龍 両兩 猟獵 緑綠 涙淚 塁壘 礼禮 励勵 戻戾 霊靈 齢齡 暦曆 歴歷 恋戀 錬鍊 炉爐 労勞 郎郞
楼樓 録錄 湾灣 喝喝 渇渴 褐褐 塚塚 慨慨 即卽 免免 節節 郷鄕 隆隆 徴徵 頬頰 剥剝 填塡 叱𠮟
"""
"""Modern form, then the old one that the Joyo list sets in brackets (several to one is right: 弁), and the
four characters of which it allows two forms."""

LINKED = """
箇个 剣劒 氷冰 決决 況况 刃刄 回囘 場塲 婿壻 宝寳 怪恠 徳悳 叙敘 学斈 映暎 夢梦 涙泪 煙烟 床牀 耕畊
略畧 畝畆 癒瘉 貌皃 鼓皷 蓋盖 蓋葢 鉱礦 稿稾 稚穉 窓窗 窓窻 窓牕 奇竒 糧粮 糾糺 線綫 綿緜 繊纎 群羣
恥耻 脈脉 唇脣 腸膓 挙舉 解觧 歌謌 質貭 踊踴 体軆 逃迯 村邨 隣鄰 鉄銕 鑑鑒 狭陜 韻韵 秋龝 秋秌 麺麪
麺麫 粘黏 往徃 博愽 留畄 留畱 歳歲 減减 教敎 告吿 査查 啓啟 姉姊 高髙 浜濵 衆眾 羨羡 強强 湿溼 浄凈
侶侣 鶏雞 画畵 崎﨑 崎嵜 胸胷 脚腳 猫貓 職軄 輩軰 罪辠 乾乹 時旹 窮竆 総緫 総縂 考攷 携攜 弐弍 壱弌
算筭 箸筯 笛篴 陰隂 類𩔖 類𩔗 寧寍 察詧 概槩 災灾 災烖 煮煑 梨棃 麻蔴 飾餙 靴鞾 鎖鎻 鎖鏁 験騐 顧頋
関闗 雑襍 遅遟 跡迹
"""
"""Modern form, then one that `kSemanticVariant` or `kZVariant` links with it and that is the same word to
every reader. Chosen by hand: most links join words that Japanese keeps apart (鍼 and 針, 譚 and 談)."""

SHAPES = """
清淸 青靑 内內 産產 彦彥 姫姬 飲飮 尚尙 冊册 閲閱 妍姸 屏屛 鷗鴎 嚙噛 繫繋 摑掴 噓嘘 搔掻 蟬蝉 醬醤
簞箪 蠟蝋 攪撹 蔣蒋 瀆涜 焰焔 軀躯 俱倶 吞呑 啞唖 囊嚢 屢屡 潑溌 穎頴 籠篭 繡繍 萊莱 醱醗 顚顛 驒騨
鶯鴬 鹼鹸 麴麹 俠侠 儘侭 壺壷 礪砺 檮梼 濤涛 藪薮 讃讚 邇迩 蠣蛎 頸頚 瑶瑤 靱靭 竈竃 諫諌 鰺鯵 攢攅
鑽鑚 賤賎 聡聰 晋晉 翠翆
"""
"""One character with two code points: shapes that JIS X 0208 and JIS X 0213 took in turn for the same place,
or that only the national standards of others keep apart. The form of the official lists first."""


def lines(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield code point, field and value of a file of Unihan."""
    raw = path.read_bytes()
    text = (bz2.decompress(raw) if path.suffix == ".bz2" else raw).decode("utf-8")
    for line in text.splitlines():
        if line.startswith("U+"):
            code, field, value = line.split("\t")
            yield int(code.removeprefix("U+"), 16), field, value


def pairs(text: str) -> Iterator[tuple[int, int]]:
    """Yield modern and old form."""
    for pair in text.split():
        new, old = map(ord, pair)
        if unicodedata.normalize("NFKC", chr(old)) != chr(new):
            yield new, old


def fields(path: Path, wanted: Sequence[str]) -> dict[str, dict[int, str]]:
    """Return some fields of a file of Unihan."""
    found: dict[str, dict[int, str]] = {field: {} for field in wanted}
    for code, field, value in lines(path):
        if field in found:
            found[field][code] = value
    return found


def links(values: Mapping[int, str]) -> set[tuple[int, int]]:
    """Return the pairs of a field of variants ("U+9039<kMatthews U+4EDF"), both ways round."""
    one_way = {
        (code, int(v.removeprefix("U+").split("<")[0], 16))
        for code, value in values.items()
        for v in value.split()
    }
    return one_way | {(b, a) for a, b in one_way}


def old_kanji(variants: Path, mappings: Path) -> dict[int, int]:
    """Return old form -> form in use, one step.

    Raises:
        ValueError: a pair would fold away a character of the official lists, or is not linked in Unihan.
    """
    official = fields(mappings, ("kJinmeiyoKanji", "kJoyoKanji", "kJis0"))
    linked = {
        name: links(value) for name, value in fields(variants, ("kZVariant", "kSemanticVariant")).items()
    }
    names = official["kJinmeiyoKanji"]
    table = {code: int(v.split("U+")[1], 16) for code, v in names.items() if ":U+" in v}
    own = set(official["kJoyoKanji"]) | {code for code in names if code not in table}
    level_1 = {code for code, row in official["kJis0"].items() if int(row[:2]) <= JIS_LEVEL_1}
    twice = {old for _, old in pairs("頬頰 剥剝 填塡 叱𠮟")}
    table |= {old: new for new, old in pairs(JOYO_OLD)}
    joined = set().union(*linked.values())
    for new, old in pairs(LINKED):
        if not any((old, form) in joined for form in (new, *(o for o, n in table.items() if n == new))):
            raise ValueError(f"{chr(old)} and {chr(new)} are not linked in Unihan")
        table.setdefault(old, new)
    table |= {old: new for new, old in pairs(SHAPES)}
    for old, new in sorted(linked["kZVariant"]):
        if new in official["kJoyoKanji"] and old not in own | level_1:
            table.setdefault(old, table.get(new, new))
    if away := (table.keys() & own) - twice:
        raise ValueError(f"in use in their own right: {''.join(map(chr, away))}")
    return table


def folded(character: str, kanji: Mapping[int, int]) -> str:
    """Return the units of one character, marks composed or gone; the same again for its own result."""
    text = character
    while True:
        parts = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
        bare = "".join(c for c in parts if unicodedata.category(c)[0] != "M" or ord(c) in (0x3099, 0x309A))
        hiragana = "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" or c in "ヽヾ" else c for c in bare)
        modern = "".join(chr(kanji.get(ord(c), ord(c))) for c in unicodedata.normalize("NFC", hiragana))
        kept = "".join(c for c in modern if is_unit(ord(c)))
        if kept == text:
            return kept
        text = kept


def is_unit(code: int) -> bool:
    """Tell whether a character survives: letters and numbers, and no marks that are called letters."""
    return unicodedata.category(chr(code))[0] in "LN" and code not in IGNORED_LETTERS


def kind_of(code: int) -> int:
    """Return the kind of a character that acts on the unit before it, or 0."""
    if code == ord("\n"):
        return BREAK
    if 0x1161 <= code <= 0x1175:  # noqa: PLR2004 - conjoining vowels
        return MEDIAL
    if 0x11A8 <= code <= 0x11C2:  # noqa: PLR2004 - conjoining finals
        return FINAL
    return MARKS.get(code, 0)


def build(kanji: Mapping[int, int]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return the table (SIZE,) and the expansions: at each offset a length and that many units."""
    table = np.zeros(SIZE, np.uint32)
    expansions: list[int] = []
    offsets: dict[str, int] = {}
    for code in range(SIZE):
        if 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 - surrogates
            continue
        if not kind_of(code) and code >= 0x20000 and code & 0xFFFF < 0xFFFE:  # noqa: PLR2004 - kept for ideographs
            units = folded(chr(code), kanji) or chr(code)
        else:
            units = folded(chr(code), kanji)
        kind = kind_of(code) or (len(units) == 1 and kind_of(ord(units)))
        if kind:
            table[code] = SPECIAL | kind << KIND | (ord(units) if units else 0)
        elif len(units) > 1:
            if units not in offsets:
                offsets[units] = len(expansions)
                expansions += [len(units), *map(ord, units)]
            table[code] = SPECIAL | SEVERAL << KIND | offsets[units]
        elif units:
            table[code] = ord(units)
    return table, np.array(expansions, np.uint32)


def voiced(mark: str) -> NDArray[np.uint32]:
    """Return what hiragana from U+3040 on become with a voicing mark; 0 if nothing."""
    composed = [unicodedata.normalize("NFC", chr(c) + mark) for c in range(KANA_FIRST, KANA_LAST)]
    return np.array([ord(c) if len(c) == 1 else 0 for c in composed], np.uint32)


def runs(table: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return lengths and offsets (value - code point mod 2^32) of stretches with one offset."""
    offset = table - np.arange(SIZE, dtype=np.uint32)
    offset[table == 0] = SPECIAL
    begin = np.flatnonzero(np.concatenate([[True], offset[1:] != offset[:-1]]))
    return np.diff(np.append(begin, SIZE)).astype(np.uint32), offset[begin]


def main(variants: str, mappings: str) -> None:
    """Write the table."""
    table, expansions = build(old_kanji(Path(variants), Path(mappings)))
    lengths, offsets = runs(table)
    parts = (lengths, offsets, expansions, voiced("\u3099"), voiced("\u309a"))
    head = np.array([len(p) for p in parts], "<u4").tobytes()
    body = zlib.compress(head + b"".join(p.astype("<u4").tobytes() for p in parts), 9)
    TARGET.write_bytes(MAGIC + body)
    digest = hashlib.sha256(TARGET.read_bytes()).hexdigest()
    sys.stdout.write(f"Unicode {unicodedata.unidata_version}, {TARGET.stat().st_size} bytes\n{digest}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
