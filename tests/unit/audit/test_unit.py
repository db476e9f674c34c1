from typing import TYPE_CHECKING, get_type_hints

import sekisho.audit.unit as offered
from sekisho.store.datasets import Dataset, Reading, Unit

if TYPE_CHECKING:
    SOURCE: type[offered.Source[Unit]] = Dataset
    UNIT: type[offered.Unit] = Unit
    READING: type[offered.Reading] = Reading


def promised(protocol):
    return {name for name in vars(protocol) if not name.startswith("_")}


def test_the_store_offers_what_the_audit_needs():
    fields = set(get_type_hints(Unit)) | set(dir(Unit))
    assert promised(offered.Unit) <= fields
    assert promised(offered.Source) <= set(get_type_hints(Dataset)) | set(dir(Dataset))
    assert promised(offered.Reading) <= {"skipped"}
    assert Reading(lambda: iter(())).skipped == 0
