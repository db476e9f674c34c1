"""Print the table of docs/explanation/what-matching-can-and-cannot-do.md from a measured result.

python benchmarks/copies_table.py CACHE/results/copies.json [--lang ja]
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

__all__ = ["markdown"]

NAMES: Mapping[str, tuple[str, str]] = {
    "jpeg30": ("JPEG, quality 30", "JPEG 品質30"),
    "resize": ("shrunk to 25-50 %", "25〜50 % に縮小"),
    "crop50_80": ("cut to 50-80 % of the area", "面積の50〜80 % に切り抜き"),
    "rot5_15": ("turned by 5-15 degrees", "5〜15度の回転"),
    "rot90": ("turned by 90, 180, 270 degrees", "90・180・270度の回転"),
    "hflip": ("mirrored", "左右反転"),
    "colour": ("other colours", "色調の変更"),
    "gray": ("greyscale", "白黒化"),
    "blur": ("blurred", "ぼかし"),
    "text": ("words written over it", "文字の重ね書き"),
    "emoji": ("stickers over it", "スタンプの重ね貼り"),
    "frame": ("screenshot of a post", "投稿画面のスクリーンショット"),
    "collage30_50": ("in a collage, 30-50 % of it", "コラージュの一部(30〜50 %)"),
    "perspective": ("photographed from the side", "斜めからの撮影"),
    "print": ("printed and scanned", "印刷してスキャン"),
    "newbg": ("cut out, on another background", "切り抜いて別の背景に合成"),
    "combo": ("three edits at once", "三つの加工の組合せ"),
    "crop20_35": ("cut to 20-35 % of the area", "面積の20〜35 % に切り抜き"),
    "collage10_15": ("in a collage, 10-15 % of it", "コラージュの一部(10〜15 %)"),
    "stylize": ("smoothed like a painting", "絵画風の平滑化"),
    "cartoon": ("few colours and inked edges", "減色と輪郭線"),
    "poster": ("posterised to 1-2 bits", "1〜2ビットの階調化"),
    "pencil": ("pencil sketch", "鉛筆画風"),
    "lineart": ("edges only", "線画のみ"),
    "var_expression": ("same character, another expression", "同じキャラクターの別の表情"),
    "var_drawing": ("same character, another drawing", "同じキャラクターの別の絵"),
    "sprite_pose": ("same small figure, another pose", "同じ小さな人物の別の姿勢"),
    "mean": ("**mean of the 24 edits**", "**24種の加工の平均**"),
    "unrelated": ("unrelated pictures that are taken for a copy", "無関係な画像を写しと判定した割合"),
}
COLUMNS: Mapping[str, tuple[str, str]] = {
    "local": ("`local`", "`local`"),
    "model": ("`model`", "`model`"),
    "PDQ x 8": ("PDQ, 8 orientations", "PDQ(8方向)"),
    "imagededup pHash": ("imagededup pHash", "imagededup pHash"),
    "SSCD 0.75": ("SSCD at 0.75", "SSCD(0.75)"),
    "ORB + RANSAC": ("ORB + RANSAC", "ORB + RANSAC"),
}


def markdown(shares: Mapping[str, Mapping[str, float]], language: int) -> str:
    """Return the table, per cent; what was not measured has no column.

    Args:
        shares: per cent by class and contestant.
        language: 0 English, 1 Japanese.
    """
    columns = [name for name in COLUMNS if any(name in some for some in shares.values())]
    head = ("what was done", "加工")[language]
    lines = [
        "| " + " | ".join([head, *(COLUMNS[name][language] for name in columns)]) + " |",
        "|---" * (len(columns) + 1) + "|",
    ]
    for name, called in NAMES.items():
        if name in shares:
            cells = [_cell(shares[name].get(column), small=name == "unrelated") for column in columns]
            lines.append("| " + " | ".join([called[language], *cells]) + " |")
    return "\n".join(lines)


def _cell(share: float | None, *, small: bool) -> str:
    if share is None:
        return ""
    return f"{share:.1f}" if small else f"{share:.0f}"


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description="Print the table of what is found.")
    options.add_argument("result", type=Path)
    options.add_argument("--lang", choices=("en", "ja"), default="en")
    given = options.parse_args()
    document = json.loads(given.result.read_text(encoding="utf-8"))
    print(markdown(document["raw"]["shares"], int(given.lang == "ja")))


if __name__ == "__main__":
    main()
