"""Persons are held for two people to look at, and of a listed file nothing is kept. All is drawn."""

import hashlib
import tracemalloc
from dataclasses import fields, replace

import numpy as np
import pytest
from PIL import Image

from sekisho.check import Looked, Unread, check, decide_many, glance_at, look_at
from sekisho.check.protected import listed_decision, listed_items, persons_in
from sekisho.errors import RefusedError
from sekisho.media import Limits
from sekisho.model import Depth, Item, Kind, Method, Outcome, Permission, Print, TextForm, TextSource, Trust
from sekisho.policy import SHIPPED, shipped_policy
from tests.films import film, frames_of
from tests.pictures import encode, picture
from tests.world import World, drawn

POLICY = shipped_policy("opt-in")
PERSON, LISTED, WORK, DECLARED = 31, 32, 33, 34
RECORD = b'{"prompt": "a record that is listed"}'


@pytest.fixture(scope="module")
def world():
    made = World()
    made.register(made.holder, drawn(WORK))
    made.vouch(made.voucher, made.holder)
    made.register(made.rival, drawn(DECLARED))
    made.persons.append(drawn(PERSON))
    made.listed += [drawn(LISTED), Print(sha256=hashlib.sha256(RECORD).digest())]
    return made


def copy(seed):
    """Return another file that shows the same drawing."""
    return encode(picture(seed, 96, 96), quality=90)


def turned(seed):
    return encode(np.rot90(picture(seed, 96, 96)).copy(), quality=90)


def animation(*seeds):
    first, *rest = (Image.fromarray(picture(seed, 96, 96)) for seed in seeds)
    return encode(np.asarray(first), "WEBP", lossless=True, save_all=True, append_images=rest, duration=200)


def a_film(*seeds):
    return film(frames_of(seeds))


PERSONS = {
    "same file": drawn(PERSON),
    "copy": copy(PERSON),
    "turned": turned(PERSON),
    "mirrored": encode(picture(PERSON, 96, 96)[:, ::-1].copy()),
    "animation": animation(7, 8, PERSON),
    "film": a_film(7, 8, PERSON),
}


@pytest.mark.parametrize("policy", SHIPPED)
@pytest.mark.parametrize("name", PERSONS)
def test_a_person_is_on_hold_under_every_policy_and_nothing_is_said_of_why(world, name, policy):
    made = world.check(PERSONS[name], policy)
    assert (made.outcome, made.reason) == (Outcome.REVIEW, "protected_person")
    (finding,) = made.findings
    assert finding.kind is Kind.LIKENESS
    assert finding.method is Method.PROTECTED
    assert (finding.entry, finding.distance, finding.threshold, finding.grant) == ("", 0, 0, None)
    assert (finding.permission, finding.trust, finding.detail) == (Permission.NONE, Trust.DECLARED, {})


def test_two_copies_of_a_person_are_told_apart_by_nothing(world):
    findings = {name: world.check(data).findings for name, data in PERSONS.items()}
    assert len(set(map(repr, findings.values()))) == 1


def test_others_pass(world):
    assert world.check(drawn(9)).reason == "no_known_objection"


@pytest.mark.parametrize(
    ("also", "outcome", "reason", "kinds"),
    [
        (WORK, Outcome.BLOCK, "verified_without_permission", [Kind.WORK, Kind.LIKENESS]),
        (DECLARED, Outcome.REVIEW, "protected_person", [Kind.LIKENESS, Kind.WORK]),
    ],
)
def test_what_also_shows_a_work_keeps_that_finding_and_the_graver_one_decides(
    world, also, outcome, reason, kinds
):
    made = world.check(animation(7, PERSON, also))
    assert (made.outcome, made.reason) == (outcome, reason)
    assert [finding.kind for finding in made.findings] == kinds


def test_a_licence_for_the_work_does_not_let_the_person_pass(world):
    licensed = replace(world, grants=[*world.grants])
    licensed.grant(world.holder, world.operator)
    assert licensed.check(drawn(WORK)).outcome is Outcome.ALLOW
    both = licensed.check(animation(7, PERSON, WORK))
    assert (both.outcome, both.reason) == (Outcome.REVIEW, "protected_person")


LISTED_ITEMS = {
    "same file": drawn(LISTED),
    "copy": copy(LISTED),
    "turned": turned(LISTED),
    "animation": animation(7, LISTED, WORK),
    "film": a_film(7, LISTED, 8),
}


