import pytest

from sekisho.errors import ConfigError
from sekisho.model import Depth, Outcome
from sekisho.policy import SHIPPED, read_policy, rules_of, shipped_policy

CHANGES = {
    "match.depth": '"exact"',
    "match.radius": "30",
    "match.rotations": '"none"',
    "match.min_quality": "51",
    "outcome.verified_without_permission": '"review"',
    "outcome.declared_without_permission": '"allow"',
    "outcome.rival_claims": '"block"',
    "outcome.low_detail": '"block"',
    "outcome.unreadable": '"block"',
    "outcome.unmatched": '"block"',
    "text.min_seeds": "3",
    "text.span_cjk": "30",
    "text.span_latin": "60",
    "text.near_copy": "10",
    "text.near_copy_shared": "30",
    "text.copy_coverage": "40",
    "text.copy_span_cjk": "80",
    "text.copy_span_latin": "200",
    "text.copy_containment": "100",
    "text.copy_units": "300",
    "text.whole_coverage": "80",
    "text.excerpt": '"cut"',
    "text.quotation": '"allow"',
    "text.line": '"allow"',
    "text.name": '"allow"',
    "text.personal": '"ignore"',
    "text.personal_score": "40",
    "local.votes": "5",
    "local.inliers_block": "15",
    "local.inliers_review": "10",
    "local.near": "60",
    "local.near_inliers_block": "9",
    "local.near_inliers_review": "7",
    "local.inliers_per_decade": "2",
    "local.least_of_work": "50",
    "local.least_of_item": "300",
    "model.false_alarms": "2",
    "model.candidates": "5",
    "film.frame_interval": "1000",
    "film.min_frames": "4",
    "film.copy_of_item": "70",
    "film.copy_of_work": "40",
    "film.clip": '"block"',
    "signals.objection": '"review"',
    "signals.objection_error": '"block"',
    "signals.as_of": '"crawl"',
}


def toml(key, value):
    section, name = key.split(".")
    return f"[{section}]\n{name} = {value}\n"


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_policy_is_whole_and_deviates_in_nothing(name):
    policy = shipped_policy(name)
    assert (policy.name, policy.deviations) == (name, ())
    assert (policy.depth, policy.radius, policy.rotations, policy.min_quality) == (Depth.LOCAL, 31, 20, 50)
    assert policy.verified is Outcome.BLOCK
    assert policy.declared is Outcome.REVIEW
    assert policy.rival is Outcome.REVIEW
    assert policy.unreadable is Outcome.REVIEW


def test_what_tells_the_shipped_ones_apart():
    facts = {n: (shipped_policy(n).low_detail, shipped_policy(n).unmatched) for n in SHIPPED}
    assert facts == {
        "opt-in": (Outcome.REVIEW, Outcome.ALLOW),
        "opt-out": (Outcome.ALLOW, Outcome.ALLOW),
        "strict": (Outcome.REVIEW, Outcome.REVIEW),
    }
    assert len({shipped_policy(n).digest for n in SHIPPED}) == 3


def test_an_unknown_shipped_name_is_refused():
    with pytest.raises(ConfigError, match="no shipped policy"):
        shipped_policy("lenient")
    with pytest.raises(ConfigError, match="no shipped policy"):
        read_policy('base = "lenient"', "p.toml")


def test_a_file_that_changes_nothing_is_the_base():
    policy = read_policy('base = "strict"', "p.toml")
    assert policy == shipped_policy("strict")
    assert read_policy("", "p.toml") == shipped_policy("opt-in")


@pytest.mark.parametrize("key", CHANGES)
def test_every_rule_changes_the_digest_and_is_listed(key):
    base = shipped_policy("opt-in")
    policy = read_policy(toml(key, CHANGES[key]), "p.toml")
    assert policy.digest != base.digest
    name = key.partition(".")[2]
    value = CHANGES[key].strip('"')
    assert policy.deviations == (f"{name} = {value} ({rules_of(base)[name]})",)
    assert rules_of(policy) == {**rules_of(base), name: int(value) if value.isdigit() else value}
    assert policy.name == "opt-in, changed"


def test_every_rule_is_among_the_changes():
    assert {key.partition(".")[2] for key in CHANGES} == rules_of(shipped_policy("opt-in")).keys()


