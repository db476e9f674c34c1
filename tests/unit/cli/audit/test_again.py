import json
from dataclasses import replace
from datetime import date

import pytest

from sekisho.audit.again.before import open_before
from sekisho.cli.app import main
from sekisho.cli.audit.again import Again, open_again, runs_here
from sekisho.cli.audit.options import Edition, Intent, Work
from sekisho.errors import NotFoundError, UsageError
from sekisho.model import Purpose
from sekisho.policy import read_policy, shipped_policy
from sekisho.store.runs import RunDirectory
from tests.deeper import DEPTHS, deep_world
from tests.world import MemoryLog, MemorySource, World, drawn, sealed_run

OWN = 'base = "opt-in"\nname = "ours"\n[match]\nradius = 20\n'


@pytest.fixture
def world():
    return World()


def made(world, folder, policy="opt-in", **status):
    """Write a sealed RUN of one picture, and what status.json says about it."""
    run = folder / "RUN"
    source = MemorySource({"a.png": drawn(1, 48)}, name="set")
    sealed_run(world, world.job(source, policy=policy, files=RunDirectory(run)), MemoryLog())
    (run / "status.json").write_text(json.dumps(status))
    return run


def opened(run, *datasets, **work) -> Again:
    return open_again(run, run.parent / "NEW", datasets, Work(**work))


def test_what_is_not_given_is_the_runs_own(world, tmp_path):
    (tmp_path / "edition").write_bytes(world.publish())
    again = opened(made(world, tmp_path, snapshot=str(tmp_path / "edition")))
    asked = again.asked(Edition(), Intent())
    assert (asked.operator, asked.purpose, asked.territory) == (world.operator.key, Purpose.TRAIN, "JP")
    assert (asked.policy, asked.on, asked.snapshot) == ("opt-in", None, tmp_path / "edition")
    intent = Intent(
        operator="x", purpose=Purpose.GENERATE, territory="US", on=date(2027, 1, 1), policy="strict"
    )
    asked = again.asked(Edition(snapshot=tmp_path), intent)
    assert (asked.operator, asked.purpose, asked.territory) == ("x", Purpose.GENERATE, "US")
    assert (asked.policy, asked.on, asked.snapshot) == ("strict", date(2027, 1, 1), tmp_path)


def test_another_use_is_another_operator_purpose_or_territory(world, tmp_path):
    parent = opened(made(world, tmp_path)).before.parent
    same = world.use()
    assert parent.of_other_use(replace(same, on=date(2027, 1, 1))) == ()
    for change in ({"operator": "x"}, {"purpose": Purpose.GENERATE}, {"territory": "US"}):
        assert parent.of_other_use(replace(same, **change)) == (parent.root,)


def test_an_edition_that_is_not_where_it_was_must_be_named(world, tmp_path):
    for number, status in enumerate(({}, {"snapshot": 7}, {"snapshot": str(tmp_path / "gone")})):
        again = opened(made(world, tmp_path / str(number), **status))
        with pytest.raises(NotFoundError, match="not where it was") as error:
            again.asked(Edition(), Intent())
        assert "--snapshot" in error.value.hint


