"""Exit codes are a contract: which one, in which order, and never by the form of what is printed."""

import json

import pytest

from sekisho.cli.app import main
from sekisho.cli.audit.forms import FORMS
from tests.sarif_form import check_sarif
from tests.system.audit_world import EXPECTED, file_of

LANGS = ("ja", "en")


@pytest.fixture(scope="module")
def datasets(tmp_path_factory):
    """Return folders by what is in them, such as `free+verified+cut`."""
    place = tmp_path_factory.mktemp("datasets")

    def made(what):
        folder = place / what
        if not folder.exists():
            folder.mkdir()
            for word in what.split("+"):
                data = file_of(word) if word in EXPECTED else file_of("free", 3)[:900]
                (folder / f"{word}.jpg").write_bytes(data)
        return folder

    return made


@pytest.fixture
def audited(world, datasets, tmp_path, capfd):
    """Audit in this process; return the exit code and what was printed."""

    def run(what, **options):
        code = main(world.words(datasets(what), out=tmp_path / "RUN", jobs=1, **options))
        printed = capfd.readouterr()
        assert "Traceback" not in printed.err
        return code, printed.out, printed.err

    return run


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("what", "code"), [("free", 0), ("free+verified", 1), ("free+verified+cut", 3)])
def test_the_form_changes_nothing(audited, form, lang, what, code):
    found, out, _ = audited(what, format=form, lang=lang)
    assert found == code
    if form == "json":
        totals = json.loads(out)["totals"]
        assert totals["items"] == len(what.split("+"))
    if form == "jsonl":
        lines = [json.loads(line) for line in out.splitlines()]
        assert sorted(line["item"].removesuffix(".jpg") for line in lines) == sorted(what.split("+"))
        assert all(len(line["sha256"]) == 64 for line in lines)
        assert {line["outcome"] for line in lines} >= {"allow"}
    if form == "sarif":
        assert check_sarif(json.loads(out))["invocations"][0]["exitCode"] == code


@pytest.mark.parametrize(
    ("what", "options", "code"),
    [
        ("verified", {"fail_on": "never"}, 0),
        ("verified", {"fail_on": "review"}, 1),
        ("declared", {}, 0),
        ("declared", {"fail_on": "review"}, 1),
        ("declared", {"fail_on": "never"}, 0),
        ("granted", {"fail_on": "review"}, 0),
        ("free+cut", {"fail_on": "never"}, 3),
        ("free+cut", {"max_unreadable": 1}, 0),
        ("free+cut", {"max_unreadable": 1, "fail_on": "review"}, 1),
        ("verified+cut", {"max_unreadable": 1}, 1),
        ("verified+cut", {"max_unreadable": 1, "fail_on": "never"}, 0),
        ("free", {"policy": "strict"}, 0),
        ("free", {"policy": "strict", "fail_on": "review"}, 1),
        ("verified", {"policy": "opt-out"}, 1),
        ("granted", {"territory": "US"}, 1),
        ("granted", {"on": "1999-12-31"}, 1),
        ("granted", {"purpose": "generate"}, 1),
    ],
)
def test_which_code(audited, what, options, code):
    assert audited(what, **options)[0] == code


def test_an_incomplete_run_says_so(audited):
    _, _, err = audited("free+cut", lang="en")
    assert err == "1 items could not be read: this run is incomplete, not clean (exit code 3)\n"


@pytest.mark.parametrize("form", FORMS)
def test_a_dataset_without_pictures_is_never_clean(world, tmp_path, capfd, form):
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "notes.dat").write_text("no picture")
    words = world.words(tmp_path / "d", out=tmp_path / "RUN", format=form, fail_on="never", max_unreadable=9)
    assert main(words) == 3
    assert "no pictures or texts were found" in capfd.readouterr().err