def test_the_digest_is_over_rules_and_not_names():
    named = read_policy('name = "studio"\n', "p.toml")
    assert named.name == "studio"
    assert named.digest == shipped_policy("opt-in").digest
    one = read_policy('base = "opt-in"\n[outcome]\nlow_detail = "allow"', "p.toml")
    assert one.digest == shipped_policy("opt-out").digest
    assert one.deviations == ("low_detail = allow (review)",)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("radius = 3", "unknown key 'radius'"),
        ("[match]\nradiuss = 3", "unknown key 'radiuss'"),
        ("[outcome]\nradius = 3", "unknown key 'radius'"),
        ("[outcomes]\nlow_detail = 'allow'", "unknown key 'outcomes'"),
        ("match = 3", "must be a table"),
        ("base = 3", "base must be"),
        ("base = ['opt-in']", "base must be"),
        ("name = 3", "name must be"),
        ("[match]\nradius = '31'", "radius must be a whole number"),
        ("[match]\nradius = 30.5", "radius must be a whole number"),
        ("[match]\nradius = true", "radius must be a whole number"),
        ("[match]\nradius = 2026-11-22", "radius must be a whole number"),
        ("[match]\nradius = [31]", "radius must be a whole number"),
        ("[match]\nradius = 32", "radius is 0-31"),
        ("[match]\nradius = -1", "radius is 0-31"),
        ("[match]\nrotations = 40", "radius is 0-31"),
        ("[match]\nrotations = 'some'", "rotations must be"),
        ("[match]\nrotations = false", "rotations must be"),
        ("[match]\nmin_quality = 49", "min_quality is 50-100"),
        ("[match]\nmin_quality = 101", "min_quality is 50-100"),
        ("[match]\nmin_quality = {a = 1}", "min_quality must be"),
        ("[match]\ndepth = 'deep'", "deep"),
        ("[match]\ndepth = 1", "1"),
        ("[outcome]\nlow_detail = 'pass'", "pass"),
        ("[outcome]\nlow_detail = true", "True"),
        ("[outcome]\nlow_detail = 2026-11-22T00:00:00Z", "2026"),
        ("[outcome]\nlow_detail = ['allow']", "allow"),
        ("[outcome]\nunreadable = 'allow'", "never allowed"),
        ("[outcome]\ndeclared_without_permission = 'block'", "can not block"),
        ("[text]\nspan = 3", "unknown key 'span'"),
        ("[text]\nmin_seeds = 1", "a single seed is never an alarm"),
        ("[text]\nspan_cjk = -1", "span_cjk must be a whole number"),
        ("[text]\nspan_cjk = '24'", "span_cjk must be a whole number"),
        ("[text]\ncopy_coverage = 101", "copy_coverage is 0-100 per cent"),
        ("[text]\nnear_copy = 1001", "near_copy is 0-1000 per mille"),
        ("[text]\nexcerpt = 'block'", "never blocks"),
        ("[text]\nexcerpt = 'redact'", "redact"),
        ("[text]\nname = 'block'", "never block"),
        ("[text]\nline = 'block'", "never block"),
        ("[text]\nquotation = 'block'", "never block"),
        ("[text]\nname = 'cut'", "cut"),
        ("[text]\npersonal = 'allow'", "allow"),
        ("[text]\npersonal = true", "True"),
        ("[text]\npersonal_score = 101", "personal_score is 0-100"),
        ("[local]\nvotes = 3", "votes is 4-100"),
        ("[local]\nvotes = 101", "votes is 4-100"),
        ("[local]\nvotes = true", "votes must be a whole number"),
        ("[local]\ninliers_block = 10", "inliers_review <= inliers_block"),
        ("[local]\nnear_inliers_review = 3", "near_inliers"),
        ("[local]\nnear = 91", "near is 0-90"),
        ("[local]\nleast_of_item = 1001", "least_of_item is 0-1000 per mille"),
        ("[local]\ninliers_per_decade = 11", "inliers_per_decade is 0-10"),
        ("[model]\nfalse_alarms = 101", "false_alarms is 0-100"),
        ("[model]\ncandidates = 21", "candidates is 0-20"),
        ("[film]\nframe_interval = 39", "frame_interval is 40-10000"),
        ("[film]\nmin_frames = 1", "a single frame is a picture"),
        ("[film]\ncopy_of_work = 0", "copy_of_work is 1-100"),
        ("[film]\nclip = 'allow'", "not allowed unseen"),
        ("[film]\nclip = 'cut'", "cut"),
        ("[film]\nvotes = 4", "unknown key 'votes'"),
        ("[match", "not TOML"),
        ("a = 1\na = 2", "not TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_the_reason(text, why):
    with pytest.raises(ConfigError, match=why) as refused:
        read_policy(text, "studio.toml")
    assert "studio.toml" in str(refused.value)


@pytest.mark.parametrize("name", SHIPPED)
def test_rules_of_a_policy_make_the_same_policy_again(name):
    lines = {section: [] for section in ("match", "outcome", "text", "local", "model", "film", "signals")}
    for key, value in rules_of(shipped_policy(name)).items():
        where = next(section for section in lines if f"{section}.{key}" in CHANGES)
        lines[where].append(f"{key} = {value if isinstance(value, int) else repr(value)}")
    text = "\n".join(line for section in lines for line in (f"[{section}]", *lines[section]))
    assert read_policy(text, "p").digest == shipped_policy(name).digest
