"""Runs that are decided again and rights signals: what was said is kept, and sites can be asked anew."""

import json
import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from sekisho.audit.run import seal_run
from sekisho.cli.app import main
from sekisho.cli.signers import signer_named
from sekisho.store.clock import now
from sekisho.store.own_log import own_log
from sekisho.store.runs import RunDirectory
from sekisho.store.signals import SignalWriter
from tests.sites import DAY, copied
from tests.system.audit_world import evidence, file_of, rows

SITE = "https://{}.example/robots.txt"
NO, NOTHING = b"User-agent: *\nDisallow: /\n", b"User-agent: *\nDisallow:\n"
OUT, FREE = ("block", "opted_out"), ("allow", "no_known_objection")
QUIET = 'base = "opt-in"\nname = "{}"\n[text]\npersonal = "ignore"\n[signals]\n{}\n'


def collected(path, *copies):
    """Add a part to a signal snapshot, as a month's collect does: site, body, days."""
    writer = SignalWriter(path)
    for site, body, days in copies:
        writer.append(copied(SITE.format(site), body, at=DAY + timedelta(days=days)))
    writer.seal()
    return path


def policy_of(folder, name="quiet", rules=""):
    path = folder / f"{name}.toml"
    path.write_text(QUIET.format(name, rules), encoding="utf-8")
    return path


def crawled(folder):
    """Write pictures with records beside them, of four sites; and one that nobody knows anything of."""
    folder.mkdir()
    for number, site in enumerate(("a", "b", "c", "d")):
        (folder / f"{site}.jpg").write_bytes(file_of("free", number))
        record = {"url": f"https://{site}.example/{site}.jpg", "key": site}
        record |= {"x-robots-tag": "noai"} if site == "d" else {}
        # Common Crawl's columns: this record names the crawl that it comes from.
        record |= {"warc_filename": "x", "date": "2026-11-02T00:00:00Z"} if site == "b" else {}
        (folder / f"{site}.json").write_text(json.dumps(record))
    (folder / "plain.png").write_bytes(file_of("free", 5, "PNG"))
    # A unit of its own, so that two workers have something to do.
    (folder / "lines.jsonl").write_text('{"url":"https://a.example/t","text":"words"}\n')
    return folder


