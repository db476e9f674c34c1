from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageFilter

from sekisho.check import Lenses, check, look_at, looks_for_parts
from sekisho.demo import aonami, hoshikujira, tetsuneko
from sekisho.demo.paper import new_paper
from sekisho.errors import ConfigError
from sekisho.fingerprint import look
from sekisho.fingerprint.embedding import vector_of
from sekisho.fingerprint.local import local_of
from sekisho.media import Limits
from sekisho.model import Depth, Item, Kind, Method, Outcome, Traits, Unreadable
from sekisho.policy import shipped_policy
from tests.encoders import python_encoder
from tests.pictures import encode
from tests.world import World, print_of

POLICY = shipped_policy("opt-in")
MODEL = replace(POLICY, depth=Depth.MODEL)
ENCODER = python_encoder()


def painted(draw, size=(400, 520)):
    paper = new_paper(*size)
    draw(paper)
    return np.asarray(paper.finish())


MINE, THEIRS, NOBODYS = map(painted, (tetsuneko.host, aonami.tora, hoshikujira.owl))


def traits_of(pixels, *, local=True, vector=False):
    (working,) = look(encode(pixels, "PNG"), limits=Limits(), working=True).working
    working = working.pixels
    return Traits(
        local=local_of(working) if local else None,
        vectors=(vector_of(ENCODER, working),) if vector else (),
    )


@pytest.fixture
def world():
    made = World()
    made.mine = registered(made, made.holder, MINE)
    made.vouch(made.voucher, made.holder)
    return made


def registered(world, party, pixels, kind=Kind.WORK, **traits):
    data = encode(pixels, "PNG")
    return world.register(
        party, world.with_traits(party, print_of(data), traits_of(pixels, **traits)), kind=kind
    )


def pasted(ground, *parts):
    """Paste pictures at half their size: (pixels, x, y)."""
    made = Image.fromarray(ground)
    for pixels, x, y in parts:
        made.paste(Image.fromarray(pixels).resize((200, 260)), (x, y))
    return np.asarray(made)


def decided(world, pixels, policy=POLICY, encoders=(), **use):
    item = Item(name="a", data=pixels if isinstance(pixels, bytes) else encode(pixels))
    lenses = Lenses(encoders=tuple(encoders))
    return check(item, snapshot=world.open(), policy=policy, use=world.use(**use), lenses=lenses)


def test_a_work_pasted_into_another_picture_is_found_where_it_is(world):
    made = decided(world, pasted(NOBODYS, (MINE, 40, 100)))
    assert (made.outcome, made.reason) == (Outcome.BLOCK, "verified_without_permission")
    (finding,) = made.findings
    assert (finding.entry, finding.method) == (world.mine, Method.LOCAL)
    expected = (100, 192, 600, 692)
    found = tuple(map(int, finding.detail["region"].split(",")))
    assert max(abs(a - b) for a, b in zip(found, expected, strict=True)) < 60


def test_a_part_of_a_work_is_found_and_which_part(world):
    made = decided(world, MINE[100:300, 60:340])
    assert (made.outcome, made.findings[0].method) == (Outcome.BLOCK, Method.LOCAL)
    found = tuple(map(int, made.findings[0].detail["in_work"].split(",")))
    assert max(abs(a - b) for a, b in zip(found, (150, 192, 850, 577), strict=True)) < 60


def test_a_drawing_that_nobody_registered_passes(world):
    made = decided(world, NOBODYS)
    assert (made.outcome, made.reason, made.findings) == (Outcome.ALLOW, "no_known_objection", ())


def test_who_is_blocked_already_is_not_looked_at_deeper(world):
    both = encode(MINE, "PNG")
    assert [f.method for f in decided(world, both).findings] == [Method.SHA256]
    world.grant(world.holder, world.operator)
    assert {f.method for f in decided(world, both).findings} == {Method.SHA256, Method.LOCAL}


def test_a_licensed_picture_with_anothers_work_in_a_corner_is_blocked(world):
    world.grant(world.holder, world.operator)
    registered(world, world.rival, THEIRS)
    world.vouch(world.voucher, world.rival)
    made = decided(world, pasted(NOBODYS, (MINE, 0, 0), (THEIRS, 200, 260)))
    assert {f.permission.value for f in made.findings} == {"granted", "none"}
    assert (made.outcome, made.reason) == (Outcome.BLOCK, "verified_without_permission")


def test_a_part_of_a_self_declared_work_only_asks(world):
    registered(world, world.rival, THEIRS)
    made = decided(world, pasted(NOBODYS, (THEIRS, 40, 100)))
    assert (made.outcome, made.reason) == (Outcome.REVIEW, "declared_without_permission")


@pytest.mark.parametrize("depth", [Depth.EXACT, Depth.PDQ])
def test_a_policy_that_does_not_go_as_deep_finds_no_parts(world, depth):
    policy = replace(POLICY, depth=depth)
    assert not looks_for_parts(world.open(), policy)
    assert decided(world, pasted(NOBODYS, (MINE, 40, 100)), policy).findings == ()


