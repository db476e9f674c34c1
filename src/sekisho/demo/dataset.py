"""The forty pictures that the operator has collected, and what each of them is.

Three containers, as datasets really come: loose files, a WebDataset shard and a Parquet file in the
form that Hugging Face `datasets` writes. `TILES` is in the order of the wall; nothing in it decides
anything, the audit does: `tests/system/test_demo.py` compares the two.
"""

import io
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image, ImageOps

from sekisho.demo import variants
from sekisho.demo.paper import new_paper
from sekisho.demo.strangers import STRANGERS, fog, minato_again

__all__ = ["ACT_TWO", "TILES", "Tile", "write_dataset"]

TAR, PARQUET = "crawl-000.tar", "illustrations.parquet"
_SITES = 4
"""Of which the shard says that its pictures were fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One picture of the dataset.

    Attributes:
        item: its canonical name in the run.
        work: the registered work that it shows, or "" if none.
        expected: `allow`, `review` or `block` in the first audit.
        ja, en: what was done to it, or what it is.
    """

    item: str
    work: str
    expected: str
    ja: str
    en: str

    @property
    def member(self) -> str:
        """The name of the file inside its container."""
        return self.item.rpartition("#")[2]


def _block(item: str, work: str, ja: str, en: str) -> Tile:
    return Tile(item=item, work=work, expected="block", ja=ja, en=en)


def _hold(item: str, work: str, ja: str, en: str) -> Tile:
    return Tile(item=item, work=work, expected="review", ja=ja, en=en)


def _pass(item: str, work: str, ja: str, en: str) -> Tile:
    return Tile(item=item, work=work, expected="allow", ja=ja, en=en)


_COPIES: Sequence[Tile] = (
    _block("found/minato.png", "minato", "そのままのコピー", "an exact copy"),
    _block(
        "found/wallpaper_0412.png", "star-whale", "名前だけ変えたコピー", "an exact copy under another name"
    ),
    _block(
        "found/page12_scan.jpg",
        "night-ferry-p12",
        "JPEGで保存し直し(画質35)",
        "saved again as JPEG, quality 35",
    ),
    _block(f"{TAR}#000001.jpg", "rider-zero", "半分の大きさに縮小", "shrunk to half its size"),
    _block(
        "found/tora_face.jpg",
        "captain-tora",
        "一部だけを切り出して拡大",
        "a part of it, cut out and enlarged",
    ),
    _block(f"{TAR}#000002.jpg", "last-train-case", "左右反転", "mirrored"),
    _block(f"{TAR}#000003.jpg", "lighthouse", "90度回転", "turned by 90°"),
    _block("found/fox_crop.jpg", "fox-postman", "周りを少し切り抜き", "slightly cropped"),
    _block(f"{TAR}#000004.jpg", "fireworks-inn", "別の絵に貼りつけ", "pasted into another picture"),
    _block(f"{TAR}#000005.jpg", "bear-baker", "転載サイトのロゴ入り", "with a site's logo on it"),
    _block("found/iron_cat_grey.jpg", "iron-cat", "白黒に変換", "turned to grey"),
    _block("found/train.webp", "slow-train", "WebPに変換", "converted to WebP"),
    _block("found/balloons_print.jpg", "balloons", "印刷用CMYKに変換", "converted to CMYK for print"),
    _block(f"{PARQUET}#0", "full-speed-p3", "16色に減色したPNG", "reduced to 16 colours, PNG"),
    _block("found/rider_traced.gif", "rider-zero", "なぞって色を塗り替え", "traced and coloured anew"),
    _block(f"{PARQUET}#1", "observatory", "縮小してから拡大", "shrunk, then blown up again"),
    _block(f"{PARQUET}#2", "paper-fleet", "画質20のWebP", "WebP of quality 20"),
)
ACT_TWO = _COPIES[-1]
"""The tile that turns to passed when its publisher gives a grant, and back when it is revoked."""

_LICENSED: Sequence[Tile] = (
    _pass("licensed/reef.png", "reef", "許諾を受けた作品", "a licensed work"),
    _pass(
        f"{PARQUET}#3",
        "reef",
        "許諾を受けた作品(ファイルは一般に学習を拒否)",
        "a licensed work whose file refuses training to everybody else",
    ),
)
_HELD: Sequence[Tile] = (
    _hold(f"{TAR}#000006.jpg", "tin-roofs", "自己申告の登録作品のコピー", "a copy of a self-declared work"),
    _hold(
        "found/garden_robot.png", "gardener", "二社が権利を主張する作品", "a work that two publishers claim"
    ),
    _hold(f"{PARQUET}#4", "gardener", "同じ作品の縮小版", "the same work, shrunk"),
    _hold(f"{PARQUET}#5", "", "ほとんど何も写っていない絵", "a picture of next to nothing"),
    _hold("found/broken_download.jpg", "", "途中で切れたファイル", "a file that was cut off"),
)
_AGAIN = _pass(
    "found/fanart_minato.png", "minato", "同じ人物の描き下ろし", "a new drawing of the same character"
)


def _stranger_tiles() -> Sequence[Tile]:
    ja, en = "登録のない絵", "a drawing that nobody registered"
    names = [name for name, _, _ in STRANGERS]
    spoken = [
        _block(
            f"own/{names[0]}.jpg",
            "",
            "登録はないが、ファイル自身が学習を拒否",
            "nobody registered it, but the file itself refuses training",
        ),
        _block(
            f"own/{names[1]}.jpg",
            "",
            "許可と拒否の表示が食い違うもの",
            "one label allows, another one refuses",
        ),
    ]
    loose = [*spoken, *(_pass(f"own/{name}.jpg", "", ja, en) for name in names[2:5])]
    shard = [_pass(f"{TAR}#{7 + i:06}.jpg", "", ja, en) for i in range(5)]
    rows = [_pass(f"{PARQUET}#{6 + i}", "", ja, en) for i in range(5)]
    return [*loose, *shard, *rows]


