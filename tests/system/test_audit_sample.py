"""A sample: the same items however it is run, nothing else decoded, and never taken for the whole."""

import json

import pytest
from PIL import Image

from sekisho.audit.sample import number
from sekisho.cli.app import main
from sekisho.store.datasets import open_datasets
from tests.system.audit_world import EXPECTED, evidence, left_over, mixed, rows

ITEMS = 44
ASKED = 9


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sampled") / "d"
    assert mixed(folder, shards=4, each=ITEMS // 4) == ITEMS
    return folder


def sampled(world, dataset, out, **options):
    given = {"jobs": 1, "sample": ASKED} | options
    return main(world.words(dataset, out=out, **given))


def test_the_drawn_items_are_decided_as_in_the_whole(world, dataset, tmp_path, capfd):
    assert sampled(world, dataset, tmp_path / "WHOLE", sample=None) == 1
    assert sampled(world, dataset, tmp_path / "RUN", fail_on="never") == 0
    printed = capfd.readouterr()
    assert printed.err.count("SAMPLE: only 9 of 44 items were checked") == 1
    assert printed.out.count("SAMPLE: only 9 of 44 items were checked") == 1
    whole, some = rows(tmp_path / "WHOLE"), rows(tmp_path / "RUN")
    assert set(some) == set(sorted(whole, key=number)[:ASKED])
    for item, row in some.items():
        assert (row["outcome"], row["reason"], row["sha256"]) == (
            *EXPECTED[row_word(item, whole)],
            whole[item]["sha256"],
        )


def row_word(item, whole):
    """Return what is to become of an item; a row of a Parquet file has no name that says so."""
    return next(
        word for word, found in EXPECTED.items() if found == (whole[item]["outcome"], whole[item]["reason"])
    )


def test_it_is_the_same_for_every_number_of_workers(world, dataset, tmp_path):
    for jobs in (1, 3):
        sampled(world, dataset, tmp_path / str(jobs), jobs=jobs)
    assert evidence(tmp_path / "1") == evidence(tmp_path / "3")


def test_an_interrupted_sample_goes_on_with_the_same_items(world, dataset, tmp_path):
    sampled(world, dataset, tmp_path / "ONCE")
    sampled(world, dataset, tmp_path / "RUN")
    run = tmp_path / "RUN"
    for name in ("seal.json", "manifest.json", "receipt.tlog-proof", "public.json"):
        (run / name).unlink(missing_ok=True)
    lost = min((run / "commits").iterdir())
    lost.unlink()
    assert sampled(world, dataset, run, resume=True) in (0, 1)
    assert evidence(run) == evidence(tmp_path / "ONCE")
    assert left_over(run) == []


def test_another_size_is_another_run(world, dataset, tmp_path):
    sampled(world, dataset, tmp_path / "RUN")
    (tmp_path / "RUN" / "seal.json").unlink()
    assert sampled(world, dataset, tmp_path / "RUN", resume=True, sample=ASKED + 1) == 2
    assert sampled(world, dataset, tmp_path / "RUN", resume=True, sample=None) == 2


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_everything_that_is_left_says_that_it_is_a_sample(world, dataset, tmp_path, capfd, lang):
    run = tmp_path / "RUN"
    sampled(world, dataset, run, lang=lang)
    word = {"en": "SAMPLE: ", "ja": "抜き取り検査: "}[lang]
    capfd.readouterr()
    assert json.loads((run / "manifest.json").read_text())["sample"] == {
        "asked": ASKED,
        "taken": ASKED,
        "of": ITEMS,
    }
    assert json.loads((run / "report.json").read_text())["sample"]["of"] == ITEMS
    page = (run / "report.html").read_text()
    assert "This is a sample: only 9 of 44 items were checked." in page
    assert "これは抜き取り検査です。44 件のうち 9 件だけを調べました。" in page
    for path in (run, run / "receipt.tlog-proof"):
        assert main(["verify", str(path), "--lang", lang]) == 0
        assert word in capfd.readouterr().out


def test_a_sample_has_no_clean_subset(world, dataset, tmp_path, capfd):
    sampled(world, dataset, tmp_path / "RUN")
    for mode in ("copy", "hardlink", "list"):
        assert main(["clean", str(tmp_path / "RUN"), "-o", str(tmp_path / "out"), "--mode", mode]) == 2
    assert "only a sample" in capfd.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_sample_of_more_than_there_is_is_still_called_one(world, dataset, tmp_path):
    sampled(world, dataset, tmp_path / "RUN", sample=1000)
    manifest = json.loads((tmp_path / "RUN" / "manifest.json").read_text())
    assert manifest["sample"] == {"asked": 1000, "taken": ITEMS, "of": ITEMS}


def test_nothing_is_decoded_to_draw(dataset, monkeypatch):
    monkeypatch.setattr(Image, "open", lambda *_: pytest.fail("a picture was opened"))
    (opened,) = open_datasets([dataset])
    assert sum(1 for unit in opened.plan() for _ in opened.survey(unit)) == ITEMS


def test_an_empty_dataset_has_no_sample(world, tmp_path):
    (tmp_path / "d").mkdir()
    assert sampled(world, tmp_path / "d", tmp_path / "RUN") == 3
