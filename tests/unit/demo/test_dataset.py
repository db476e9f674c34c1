import io
import tarfile

import numpy as np
import pdqhash
import pyarrow.parquet as pq
import pytest
from PIL import Image

from sekisho.demo.dataset import ACT_TWO, PARQUET, TAR, TILES, write_dataset
from sekisho.demo.variants import saved
from sekisho.demo.works import WORKS, draw_works

PARTS = {"found/tora_face.jpg", f"{TAR}#000004.jpg", "found/rider_traced.gif"}
"""Cut out, pasted, traced: what a hash of the whole picture does not find."""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dataset")
    works = draw_works()
    originals = {name: saved(picture, "PNG") for name, picture in works.items()}
    return folder, works, write_dataset(folder, works, originals)


def _nearest(data, works):
    query, _ = pdqhash.compute(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))
    turns = {n: pdqhash.compute_dihedral(np.asarray(p))[0] for n, p in works.items()}
    return min((int((query != h).sum()), i, name) for name, hs in turns.items() for i, h in enumerate(hs))


def test_forty_tiles_of_every_kind():
    assert len(TILES) == len({tile.item for tile in TILES}) == 40
    counts = {o: sum(t.expected == o for t in TILES) for o in ("block", "review", "allow")}
    assert counts == {"block": 19, "review": 5, "allow": 16}
    assert TILES[-1].work == "minato"
    assert ACT_TWO.expected == "block"
    assert {t.work for t in TILES} - {""} <= {w.name for w in WORKS}


def test_every_whole_copy_is_nearest_to_its_work_and_within_the_radius(made):
    _, works, contents = made
    for tile in TILES[:-1]:
        if tile.work and tile.item not in PARTS:
            distance, turn, name = _nearest(contents[tile.item], works)
            assert name == tile.work, tile.item
            assert distance <= (20 if turn else 31), tile.item


def test_the_hash_of_a_part_is_far_from_every_work(made):
    _, works, contents = made
    for item in PARTS:
        assert _nearest(contents[item], works)[0] > 31, item


def test_strangers_and_the_new_drawing_are_near_nothing(made):
    _, works, contents = made
    for tile in TILES:
        if tile.expected == "allow" and tile.work != "reef":
            assert _nearest(contents[tile.item], works)[0] > 40, tile.item


def test_containers_hold_what_the_names_say(made):
    folder, _, contents = made
    with tarfile.open(folder / TAR) as shard:
        for tile in TILES:
            if tile.item.startswith(TAR):
                assert shard.extractfile(tile.member).read() == contents[tile.item]
    rows = pq.read_table(folder / PARQUET)["image"].to_pylist()
    numbered = [t for t in TILES if t.item.startswith(PARQUET)]
    assert len(rows) == len(numbered)
    for tile in numbered:
        assert rows[int(tile.member)]["bytes"] == contents[tile.item]


def test_the_broken_file_can_not_be_decoded(made):
    _, _, contents = made
    with pytest.raises(OSError, match="truncated"):
        Image.open(io.BytesIO(contents["found/broken_download.jpg"])).load()