_STRANGERS = _stranger_tiles()
TILES: Sequence[Tile] = (*_COPIES, *_LICENSED, *_HELD, *_STRANGERS, _AGAIN)


def _scaled(picture: Image.Image, factor: float) -> Image.Image:
    size = (round(picture.width * factor), round(picture.height * factor))
    return picture.resize(size, Image.Resampling.LANCZOS)


def _copies(works: Mapping[str, Image.Image], original: Mapping[str, bytes]) -> Sequence[bytes]:
    """Return the seventeen copies, in the order of `_COPIES`."""
    small = _scaled(works["observatory"], 0.4)
    turned = works["lighthouse"].transpose(Image.Transpose.ROTATE_90)
    return (
        original["minato"],
        original["star-whale"],
        variants.saved(works["night-ferry-p12"], quality=35),
        variants.saved(_scaled(works["rider-zero"], 0.5), quality=80),
        variants.saved(variants.cut_out(works["captain-tora"], (0.2, 0.1, 0.8, 0.6)), quality=85),
        variants.saved(ImageOps.mirror(works["last-train-case"])),
        variants.saved(turned),
        variants.saved(variants.cropped(works["fox-postman"], 0.03)),
        variants.saved(variants.pasted(_stranger(6), works["fireworks-inn"]), quality=85),
        variants.saved(variants.signed_by_site(works["bear-baker"], "tensai-site.example")),
        variants.saved(variants.greyed(works["iron-cat"])),
        variants.saved(works["slow-train"], "WEBP", 80),
        variants.saved(works["balloons"].convert("CMYK")),
        variants.saved(works["full-speed-p3"].quantize(16), "PNG"),
        variants.saved(variants.traced(works["rider-zero"]).quantize(64), "GIF"),
        variants.saved(small.resize(works["observatory"].size), quality=85),
        variants.saved(works["paper-fleet"], "WEBP", 20),
    )


def _held(works: Mapping[str, Image.Image], original: Mapping[str, bytes]) -> Sequence[bytes]:
    blank = new_paper(400, 520)
    fog(blank)
    cut = variants.saved(works["fireworks-inn"])
    return (
        variants.saved(works["tin-roofs"], quality=60),
        original["gardener"],
        variants.saved(_scaled(works["gardener"], 0.7), quality=80),
        variants.saved(blank.finish()),
        cut[: len(cut) // 3],
    )


def _stranger(number: int) -> Image.Image:
    """Draw one of the pictures that nobody registered."""
    _, draw, size = STRANGERS[number]
    paper = new_paper(*size)
    draw(paper)
    return paper.finish()


def _strangers() -> Sequence[bytes]:
    says = {0: variants.REFUSED, 1: variants.CONFLICTING}
    return [variants.saved(_stranger(n), says=says.get(n, "")) for n in range(len(STRANGERS))]


def _contents(works: Mapping[str, Image.Image], original: Mapping[str, bytes]) -> Mapping[str, bytes]:
    again = new_paper(400, 520)
    minato_again(again)
    data = (
        *_copies(works, original),
        original["reef"],
        # The grant of its confirmed holder goes before what the file says to everybody.
        variants.saved(_scaled(works["reef"], 0.6), quality=85, says=variants.REFUSED),
        *_held(works, original),
        *_strangers(),
        variants.saved(again.finish(), "PNG"),
    )
    return {tile.item: bytes_ for tile, bytes_ in zip(TILES, data, strict=True)}


def _write_shard(path: Path, members: Sequence[tuple[str, bytes]]) -> None:
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as shard:
        for name, data in members:
            key = name.partition(".")[0]
            place = f"https://pictures{int(key) % _SITES}.example/{name}".encode()
            for member, content in ((name, data), (f"{key}.cls", b"0"), (f"{key}.url", place)):
                entry = tarfile.TarInfo(member)
                entry.size = len(content)
                shard.addfile(entry, io.BytesIO(content))


def _write_table(path: Path, rows: Sequence[tuple[str, bytes]]) -> None:
    images = [{"bytes": data, "path": f"{number}.img"} for number, data in rows]
    kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    table = pa.table({"image": pa.array(images, kind), "label": [0] * len(rows)})
    pq.write_table(table, path)


def write_dataset(
    folder: Path, works: Mapping[str, Image.Image], original: Mapping[str, bytes]
) -> Mapping[str, bytes]:
    """Write the operator's dataset and return each item's bytes.

    Args:
        folder: made if it is not there.
        works: the drawn works by name.
        original: the PNG files of the works, for exact copies.
    """
    contents = _contents(works, original)
    folder.mkdir(parents=True, exist_ok=True)
    inside: dict[str, list[tuple[str, bytes]]] = {TAR: [], PARQUET: []}
    for tile in TILES:
        container, _, member = tile.item.rpartition("#")
        if container:
            inside[container].append((member, contents[tile.item]))
        else:
            path = folder / tile.item
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(contents[tile.item])
    _write_shard(folder / TAR, inside[TAR])
    _write_table(folder / PARQUET, sorted(inside[PARQUET], key=lambda row: int(row[0])))
    return contents
