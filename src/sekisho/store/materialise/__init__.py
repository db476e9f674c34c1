"""Write the clean subset of a run: files and containers with only what was allowed."""

from sekisho.store.materialise.order import Mode, Order, Tally
from sekisho.store.materialise.run import (
    dataset_paths,
    edit_rows,
    kept_rows,
    materialise,
    new_directory,
    text_fields,
)

__all__ = [
    "Mode",
    "Order",
    "Tally",
    "dataset_paths",
    "edit_rows",
    "kept_rows",
    "materialise",
    "new_directory",
    "text_fields",
]
