"""The exit code is one number for one run, whatever is printed: by drawn runs, and by real ones."""

import io
import json
import re
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekisho.audit.gate.baseline import read_baseline
from sekisho.audit.gate.ignored import Ignore, Ignores
from sekisho.audit.report.facts import facts
from sekisho.cli.app import main
from sekisho.cli.audit.forms import FORMS, Form
from sekisho.cli.audit.gate import Exempt
from sekisho.cli.audit.options import Gate
from sekisho.cli.result import judged, places_of, print_result
from tests.counts import count
from tests.run_fixture import batches, finding, make_run, manifest, row, titles
from tests.sarif_form import check_sarif
from tests.system.audit_world import EXPECTED, file_of, make_world

LEVELS = ("block", "review", "never")
KINDS = {
    "free": ("allow", "no_known_objection", [], ""),
    "blocked": ("block", "verified_without_permission", [0], ""),
    "held": ("review", "declared_without_permission", [4], ""),
    "both": ("block", "verified_without_permission", [0, 4], ""),
    "unread": ("review", "unreadable", [], "corrupt"),
}
"""Outcome, reason, works and problem of a drawn item."""

drawn_items = st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.booleans(), st.booleans()), max_size=8)
"""Kind of each item, whether the baseline has it, whether it is ignored."""


def rows_of(items):
    made = []
    for number, (kind, *_) in enumerate(items):
        outcome, reason, works, problem = KINDS[kind]
        made.append(row(f"{number}.jpg", outcome, reason, [finding(n) for n in works], problem=problem))
    return made


def expected(items, gate, with_baseline, with_ignores):
    """Say the exit code by the words of the contract."""
    kinds = [kind for kind, *_ in items]
    if not kinds or kinds.count("unread") > gate.max_unreadable:
        return 3
    left = {
        KINDS[kind][0]
        for kind, known, ignored in items
        if not (with_baseline and known) and not (with_ignores and ignored)
    }
    if gate.fail_on == "never":
        return 0
    return int("block" in left or (gate.fail_on == "review" and "review" in left))


def exempt_of(items, made, with_baseline, with_ignores):
    known = [one for one, (_, is_known, _) in zip(made, items, strict=True) if is_known]
    ignored = [one["item"] for one, (*_, is_ignored) in zip(made, items, strict=True) if is_ignored]
    until = date(2027, 1, 1)
    return Exempt(
        baseline=read_baseline(manifest(known), [k for k in known if k["outcome"] != "allow"])
        if with_baseline
        else None,
        ignores=Ignores(valid=[Ignore(item=item, reason="r", by="b", until=until) for item in ignored])
        if with_ignores
        else Ignores(),
    )


def said_code(form, text):
    """Return the exit code that a form says, None if it says none."""
    if form == "json":
        return json.loads(text)["verdict"]["exit_code"]
    if form == "sarif":
        return check_sarif(json.loads(text))["invocations"][0]["exitCode"]
    if form in ("github", "markdown"):
        return int(re.findall(r"exit code (\d)", text)[-1 if form == "github" else 0])
    return None


@given(
    items=drawn_items,
    gate=st.builds(Gate, fail_on=st.sampled_from(LEVELS), max_unreadable=st.integers(0, 3)),
    with_baseline=st.booleans(),
    with_ignores=st.booleans(),
    sampled=st.booleans(),
)
@settings(max_examples=count(60, 3000))
def test_every_form_says_the_one_exit_code(items, gate, with_baseline, with_ignores, sampled):
    made = rows_of(items)
    with tempfile.TemporaryDirectory() as folder:
        run = make_run(Path(folder) / "run", made)
        stated = manifest(made, ("u1", "u2"))
        stated["units"] = [{"id": "u1"}, {"id": "u2"}]
        stated["sample"] = {"asked": 9, "taken": len(made), "of": 99} if sampled else None
        found = facts(stated, batches(made), titles=titles, timing={})
        result = judged(
            run,
            found,
            stated,
            gate,
            exempt_of(items, made, with_baseline, with_ignores),
            titles=titles,
            index=0,
        )
        code = expected(items, gate, with_baseline, with_ignores)
        assert result.verdict.code == code
        for form in FORMS:
            file = Path(folder) / form
            print_result(result, [Form(form, file)], places_of([run]), "en")
            assert said_code(form, file.read_text(encoding="utf-8")) in (None, code), form


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEKISHO_HOME", str(folder / "home"))
        made = make_world(folder)
        (folder / "all").mkdir()
        for word in (*EXPECTED, "cut"):
            (folder / "all" / f"{word}.jpg").write_bytes(picture(word))
        assert main(made.words(folder / "all", out=folder / "BASELINE", format="json")) == 3
        (folder / "ours.toml").write_text(
            '[[ignore]]\nitem = "verified*"\nreason = "r"\nby = "b"\n'
            f"until = {date.fromisoformat(made.on).isoformat()}\n"
        )
        yield made


def picture(word):
    return file_of("free", 3)[:900] if word == "cut" else file_of(word)


OPTIONS = {
    "fail_on": st.sampled_from(LEVELS),
    "max_unreadable": st.integers(0, 1),
    "baseline": st.sampled_from([None, "BASELINE"]),
    "ignore": st.sampled_from([None, "ours.toml"]),
    "sample": st.sampled_from([None, 2, 9]),
}


@given(
    words=st.sets(st.sampled_from([*EXPECTED, "cut"]), min_size=1),
    new=st.booleans(),
    options=st.fixed_dictionaries(OPTIONS),
)
@settings(max_examples=count(5, 200), suppress_health_check=[*HealthCheck])
def test_real_runs_end_with_one_code_in_every_form(world, words, new, options):
    for name in ("baseline", "ignore"):
        options[name] = options[name] and world.folder / options[name]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEKISHO_HOME", str(world.home))
        patch.setattr("sys.stdout", io.StringIO())
        dataset = Path(folder) / "d"
        dataset.mkdir()
        for word in words:
            (dataset / f"{word}.jpg").write_bytes(picture(word))
        if new:
            (dataset / "verified-2.jpg").write_bytes(file_of("verified", 2, "PNG"))
        codes = {
            form: main(world.words(dataset, out=Path(folder) / form, format=form, jobs=1, **options))
            for form in FORMS
        }
        assert len(set(codes.values())) == 1, codes
        assert set(codes.values()) <= {0, 1, 3}
