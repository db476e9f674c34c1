import pytest

from sekisho.model import Finding, Kind, Method, Outcome, Permission, Trust
from sekisho.policy import TextMatch, blocks, decide, find, shipped_policy
from sekisho.policy.places import is_part, same_place
from tests.parties import a_print
from tests.world import World

OPT_IN, STRICT = shipped_policy("opt-in"), shipped_policy("strict")
WHOLE, LEFT, RIGHT, CORNER = "0,0,1000,1000", "0,0,500,1000", "500,0,1000,1000", "0,0,250,300"


@pytest.fixture
def world():
    made = World()
    made.mine = made.register(made.holder, a_print(1))
    made.theirs = made.register(made.rival, a_print(2), kind=Kind.CHARACTER)
    return made


def finding(method, **detail):
    return Finding(
        kind=Kind.WORK,
        method=Method(method),
        entry="e-" + "0" * 32,
        trust=Trust.VERIFIED,
        distance=0,
        threshold=0,
        permission=Permission.NONE,
        detail=detail,
    )


def judged(world, *matches, policy=OPT_IN):
    """Return outcome and reason for (entry, method, detail) matches."""
    snapshot = world.open()
    made = [TextMatch(snapshot.entry_number(e), Method(method), detail) for e, method, detail in matches]
    findings = find(made, snapshot, policy, world.use())
    rule = decide(findings, policy, readable=True, detailed=True).rule
    assert blocks(findings, policy) is (rule.outcome is Outcome.BLOCK)
    return rule.outcome, rule.reason


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (finding("sha256"), False),
        (finding("pdq"), False),
        (finding("pdq", at=3), True),
        (finding("local", region=WHOLE), False),
        (finding("local", region="20,10,990,1000"), False),
        (finding("local", region=LEFT), True),
        (finding("model"), False),
        (finding("model", region=CORNER), True),
        (finding("frames", of_item=90), False),
        (finding("frames", of_item=89), True),
        (finding("passages", grade="copy"), False),
        (finding("passages", grade="excerpt"), True),
        (finding("line"), True),
        (finding("name"), True),
    ],
)
def test_what_is_only_a_part_of_an_item(found, expected):
    assert is_part(found) is expected


@pytest.mark.parametrize(
    ("given", "refused", "expected"),
    [
        (finding("pdq"), finding("local", region=CORNER), True),
        (finding("local", region=CORNER), finding("pdq"), False),
        (finding("local", region=LEFT), finding("local", region=CORNER), True),
        (finding("local", region=LEFT), finding("local", region=RIGHT), False),
        (finding("local", region=LEFT), finding("local", region="300,0,700,1000"), False),
        (finding("frames", of_item=95), finding("frames", of_item=5), True),
        (finding("frames", of_item=50), finding("frames", of_item=5), False),
        (finding("pdq"), finding("passages", grade="copy", field="", spans="0-9"), False),
        (
            finding("passages", grade="copy", field="", spans="0-99"),
            finding("passages", grade="copy", field="", spans="10-50"),
            True,
        ),
        (
            finding("passages", grade="copy", field="/a", spans="0-99"),
            finding("passages", grade="copy", field="/b", spans="10-50"),
            False,
        ),
    ],
)
def test_who_claims_the_same(given, refused, expected):
    assert same_place(given, refused) is expected


@pytest.mark.parametrize(
    ("method", "detail", "reason"),
    [
        ("local", {"region": CORNER}, "possible_part"),
        ("model", {"region": WHOLE}, "similar"),
        ("frames", {"of_item": 10}, "film_clip"),
    ],
)
def test_what_is_sure_blocks_and_what_is_not_asks(world, method, detail, reason):
    surely, hardly = detail | {"band": "block"}, detail | {"band": "review"}
    assert judged(world, (world.mine, method, surely)) == (Outcome.REVIEW, "declared_without_permission")
    assert judged(world, (world.mine, method, hardly)) == (Outcome.REVIEW, reason)
    world.vouch(world.voucher, world.holder)
    assert judged(world, (world.mine, method, surely)) == (Outcome.BLOCK, "verified_without_permission")
    assert judged(world, (world.mine, method, hardly)) == (Outcome.REVIEW, reason)


def test_a_licence_clears_a_part_and_not_the_rest_of_a_collage(world):
    world.vouch(world.voucher, world.holder)
    world.vouch(world.voucher, world.rival)
    world.grant(world.holder, world.operator)
    mine = (world.mine, "local", {"band": "block", "region": LEFT})
    theirs = (world.theirs, "local", {"band": "block", "region": RIGHT})
    assert judged(world, mine) == (Outcome.ALLOW, "granted_part")
    assert judged(world, mine, policy=STRICT) == (Outcome.REVIEW, "no_positive_permission")
    assert judged(world, mine, theirs) == (Outcome.BLOCK, "verified_without_permission")
    whole = (world.mine, "pdq", {})
    assert judged(world, whole) == (Outcome.ALLOW, "granted_all")
    assert judged(world, whole, theirs) == (Outcome.REVIEW, "rival_claims")


def test_a_character_seen_in_anothers_registered_drawing_is_a_conflict(world):
    world.vouch(world.voucher, world.rival)
    seen = (world.theirs, "model", {"band": "block", "region": WHOLE})
    own = (world.mine, "pdq", {})
    assert judged(world, seen) == (Outcome.BLOCK, "verified_without_permission")
    assert judged(world, seen, own)[0] is Outcome.REVIEW
    world.grant(world.holder, world.operator)
    assert judged(world, seen, own) == (Outcome.REVIEW, "rival_claims")


@pytest.mark.parametrize("method", ["sha256", "pdq", "local"])
def test_a_copy_of_a_character_sheet_stays_blocked_whatever_a_copier_registers(world, method):
    world.vouch(world.voucher, world.rival)
    copied = (world.theirs, method, {"band": "block", "region": WHOLE} if method == "local" else {})
    own = (world.mine, "sha256", {})
    assert judged(world, copied, own) == (Outcome.BLOCK, "verified_without_permission")


def test_a_holders_own_work_does_not_counter_its_own_character(world):
    own = world.register(world.rival, a_print(3))
    world.vouch(world.voucher, world.rival)
    seen = (world.theirs, "model", {"band": "block", "region": WHOLE})
    assert judged(world, seen, (own, "pdq", {})) == (Outcome.BLOCK, "verified_without_permission")