def test_working_pictures_are_kept_only_where_there_is_something_to_find():
    empty = World()
    empty.register(empty.holder, print_of(encode(MINE, "PNG")))
    assert not looks_for_parts(empty.open(), POLICY)
    item = Item(name="a", data=encode(MINE))
    assert look_at(item, policy=POLICY).look.working == ()
    assert len(look_at(item, policy=POLICY, working=True).look.working) == 1


@pytest.mark.parametrize("frame", [0, 5])
def test_parts_are_looked_for_in_every_frame(world, frame):
    shown = [np.roll(NOBODYS, 9 * n, axis=0) for n in range(6)]
    shown[frame] = pasted(NOBODYS, (MINE, 40, 100))
    first, *rest = map(Image.fromarray, shown)
    film = encode(np.asarray(first), "WEBP", quality=90, save_all=True, append_images=rest)
    made = decided(world, film)
    assert [f.detail.get("frame", 0) for f in made.findings if f.method is Method.LOCAL] == [frame]


@pytest.mark.parametrize("turned", [False, True])
def test_a_work_in_a_long_strip_is_found_where_it_is(world, turned):
    strip = np.full((9000, 260, 3), 255, np.uint8)
    strip[200:460, 30:230] = np.asarray(Image.fromarray(NOBODYS).resize((200, 260)))
    strip[6300:6560, 30:230] = np.asarray(Image.fromarray(MINE).resize((200, 260)))
    upright = np.asarray(Image.fromarray(MINE).resize((200, 260)))
    if turned:
        strip = np.ascontiguousarray(strip.transpose(1, 0, 2))
        strip[30:230, 6300:6560] = 255
        strip[:, 6300:6500] = upright
    (finding,) = decided(world, encode(strip, "PNG")).findings
    assert (finding.entry, finding.method) == (world.mine, Method.LOCAL)
    expected = (700, 0, 722, 1000) if turned else (115, 700, 885, 729)
    found = tuple(map(int, finding.detail["region"].split(",")))
    assert max(abs(a - b) for a, b in zip(found, expected, strict=True)) < 40
    assert "near" not in finding.detail


def test_frames_that_show_the_same_are_looked_at_once():
    still = Image.fromarray(NOBODYS)
    moved = Image.fromarray(np.roll(NOBODYS, 9, axis=0))
    film = encode(NOBODYS, "GIF", save_all=True, append_images=[moved, still, moved], optimize=False)
    seen = look_at(Item(name="a", data=film), policy=POLICY, working=True).look
    assert [one.frame for one in seen.working] == [0, 1, 2, 3]
    pages = encode(NOBODYS, "TIFF", save_all=True, append_images=[still, moved, moved])
    seen = look_at(Item(name="a", data=pages), policy=POLICY, working=True).look
    assert [one.frame for one in seen.working] == [0, 2]


def test_an_embedding_finds_what_has_no_local_features(world):
    theirs = registered(world, world.rival, THEIRS, local=False, vector=True)
    world.vouch(world.voucher, world.rival)
    cut = THEIRS[30:490, 24:376]
    assert [f.entry for f in decided(world, cut).findings if f.method is not Method.PDQ] == []
    made = decided(world, cut, MODEL, [ENCODER])
    assert (theirs, Method.MODEL) in [(f.entry, f.method) for f in made.findings]
    assert made.outcome is not Outcome.ALLOW


@pytest.mark.parametrize(("blur", "outcome"), [(14, Outcome.BLOCK), (20, Outcome.REVIEW)])
def test_a_picture_that_shows_next_to_nothing_is_not_blocked_by_resemblance(world, blur, outcome):
    registered(world, world.rival, THEIRS, local=False, vector=True)
    world.vouch(world.voucher, world.rival)
    cut = Image.fromarray(THEIRS).crop((24, 30, 376, 490)).filter(ImageFilter.GaussianBlur(blur))
    made = decided(world, encode(np.asarray(cut), "PNG"), MODEL, [ENCODER])
    assert [f.method for f in made.findings] == [Method.MODEL]
    assert made.outcome is outcome


def test_a_policy_as_deep_as_embeddings_needs_an_encoder_where_there_are_some(world):
    assert decided(world, NOBODYS, MODEL).outcome is Outcome.ALLOW
    registered(world, world.rival, THEIRS, local=False, vector=True)
    with pytest.raises(ConfigError, match="no encoder is there") as caught:
        decided(world, NOBODYS, MODEL)
    assert "sekisho[models]" in caught.value.hint
    assert decided(world, NOBODYS, MODEL, [ENCODER]).outcome is Outcome.ALLOW
    assert decided(world, NOBODYS, POLICY).outcome is Outcome.ALLOW
    assert decided(world, b"not a picture", MODEL).reason == "unreadable"


def test_an_encoder_without_a_vector_for_a_picture_lets_nothing_pass(world):
    registered(world, world.rival, THEIRS, local=False, vector=True)
    broken = python_encoder(run=lambda batch: np.full((len(batch), 32), np.nan, np.float32))
    made = decided(world, NOBODYS, MODEL, [broken])
    assert (made.outcome, made.reason) == (Outcome.REVIEW, "unreadable")
    assert made.unreadable.reason is Unreadable.NO_EMBEDDING
