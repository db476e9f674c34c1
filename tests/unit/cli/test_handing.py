import pytest

from sekisho.cli.app import main
from sekisho.cli.handing import hand_over, vouched, voucher_for
from sekisho.errors import RefusedError, UsageError
from sekisho.registry.examined import examine
from sekisho.registry.parcels import Parcel
from sekisho.signing import VOUCH
from sekisho.store.database import open_registry
from sekisho.store.home import default_registry
from sekisho.store.keys import load_signer, make_key
from sekisho.store.statements_file import read_statements
from tests.parties import passages_of, text_statements


@pytest.fixture
def registry():
    """Make a default registry with its key, and a holder."""
    main(["registry", "init"])
    make_key("aozora")
    return open_registry(str(default_registry()))


def parcel(seed):
    envelopes = text_statements(Holder(), passages_of(seed), title=str(seed))
    return Parcel(entries=(examine(envelopes[0]).noun,), envelopes=envelopes)


class Holder:
    """The holder's key on this machine, as the tests' parties are."""

    name = "aozora"

    def __init__(self):
        signer = load_signer("aozora")
        self.key, self.sign = signer.key, signer.sign


@pytest.mark.usefixtures("registry")
def test_each_parcel_brings_the_vouch_for_its_entries():
    desk, made, known = load_signer("registry"), [parcel(1), parcel(2)], parcel(3).entries
    first, second = vouched(made, known, Holder().key, desk)
    assert set(examine(first[-1]).noun.entries) == {known[0].id, made[0].entries[0].id}
    assert examine(second[-1]).noun.entries == (made[1].entries[0].id,)
    assert [examine(e).type == VOUCH for e in first] == [False, False, True]


@pytest.mark.usefixtures("registry")
def test_entries_that_are_known_are_vouched_for_even_if_nothing_is_new():
    ((only,),) = vouched([], parcel(3).entries, Holder().key, load_signer("registry"))
    assert examine(only).type == VOUCH
    assert list(vouched([], parcel(3).entries, Holder().key, None)) == []
    assert list(vouched([], (), Holder().key, load_signer("registry"))) == []


def test_parcels_are_submitted_one_after_the_other(registry):
    statements = [p.envelopes for p in (parcel(1), parcel(2))]
    verdicts, code = hand_over(iter(statements), registry=None, output=None, force=False, quota=1)
    assert [v.kept for v in verdicts] == [True, True, False, False]
    assert code == 2
    assert len(registry.texts()) == 1


def test_all_parcels_are_written_to_one_file(registry, tmp_path):
    statements = [p.envelopes for p in (parcel(1), parcel(2))]
    file = tmp_path / "s.jsonl"
    verdicts, code = hand_over(iter(statements), registry=None, output=file, force=False, quota=1)
    assert read_statements(file) == tuple(e for part in statements for e in part)
    assert (len(verdicts), code) == (4, 0)
    assert registry.counts() == {}


@pytest.mark.usefixtures("registry")
def test_a_voucher_is_another_key_than_the_holders():
    assert voucher_for("", Holder().key, None, None).key == load_signer("registry").key
    with pytest.raises(RefusedError, match="for itself"):
        voucher_for("aozora", Holder().key, None, None)
    with pytest.raises(UsageError, match="--voucher"):
        voucher_for("", Holder().key, None, default_registry())