@pytest.mark.parametrize("lang", LANGS)
def test_evidence_that_does_not_hold_is_4(audited, tmp_path, lang, capfd):
    assert audited("free")[0] == 0
    run = tmp_path / "RUN"
    assert main(["verify", str(run), "--lang", lang]) == 0
    assert "Registry of Tests" in capfd.readouterr().out
    (part,) = (run / "decisions").iterdir()
    data = bytearray(part.read_bytes())
    data[len(data) // 2] ^= 1
    part.write_bytes(data)
    assert main(["verify", str(run), "--lang", lang]) == 4
    assert part.name in capfd.readouterr().err
    for command in (["clean", str(run), "-o", str(tmp_path / "out")], ["explain", str(run), "free.jpg"]):
        assert main(command) == 4, command


def test_several_forms_at_once(world, datasets, tmp_path, capfd):
    words = world.words(datasets("free+verified"), out=tmp_path / "RUN", jobs=1)
    for form in FORMS:
        words += ["--format", f"{form}={tmp_path / form}"]
    assert main(words) == 1
    assert capfd.readouterr().out == ""
    assert check_sarif(json.loads((tmp_path / "sarif").read_text()))["results"]
    assert json.loads((tmp_path / "json").read_text())["verdict"]["exit_code"] == 1
    assert (tmp_path / "github").read_text().startswith("::error file=")
    assert all((tmp_path / form).stat().st_size for form in FORMS)


@pytest.mark.parametrize("bad", ["html", "sarif=", "sarif={run}/x", "sarif={data}/x", "sarif=none/x"])
def test_a_form_that_can_not_be_is_refused_before_the_work(audited, datasets, tmp_path, bad):
    form = bad.format(run=tmp_path / "RUN", data=datasets("free"))
    assert audited("free", format=form)[0] == 2
    assert not (tmp_path / "RUN").exists()


@pytest.fixture
def baseline(world, datasets, tmp_path, capfd):
    assert main(world.words(datasets("free+verified"), out=tmp_path / "BEFORE", jobs=1)) == 1
    capfd.readouterr()
    return tmp_path / "BEFORE"


@pytest.mark.parametrize(
    ("what", "options", "code"),
    [
        ("free+verified", {}, 0),
        ("free+verified", {"fail_on": "review"}, 0),
        ("verified+declared", {}, 0),
        ("verified+declared", {"fail_on": "review"}, 1),
        ("verified+cut", {}, 3),
        ("free", {}, 0),
        ("verified", {"policy": "opt-out"}, 0),
        ("verified", {"policy": "strict", "fail_on": "review"}, 0),
    ],
)
def test_with_a_baseline_only_what_is_new_counts(audited, baseline, what, options, code):
    assert audited(what, baseline=baseline, **options)[0] == code


def test_a_baseline_that_was_changed_is_4(audited, baseline, tmp_path):
    (part,) = (baseline / "decisions").iterdir()
    part.write_bytes(part.read_bytes()[:-1] + b"x")
    code, _, err = audited("free", baseline=baseline)
    assert code == 4
    assert part.name in err
    assert not (tmp_path / "RUN").exists()


def test_a_baseline_of_another_check_is_said(audited, baseline):
    _, _, err = audited("verified", baseline=baseline, policy="opt-out", purpose="generate")
    assert "other policy, use" in err.replace("; ", ", ")


IGNORE = '[[ignore]]\n{what}\nreason = "ticket 4711"\nby = "M. Sato"\nuntil = {until}\n'


@pytest.mark.parametrize(
    ("given", "options", "code"),
    [
        ('item = "verified*"', {}, 0),
        ('item = "free*"', {}, 1),
        ('reason_code = "verified_without_permission"', {"fail_on": "review"}, 1),
        ('item = "*"', {"fail_on": "review"}, 0),
    ],
)
def test_what_is_ignored_does_not_count_and_stays_out(world, audited, tmp_path, given, options, code):
    file = tmp_path / "ours.toml"
    file.write_text(IGNORE.format(what=given, until=world.on))
    found, out, err = audited("free+verified+declared", ignore=file, format="sarif", **options)
    assert found == code
    assert ("ignored" in err) == (given != 'item = "free*"')
    suppressed = [r for r in json.loads(out)["runs"][0]["results"] if "suppressions" in r]
    assert bool(suppressed) == (given != 'item = "free*"')
    (clean,) = (tmp_path / "RUN" / "clean").iterdir()
    assert clean.read_text() == "free.jpg\n"


@pytest.mark.parametrize(
    "text",
    ["x = 1", IGNORE.format(what="", until="2026-01-01"), IGNORE.format(what='item="a"', until="2999-01-01")],
)
def test_ignores_that_say_too_little_are_2(audited, tmp_path, text):
    file = tmp_path / "ours.toml"
    file.write_text(text)
    assert audited("free", ignore=file)[0] == 2
    assert not (tmp_path / "RUN").exists()