@pytest.mark.parametrize("policy", SHIPPED)
@pytest.mark.parametrize("name", LISTED_ITEMS)
def test_of_a_listed_item_nothing_is_left_but_its_name(world, name, policy):
    made = world.check(LISTED_ITEMS[name], policy)
    assert (made.item, made.outcome, made.reason) == ("item.png", Outcome.BLOCK, "listed")
    stated = {"item", "outcome", "reason", "snapshot", "policy"}
    rest = {f.name: getattr(made, f.name) for f in fields(made) if f.name not in stated}
    assert not any(rest.values()), rest


def test_a_listed_record_is_found_before_it_is_read(world):
    item = Item(name="0", data=RECORD, text=TextSource(form=TextForm.JSON))
    snapshot = world.open()
    policy = replace(POLICY, text=replace(POLICY.text, personal=None))
    unread = glance_at(item, policy=policy)
    assert isinstance(unread, Unread)
    (made,) = decide_many([unread], snapshot=snapshot, policy=policy, use=world.use())
    assert (made.reason, made.bytes, made.fingerprint) == ("listed", 0, None)
    assert check(item, snapshot=snapshot, policy=policy, use=world.use()) == made


def test_listed_bytes_are_compared_before_anything_is_decoded():
    world = World()
    torn, bomb = drawn(LISTED)[:500], encode(np.zeros((60, 60), np.uint8), "PNG")
    world.listed += [Print(sha256=hashlib.sha256(data).digest()) for data in (torn, bomb)]
    small = replace(Limits(), max_pixels=100)
    snapshot = world.open()
    for data in (torn, bomb):
        item = Item(name="a", data=data)
        bare = look_at(item, policy=POLICY, limits=small)
        seen = look_at(item, policy=POLICY, limits=small, protected=snapshot.protected)
        assert (bare.look.problem is None, seen.listed) == (False, True)


def test_the_decoded_picture_is_gone_when_it_is_known_to_be_listed():
    world = World()
    large = picture(LISTED, 1500, 1500)
    world.listed.append(encode(large, "PNG"))
    item = Item(name="a", data=encode(large, quality=90))
    protected = world.open().protected
    tracemalloc.start()
    seen = look_at(item, policy=POLICY, protected=protected, working=True)
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seen.listed
    assert held < large.nbytes // 20 < large.nbytes < peak


def test_a_listed_item_says_no_more_than_that_before_it_is_decided(world):
    seen = look_at(Item(name="a", data=copy(LISTED)), policy=POLICY, protected=world.open().protected)
    assert seen == Looked(name="a", bytes=0, look=None, problem=None, listed=True)


def test_a_batch_decides_as_each_alone(world):
    snapshot, use = world.open(), world.use()
    data = [drawn(LISTED), drawn(9), copy(PERSON), drawn(WORK), copy(LISTED), b"nothing"]
    items = [Item(name=str(number), data=one) for number, one in enumerate(data)]
    alone = [check(item, snapshot=snapshot, policy=POLICY, use=use) for item in items]
    looked = [look_at(item, policy=POLICY) for item in items]
    assert decide_many(looked, snapshot=snapshot, policy=POLICY, use=use) == alone


def test_what_was_listed_before_stays_so_without_any_section():
    plain = World()
    item = Looked(name="a", bytes=0, look=None, problem=None, listed=True)
    (made,) = decide_many([item], snapshot=plain.open(), policy=POLICY, use=plain.use())
    assert made == listed_decision("a", plain.open(), POLICY)


def test_without_a_section_nobody_is_looked_for():
    plain = World()
    looks = [look_at(Item(name="a", data=drawn(PERSON)), policy=POLICY)]
    assert persons_in(looks, plain.open(), POLICY) == [False]
    assert listed_items(looks, plain.open(), POLICY) == [False]


def test_only_bytes_are_compared_at_depth_exact(world):
    exact = replace(POLICY, depth=Depth.EXACT)
    assert world.check(drawn(LISTED), exact).reason == "listed"
    assert world.check(copy(LISTED), exact).reason == "no_known_objection"


def test_a_section_of_another_edition_is_refused(world):
    other = World(edition=9)
    other.persons.append(drawn(PERSON))
    section = world.open().protected
    with pytest.raises(RefusedError, match="another snapshot") as refused:
        other.open().with_protected(section)
    assert "together" in refused.value.hint


def test_a_section_stays_good_beside_the_deltas_of_its_edition():
    plain = World()
    base = plain.open()
    plain.persons.append(drawn(PERSON))
    section = plain.section(base)
    plain.register(plain.holder, drawn(50))
    later = plain.advance(base)
    assert plain.protect(later, section).protected.head.snapshot == base.digest
    assert plain.advance(plain.protect(base, section), plain.publish(before=base)).protected is None
