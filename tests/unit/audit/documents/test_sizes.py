from dataclasses import replace
from functools import cache

import pytest

from sekisho.audit.documents.seen import Amount, Seen
from sekisho.audit.documents.sizes import modalities, text_size
from tests.documented import audited_run
from tests.membership import Desk

HOUR = 3600


@cache
def base():
    return audited_run(Desk())


def run_of(texts=None, **amounts):
    made = base()
    manifest = {**made.manifest, "totals": {**made.manifest["totals"], "texts": texts}}
    return replace(
        made, manifest=manifest, seen=Seen(modalities={n: Amount(*one) for n, one in amounts.items()})
    )


def sizes(*runs, guarded=False):
    return {one["modality"]: one for one in modalities(runs, guarded=guarded)}


def test_the_amounts_of_several_runs_are_added_up():
    made = sizes(run_of(image=(3, 30), text=(2, 20)), run_of(image=(4, 40), video=(1, 9, 2500)))
    assert made["image"] == {"modality": "image", "items": 7, "bytes": 70, "seconds": 0, "range": 0}
    assert made["text"] == {"modality": "text", "items": 2, "bytes": 20, "seconds": 0, "range": None}
    assert made["video"] == {"modality": "video", "items": 1, "bytes": 9, "seconds": 2, "range": 0}
    assert set(made) == {"image", "text", "video"}


@pytest.mark.parametrize(("items", "within"), [(1, 0), (999_999, 0), (10**6, 1), (10**9 - 1, 1), (10**9, 2)])
def test_the_range_of_pictures_is_that_of_their_number(items, within):
    assert sizes(run_of(image=(items, 1)))["image"]["range"] == within


@pytest.mark.parametrize("name", ["audio", "video"])
@pytest.mark.parametrize(("hours", "within"), [(9_999, 0), (10_000, 1), (10**6 - 1, 1), (10**6, 2)])
def test_the_range_of_films_and_sounds_is_that_of_their_hours(name, hours, within):
    assert sizes(run_of(**{name: (10**7, 1, hours * HOUR * 1000)}))[name]["range"] == within


def test_of_films_without_a_length_no_range_is_known():
    assert sizes(run_of(video=(5, 5, 0)))["video"]["range"] is None


def test_beside_listed_files_the_numbers_do_not_depend_on_how_many_there_are():
    def of(listed):
        return sizes(run_of(image=(500 - listed, 5000 - listed), unknown=(3 + listed, listed)), guarded=True)

    assert of(1)["image"] == of(7)["image"] == of(90)["image"]
    assert of(1)["image"] == {"modality": "image", "items": "<504", "bytes": None, "seconds": 0, "range": 0}
    assert of(1)["unknown"]["items"] == "<20"


def test_a_film_may_be_the_listed_one_too():
    made = sizes(run_of(video=(40, 9, 90_000), unknown=(1, 1)), guarded=True)
    assert made["video"] == {
        "modality": "video",
        "items": "<42",
        "bytes": None,
        "seconds": None,
        "range": None,
    }


def test_where_more_items_could_change_the_range_it_is_not_stated():
    assert sizes(run_of(image=(999_999, 1), unknown=(1, 1)), guarded=True)["image"]["range"] is None
    assert sizes(run_of(image=(999_999, 1), unknown=(1, 1)))["image"]["range"] == 0


def test_where_the_type_of_all_items_is_known_nothing_is_hidden():
    assert sizes(run_of(image=(5, 50)), guarded=True)["image"]["bytes"] == 50


def test_the_characters_of_all_texts_are_added_up():
    some = {"items": 2, "characters": 300}
    pictures = {"items": 0}
    assert text_size([run_of(some), run_of(some), run_of(pictures)], guarded=False) == {
        "items": 4,
        "characters": 600,
        "range": 0,
    }
    hidden = text_size([run_of(some)], guarded=True)
    assert hidden == {"items": 2, "characters": None, "range": 0}


@pytest.mark.parametrize(("unread", "within"), [(10**6, 0), (10**9, None)])
def test_no_range_is_stated_if_what_could_not_be_read_may_change_it(unread, within):
    run = run_of({"items": 2, "characters": 300}, unknown=(1, unread))
    assert text_size([run], guarded=False)["range"] == within


@pytest.mark.parametrize("texts", [None, {"items": 0, "characters": 0}])
def test_without_texts_there_is_nothing_to_say(texts):
    assert text_size([run_of(texts)], guarded=False) is None


def test_a_run_that_did_not_count_leaves_the_whole_unknown():
    assert text_size([run_of({"items": 2, "characters": 3}), run_of({"items": 1})], guarded=False) is None


@pytest.mark.parametrize(
    ("letters", "within"),
    [
        (249_999_999, 0),
        (250_000_000, None),
        (8 * 10**9 - 1, None),
        (8 * 10**9, 1),
        (25 * 10**11 - 1, 1),
        (25 * 10**11, None),
        (8 * 10**13 - 1, None),
        (8 * 10**13, 2),
        (0, None),
    ],
)
def test_the_range_of_tokens_is_stated_where_every_tokenizer_agrees(letters, within):
    texts = {"items": 1, "characters": letters}
    assert text_size([run_of(texts)], guarded=False)["range"] == within
