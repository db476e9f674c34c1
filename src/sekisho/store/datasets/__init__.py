"""Datasets on disk: planned into units, read as items, named for decisions."""

from sekisho.store.datasets.chosen import Chosen
from sekisho.store.datasets.names import ItemName, escape, item_name, sample_key, split_item, unescape
from sekisho.store.datasets.source import MAX_BYTES, MAX_ITEMS, TARGET_BYTES, Dataset, open_datasets
from sekisho.store.datasets.unit import Reading, Unit

__all__ = [
    "MAX_BYTES",
    "MAX_ITEMS",
    "TARGET_BYTES",
    "Chosen",
    "Dataset",
    "ItemName",
    "Reading",
    "Unit",
    "escape",
    "item_name",
    "open_datasets",
    "sample_key",
    "split_item",
    "unescape",
]
