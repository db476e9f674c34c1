"""What docs/how-to/bring-your-own-encoder.md shows can be read, and its numbers are those of the code."""

import re

import pytest

from sekisho.codec.encoder import read_encoder
from sekisho.demo.background import DRAWINGS
from sekisho.match import similar
from sekisho.model.encoder import EncoderKind, Metric, Placing
from sekisho.store.models import SHIPPED
from tests.docs.documents import ROOT

PAGES = {
    name: (ROOT / "docs" / "how-to" / name).read_text(encoding="utf-8")
    for name in ("bring-your-own-encoder.md", "bring-your-own-encoder.ja.md")
}


def blocks(name, start):
    found = re.findall(r"```toml\n(.*?)```", PAGES[name], re.DOTALL)
    return [block for block in found if block.startswith(start)]


@pytest.mark.parametrize("name", PAGES)
def test_the_descriptions_that_are_shown_can_be_read(name):
    copies, characters = blocks(name, "id = ")
    (calibration,) = blocks(name, "[calibration]")
    assert read_encoder(copies + calibration, name).calibration is not None
    shown = read_encoder(characters, name)
    assert (shown.kind, shown.metric) == (EncoderKind.CHARACTER, Metric.ONNX)


def test_both_languages_show_the_same():
    first, second = (
        [line.partition("#")[0].rstrip() for block in blocks(name, "") for line in block.splitlines()]
        for name in PAGES
    )
    assert first == second


@pytest.mark.parametrize("name", PAGES)
def test_the_numbers_are_those_of_the_code(name):
    text = PAGES[name]
    assert all(f'"{placing.value}"' in text for placing in Placing)
    assert all(f"`{shipped}`" in text for shipped in SHIPPED)
    assert re.search(rf"(?<!\d){DRAWINGS} (?:background|枚)", text)
    assert f"{similar.REGISTRY:,} " in text
    assert similar.REVIEWS == 10
    assert similar.TOP_BACKGROUND == 10
