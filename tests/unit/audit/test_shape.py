import pytest

from sekisho.audit.shape import Label, checked_manifest, labelled
from sekisho.errors import InputError
from tests.run_fixture import manifest, rows


def test_a_manifest_of_the_contract_is_accepted():
    document = manifest(rows(30))
    assert checked_manifest(document) is document


@pytest.mark.parametrize("field", ["snapshot", "policy", "totals", "units", "root", "use", "stages"])
def test_a_missing_field_is_named(field):
    document = manifest(rows(30))
    del document[field]
    with pytest.raises(InputError, match=field):
        checked_manifest(document)


def test_a_unit_can_not_lead_out_of_the_run():
    document = manifest(rows(30), ["../../etc"])
    with pytest.raises(InputError, match="units"):
        checked_manifest(document)


def test_what_is_no_object_is_refused():
    with pytest.raises(InputError):
        checked_manifest([1])


def test_a_plain_tuple_is_a_label_too():
    assert labelled(lambda _: ("T", "H", "verified"), "e") == Label(title="T", holder="H", trust="verified")
