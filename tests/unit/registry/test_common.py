from dataclasses import replace

import pytest

from sekisho.fingerprint.local import features_of, local_of
from sekisho.model import Traits
from sekisho.registry import common as common_module
from sekisho.registry.common import SAME, common_content, met
from sekisho.registry.examined import examine
from sekisho.registry.submit import submit
from tests.parties import (
    DAY,
    Party,
    a_print,
    common,
    registration,
    revocation,
    traits_of,
    traits_print,
    traits_statements,
    vouch,
)
from tests.pictures import picture
from tests.shelf import MemoryRegistry

REGISTRY, DESK, AOZORA, MALLORY = (Party(name=n) for n in ("registry", "desk", "aozora", "mallory"))


@pytest.fixture
def registry():
    """Make a registry on whose list picture 1 is."""
    made = MemoryRegistry.of(REGISTRY, DESK)
    made.take(common(DESK, a_print(1)))
    return made


def take(registry, *envelopes):
    return submit(envelopes, registry.batch, today=DAY)


def turned(number, bits):
    made = a_print(number)
    pdq = int.from_bytes(made.pdq) ^ ((1 << bits) - 1)
    return replace(made, pdq=pdq.to_bytes(32), sha256=bytes(32))


@pytest.mark.parametrize("p", [a_print(1), replace(a_print(2), sha256=a_print(1).sha256), turned(1, SAME)])
def test_a_picture_of_the_list_is_refused(registry, p):
    (verdict,) = take(registry, registration(AOZORA, prints=(a_print(9), replace(p, at="3/12"))))
    assert not verdict.kept
    assert "picture 3/12 is common content" in verdict.reason
    assert "'a sign'" in verdict.reason


def test_what_is_only_near_is_kept_and_its_holder_told(registry):
    (verdict,) = take(registry, registration(AOZORA, prints=(turned(1, SAME + 1),)))
    assert verdict.kept
    (one,) = verdict.common
    assert (one.title, one.inliers) == ("a sign", 0)
    (far,) = take(registry, registration(AOZORA, prints=(turned(1, 32),)))
    assert (far.kept, far.common) == (True, ())


def test_only_a_voucher_of_the_registry_says_what_is_common(registry):
    verdicts = take(registry, common(MALLORY, a_print(2)), common(DESK, a_print(3), signer=MALLORY))
    assert [v.kept for v in verdicts] == [False, False]
    assert "is no voucher" in verdicts[0].reason
    assert len(common_content(registry, DAY)) == 1


def test_what_is_taken_off_the_list_can_be_registered(registry):
    (one,) = common_content(registry, DAY)
    (refused,) = take(registry, revocation(MALLORY, one.id))
    assert not refused.kept
    assert take(registry, revocation(DESK, one.id))[0].kept
    assert common_content(registry, DAY) == ()
    assert take(registry, registration(AOZORA, 1))[0].kept


def test_a_list_that_arrives_with_a_batch_counts_for_it(registry):
    entry, listed, vouched = take(
        registry, registration(AOZORA, 2), common(DESK, a_print(2)), vouch(DESK, AOZORA)
    )
    assert (entry.kept, listed.kept, vouched.kept) == (False, True, True)


def local(seed, part=slice(None)):
    return Traits(local=local_of(picture(seed, 360, 300)[part, part].copy()))


def test_a_part_of_common_content_is_found_by_local_features(registry):
    take(registry, common(DESK, traits_print(7, local(7)), "a poster"))
    (verdict, *_) = take(registry, *traits_statements(AOZORA, local(7, slice(30, 270)), first=20))
    assert verdict.kept
    (one,) = verdict.common
    assert (one.title, one.inliers >= 12) == ("a poster", True)
    (other, *_) = take(registry, *traits_statements(AOZORA, local(8), first=30))
    assert (other.kept, other.common) == (True, ())


def test_a_batch_compares_no_more_pairs_than_it_may(registry, monkeypatch):
    take(registry, common(DESK, traits_print(7, traits_of(7)), "a poster"))
    pairs = []
    monkeypatch.setattr(common_module, "met", lambda *both: pairs.append(both) or 0)
    commons = common_module.Commons(shelf=registry, today=DAY, _left=1)
    entry, *traits = map(examine, traits_statements(AOZORA, traits_of(1), traits_of(2), first=40))
    commons.arriving.update({t.id: t for t in traits})
    commons.check(entry)
    assert len(pairs) == 1


def test_pictures_without_anything_in_common_do_not_meet():
    one, other = (features_of(local(n).local) for n in (3, 4))
    assert met(one, one) > 50
    assert met(one, other) < 12
