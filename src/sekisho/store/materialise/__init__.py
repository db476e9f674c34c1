"""Write the clean subset of a run: files, tars and Parquet with only what was allowed."""

from sekisho.store.materialise.order import Mode, Order, Tally
from sekisho.store.materialise.run import dataset_paths, kept_rows, materialise, new_directory

__all__ = ["Mode", "Order", "Tally", "dataset_paths", "kept_rows", "materialise", "new_directory"]