def test_a_policy_of_ones_own_must_still_say_the_same(world, tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text(OWN)
    run = made(world, tmp_path, policy=read_policy(OWN, "mine"), policy_file="", snapshot="")
    (run / "status.json").write_text(json.dumps({"policy": str(mine)}))
    asked = opened(run).asked(Edition(snapshot=tmp_path), Intent())
    assert asked.policy == str(mine)
    mine.write_text(OWN.replace("20", "21"))
    with pytest.raises(UsageError, match=r"mine\.toml was changed") as error:
        opened(run).asked(Edition(snapshot=tmp_path), Intent())
    assert "--policy" in error.value.hint
    mine.unlink()
    with pytest.raises(UsageError, match="'ours' of RUN is not at hand"):
        opened(run).asked(Edition(snapshot=tmp_path), Intent())
    assert opened(run).asked(Edition(snapshot=tmp_path), Intent(policy="opt-in")).policy == "opt-in"


def test_datasets_must_be_those_of_the_run(world, tmp_path):
    run = made(world, tmp_path, datasets=[str(tmp_path / "gone" / "set")])
    assert opened(run).media == [None]
    (tmp_path / "set").mkdir()
    (there,) = opened(run, tmp_path / "set").media
    assert there.dataset.number == 0
    (tmp_path / "other").mkdir()
    with pytest.raises(UsageError, match="is not the dataset set"):
        opened(run, tmp_path / "other")
    with pytest.raises(UsageError, match="of 1 datasets, not of 2"):
        opened(run, tmp_path / "set", tmp_path / "set")
    with pytest.raises(NotFoundError):
        opened(run, tmp_path / "nowhere")


@pytest.mark.parametrize(
    "status", ["", "[]", "{", '{"datasets": "set"}', '{"datasets": [1]}', '{"datasets": []}']
)
def test_a_status_that_says_nothing_is_no_error(world, tmp_path, status, monkeypatch):
    run = made(world, tmp_path)
    (run / "status.json").write_text(status)
    (tmp_path / "set").mkdir()
    monkeypatch.chdir(tmp_path)
    again = opened(run)
    assert again.media == [None]
    assert [place.name for place in again.datasets] == ["set"]


def test_a_deeper_policy_needs_the_dataset(world, tmp_path, capsys):
    exact = read_policy('base = "opt-in"\n[match]\ndepth = "exact"\n', "exact")
    run = made(world, tmp_path, policy=exact)
    again, snapshot = opened(run), world.open()
    with pytest.raises(NotFoundError, match="compares more than RUN has stored"):
        again.sources(shipped_policy("opt-in"), world.clock.date(), snapshot, "en")
    (source,) = again.sources(exact, world.clock.date(), snapshot, "en")
    assert (source.media, source.searched, capsys.readouterr().err) == (None, True, "")
    (tmp_path / "set").mkdir()
    again = opened(run, tmp_path / "set")
    (source,) = again.sources(shipped_policy("opt-in"), world.clock.date(), snapshot, "en")
    assert (source.media is None, source.searched) == (False, False)
    assert "1 items are read again" in capsys.readouterr().err
    units = list(source.plan())
    job = replace(world.job(source), parent=again.before.parent)
    assert not runs_here(job, [])
    assert len(units) == 1


def test_sites_are_asked_by_the_addresses_of_the_dataset(world, tmp_path, capsys):
    run = made(world, tmp_path)
    policy, on, snapshot = shipped_policy("opt-in"), world.clock.date(), world.open()
    with pytest.raises(NotFoundError, match="by the addresses of the items") as error:
        opened(run).sources(policy, on, snapshot, "en", asks=True)
    assert "leave --signals out" in error.value.hint
    (tmp_path / "set").mkdir()
    (source,) = opened(run, tmp_path / "set").sources(policy, on, snapshot, "en", asks=True)
    assert (source.asks, source.media is None) == (True, False)
    assert "1 items are read again for what is said about them" in capsys.readouterr().err


def test_few_units_that_read_nothing_are_done_here(world, tmp_path):
    again = opened(made(world, tmp_path))
    (source,) = again.sources(shipped_policy("opt-in"), world.clock.date(), world.open(), "en")
    assert runs_here(world.job(source), [])
    assert not runs_here(world.job(MemorySource({})), [])


def test_bad_places(world, tmp_path):
    run = made(world, tmp_path)
    for out in (run, run / "NEW", tmp_path):
        with pytest.raises(UsageError, match="within one another"):
            open_again(run, out, (), Work())
    with pytest.raises(NotFoundError, match="there is no"):
        open_again(tmp_path / "nothing", tmp_path / "NEW", (), Work())
    with pytest.raises(UsageError, match="--sample"):
        open_again(run, tmp_path / "NEW", (), Work(sample=3))
    (run / "seal.json").unlink()
    with pytest.raises(UsageError, match="not finished"):
        opened(run)


def test_what_the_run_was_made_with_goes_before_the_settings(world, tmp_path, capsys, monkeypatch):
    run = made(world, tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sekisho.toml").write_text('operator = "somebody"\npolicy = "nowhere.toml"\n')
    assert main(["audit", "--again", str(run), "--snapshot", "s", "-o", "NEW"]) == 2
    assert world.operator.key in capsys.readouterr().err  # no private key of the run's operator is here
    assert main(["audit", str(run), "--snapshot", "s", "-o", "NEW"]) == 2
    assert "--purpose, --territory" in capsys.readouterr().err
    assert open_before(RunDirectory(run)).manifest["operator"]["key"] == world.operator.key


def test_an_edition_with_parts_of_pictures_needs_the_dataset(tmp_path, capsys):
    world = deep_world(with_vector=False)
    run, snapshot, day = made(world, tmp_path), world.open(), world.clock.date()
    with pytest.raises(NotFoundError, match="compares more than RUN has stored") as error:
        opened(run).sources(shipped_policy("opt-in"), day, snapshot, "en")
    assert 'depth = "pdq"' in error.value.hint
    (source,) = opened(run).sources(DEPTHS["pdq"], day, snapshot, "en")
    assert (source.media, source.deeper, capsys.readouterr().err) == (None, False, "")
    (tmp_path / "set").mkdir()
    (source,) = opened(run, tmp_path / "set").sources(shipped_policy("opt-in"), day, snapshot, "en")
    assert (source.media is None, source.deeper) == (False, True)
    assert "1 items are read again" in capsys.readouterr().err