@pytest.fixture(scope="module")
def audited(made_world, tmp_path_factory):
    """A dataset, the copies of the first month, and the run that has used them."""
    folder = tmp_path_factory.mktemp("audited")
    dataset, signals = (
        crawled(folder / "crawled"),
        collected(folder / "signals", ("a", NO, 0), ("b", NOTHING, 0)),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEKISHO_HOME", str(made_world.home))
        first = run(made_world, folder / "first", dataset, signals=signals, policy=policy_of(folder))
    return dataset, signals, first


@pytest.fixture
def dataset(audited, tmp_path):
    return Path(shutil.copytree(audited[0], tmp_path / "crawled"))


@pytest.fixture
def signals(audited, tmp_path):
    """The copies of both months."""
    both = Path(shutil.copytree(audited[1], tmp_path / "signals"))
    return collected(both, ("a", NOTHING, 30), ("b", NO, 30), ("c", NO, 30))


@pytest.fixture
def first(audited):
    return audited[2]


def run(world, out, *dataset, code=1, **options):
    """Audit in this process; what is not given is as in the run before, if one is named."""
    own = dict.fromkeys(("operator", "purpose", "territory")) if "again" in options else {}
    assert main(world.words(*dataset, out=out, **own | {"jobs": 1} | options)) == code
    return out


def decided(out):
    return {name.rpartition("/")[2]: (row["outcome"], row["reason"]) for name, row in rows(out).items()}


def without_unit(out):
    dropped = {"unit", "leaf"}
    return {name: {k: v for k, v in row.items() if k not in dropped} for name, row in rows(out).items()}


def changes(out):
    return {line["item"]: line for line in map(json.loads, (out / "changes.jsonl").read_text().splitlines())}


PICTURES = ("a.jpg", "b.jpg", "c.jpg", "d.jpg")


def test_newer_copies_are_asked_and_the_changes_name_file_and_day(
    world, audited, first, signals, tmp_path, capsys
):
    assert [decided(first)[name] for name in PICTURES] == [OUT, FREE, FREE, OUT]
    newer = run(world, tmp_path / "newer", again=first, signals=signals)
    said = capsys.readouterr()
    more = {"signals": signals, "policy": policy_of(tmp_path), "jobs": 2}
    full = run(world, tmp_path / "full", audited[0], **more)
    assert without_unit(newer) == without_unit(full)
    assert [decided(newer)[name] for name in PICTURES] == [FREE, OUT, OUT, OUT]
    causes = {item: line["why"] for item, line in changes(newer).items()}
    assert causes == {
        f"{site}.{form}": {"site_copy": [f"{SITE.format(site)} 2026-12-01"]}
        for site in ("a", "b", "c")
        for form in ("jpg", "json")
    } | {"lines.jsonl#0": {"site_copy": [f"{SITE.format('a')} 2026-12-01"]}}
    assert "a newer copy of a site's file" in said.out
    assert f"{SITE.format('b')} 2026-12-01" in said.out
    assert "10 items are read again for what is said about them" in said.err
    manifests = [json.loads((out / "manifest.json").read_bytes()) for out in (newer, full)]
    assert manifests[0]["signals"] == manifests[1]["signals"]
    assert main(["verify", str(newer), "--lang", "en"]) == 0


def test_what_changed_since_the_crawl_does_not_count_for_it(world, first, signals, tmp_path):
    crawl = policy_of(tmp_path, "crawl", 'as_of = "crawl"')
    later = run(world, tmp_path / "later", again=first, signals=signals, policy=crawl)
    assert [decided(later)[name] for name in PICTURES] == [OUT, FREE, OUT, OUT]
    assert {line["why"]["site_copy"][0] for line in changes(later).values()} == {
        f"{SITE.format('c')} 2026-12-01"
    }


def test_without_copies_what_was_said_is_kept_and_another_policy_weighs_it(world, first, tmp_path):
    kept = run(world, tmp_path / "kept", again=first)
    assert (without_unit(kept), changes(kept)) == (without_unit(first), {})
    held = policy_of(tmp_path, "held", 'objection = "review"\nas_of = "crawl"')
    held = run(world, tmp_path / "held", again=first, policy=held, code=0)
    assert decided(held)["a.jpg"] == ("review", "opted_out")
    assert changes(held)["a.jpg"]["why"] == {"policy_changed": []}
    assert "b.jpg" not in changes(held)


def test_a_file_and_its_sidecar_that_changed(world, dataset, first, signals, tmp_path):
    (dataset / "a.jpg").write_bytes(file_of("verified"))
    (dataset / "c.json").write_text(json.dumps({"x-robots-tag": "noai"}))
    kept = run(world, tmp_path / "kept", dataset, again=first)
    # Pictures are not read, so that what lies beside them is not either; records are texts, and are.
    assert {item: [*line["why"]] for item, line in changes(kept).items()} == {"c.json": ["bytes_changed"]}
    asked = run(world, tmp_path / "asked", dataset, again=first, signals=signals)
    assert {item: [*line["why"]] for item, line in changes(asked).items()} == {
        "a.jpg": ["bytes_changed"],
        "a.json": ["site_copy"],
        "b.jpg": ["site_copy"],
        "b.json": ["site_copy"],
        "c.jpg": ["told_otherwise"],
        "c.json": ["bytes_changed"],
        "lines.jsonl#0": ["site_copy"],
    }


def of_before_signals(out):
    """Make a run such as was made before signals were read: no columns, and no word in the manifest."""
    path = out / "manifest.json"
    manifest = json.loads(path.read_bytes())
    del manifest["signals"]
    path.write_text(json.dumps(manifest))
    signer = signer_named("studio")
    log = own_log()
    seal_run(RunDirectory(out), signer=signer, log=log, salt=os.urandom(32), at=log.not_before(now()))
    return out


def test_a_run_of_before_signals_is_heard_now(world, dataset, tmp_path, capsys):
    (dataset / "d.json").unlink()
    policy = policy_of(tmp_path)
    first = of_before_signals(run(world, tmp_path / "first", dataset, policy=policy, code=0))
    (dataset / "d.json").write_text(json.dumps({"x-robots-tag": "noai"}))
    capsys.readouterr()
    heard = run(world, tmp_path / "heard", again=first)
    assert "are read again" in capsys.readouterr().err
    assert decided(heard)["d.jpg"] == OUT
    assert {item: [*line["why"]] for item, line in changes(heard).items()} == {"d.jpg": ["signals_read"]}
    assert "signals" in json.loads((heard / "manifest.json").read_bytes())
    dataset.rename(tmp_path / "away")
    run(world, tmp_path / "none", again=first, code=2)
    assert "is not there" in capsys.readouterr().err


def test_workers_interruption_and_bad_input(world, audited, first, signals, tmp_path, capsys):
    more = {"signals": audited[1], "policy": policy_of(tmp_path), "jobs": 2}
    assert evidence(run(world, tmp_path / "full", audited[0], **more)) == evidence(first)
    one, two = (run(world, tmp_path / str(jobs), again=first, signals=signals, jobs=jobs) for jobs in (1, 2))
    assert evidence(one) == evidence(two)
    whole = evidence(two)
    for name in ("seal.json", "receipt.tlog-proof", "manifest.json", "changes.jsonl"):
        (two / name).unlink()
    next((two / "commits").iterdir()).unlink()
    run(world, two, again=first, signals=signals, resume=True)
    assert evidence(two) == whole
    (two / "seal.json").unlink()
    collected(signals, ("b", NO, 60))
    none = tmp_path / "none"
    for out, options, why in (
        (two, {"signals": signals, "resume": True}, "was begun with another"),
        (none, {"signals": tmp_path / "nothing"}, "there is no signal snapshot"),
    ):
        capsys.readouterr()
        run(world, out, again=first, code=2, **options)
        assert why in capsys.readouterr().err
    part = next(path for path in signals.iterdir() if path.suffix == ".signals")
    part.write_bytes(part.read_bytes()[:-70] + bytes(70))
    run(world, none, again=first, signals=signals, code=2)
    assert part.name in capsys.readouterr().err
    assert not none.exists()
