import json
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from sekisho.cli.app import main
from sekisho.cli.watch import ToWatch, known_of, match_all
from sekisho.codec.hit import decode_draft
from sekisho.model import Fingerprint
from sekisho.model.likeness import LikenessPrint
from sekisho.registry.likeness import examine_personal
from sekisho.registry.submit import submit
from sekisho.signing import DRAFT, open_statement
from sekisho.store.clock import today
from sekisho.store.database import open_registry
from sekisho.store.generations import Generations
from sekisho.store.home import default_registry
from sekisho.store.keys import load_signer, make_key
from sekisho.store.likenesses import Likenesses
from sekisho.store.run_index import open_run
from sekisho.store.watch_state import open_watch
from tests import parties
from tests.likenesses import likeness
from tests.parties import DAY, Party, film_of
from tests.recorded import KEY, SALT, MemoryRecord, entry, generation, random_hashes, row
from tests.traced import told
from tests.watched import known, stood
from tests.world import drawn, print_of

HOLDER = Party(name="holder")
HASHES = random_hashes(8, seed=3)


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    return told(tmp_path_factory.mktemp("watched"))


@pytest.fixture
def registry():
    """The default registry of this machine, in which nothing is registered."""
    main(["registry", "init", "--name", "Test"])
    return open_registry(str(default_registry()))


def register(registry, *seeds, holder=HOLDER):
    work = parties.registration(holder, title="灯台", prints=tuple(print_of(drawn(s, 320)) for s in seeds))
    (verdict,) = submit([work], registry.batch, today=DAY)
    assert verdict.kept
    return verdict.id


def outbox(state):
    files = sorted((state / "outbox").iterdir())
    return [decode_draft(open_statement(path.read_bytes(), DRAFT).payload) for path in files]


def run(story, state, *more):
    return main(["watch", "run", "--run", str(story.run), "--state", str(state), *more])


def test_a_registration_meets_what_was_used_before_and_is_told_once(registry, story, tmp_path, capsys):
    state = tmp_path / "state"
    assert run(story, state) == 0
    assert outbox(state) == []
    made = register(registry, 2)
    assert run(story, state) == 0
    (draft,) = outbox(state)
    assert (draft.hit.entry, draft.registrant, draft.hit.count) == (made, HOLDER.key, 4)
    assert draft.hit.record == open_run(story.run).digest
    for path in (state / "outbox").iterdir():
        assert open_statement(path.read_bytes(), DRAFT).signer == load_signer("registry").key
        path.unlink()
    assert run(story, state) == 0
    assert outbox(state) == []
    capsys.readouterr()
    assert main(["watch", "list", "--state", str(state), "--lang", "en"]) == 0
    assert made in capsys.readouterr().out


def test_the_frames_of_registered_films_are_looked_for(registry, tmp_path):
    film = film_of(3, 5)
    statements = parties.traits_statements(HOLDER, film, first=7, title="灯台の映画")
    assert all(v.kept for v in submit(statements, registry.batch, today=DAY))
    shown = [frame.pdq for frame in film.film.frames[1:]]
    record = MemoryRecord(
        [row(shown[0], frames=[(one, 90) for one in shown[1:]]) | {"media_type": "video/mp4"}]
    )
    with open_watch(tmp_path / "state") as state:
        records = [ToWatch("run", lambda: record)]
        assert match_all(state, known_of(registry), records, load_signer("registry")) == 1
    (draft,) = outbox(tmp_path / "state")
    assert draft.hit.count == 1


def test_what_is_recorded_later_meets_what_was_registered_before(registry, story, tmp_path):
    register(registry, 2)
    store = Generations.make(tmp_path / "generations", KEY, "JP")
    more = ["--generations", str(store.path)]
    assert run(story, tmp_path / "state", *more) == 0
    assert len(outbox(tmp_path / "state")) == 1
    prints = print_of(drawn(2, 320))
    same = Fingerprint(sha256=prints.sha256, pdq=prints.pdq, quality=90)
    store.append([(replace(generation(1), fingerprint=same), SALT)])
    assert run(story, tmp_path / "state", *more) == 0
    drafts = outbox(tmp_path / "state")
    assert sorted(draft.hit.store.value for draft in drafts) == ["generations", "run"]
    assert {draft.hit.operator for draft in drafts} == {KEY, story.world.operator.key}


@pytest.mark.usefixtures("registry")
def test_a_protected_person_is_looked_for_and_named_nowhere(story, tmp_path, capsys):
    made = print_of(drawn(2, 320))
    photo = LikenessPrint(sha256=made.sha256, pdq=made.pdq, quality=90)
    envelope = likeness(HOLDER, on=today(), until=today() + timedelta(days=300), prints=(photo,))
    personal = examine_personal(envelope)
    Likenesses.open(load_signer("registry").key).add(personal)
    state = tmp_path / "state"
    assert run(story, state) == 0
    (draft,) = outbox(state)
    assert (draft.desk.value, draft.registrant, draft.hit.count) == ("registry", None, 4)
    for path in state.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        for secret in (personal.entry.encode(), HOLDER.key.encode(), made.pdq, made.pdq.hex().encode()):
            assert secret not in data
    capsys.readouterr()
    assert main(["watch", "list", "--state", str(state), "--lang", "en"]) == 0
    assert "a protected person" in capsys.readouterr().out


def test_hits_as_json_have_their_ids(registry, story, tmp_path, capsys):
    register(registry, 2)
    run(story, tmp_path / "state")
    capsys.readouterr()
    assert main(["watch", "list", "--state", str(tmp_path / "state"), "--format", "json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["id"].startswith("hit-")
    assert body["hit"]["store"] == "run"


def test_what_a_registry_says_is_gathered(registry):
    made = register(registry, 2)
    says = known_of(registry)
    assert (says.on, set(says.entries), says.likeness) == (today(), {made}, {})


class Killed(Exception):
    pass


def events(count):
    return known(*(stood(n, HASHES[n]) for n in range(1, count + 1)))


def records():
    made = [MemoryRecord([row(HASHES[n]) for n in range(1, 6)], digest=d * 32) for d in ("aa", "bb")]
    return [ToWatch(record.digest, partial(lambda one: one, record)) for record in made]


@pytest.mark.parametrize("stop", range(7))
def test_killed_after_any_step_nothing_is_lost_or_given_twice(tmp_path, stop):
    make_key("desk")
    signer = load_signer("desk")
    steps = iter(range(100))

    def after():
        if next(steps) == stop:
            raise Killed

    written = 0
    for attempt in range(2):
        try:
            with open_watch(tmp_path) as state:
                written += match_all(
                    state,
                    events(5),
                    records(),
                    signer,
                    chunk=2,
                    after=after if attempt == 0 else lambda: None,
                )
        except Killed:
            taken = sorted(path.name for path in (tmp_path / "outbox").iterdir())
            for path in (tmp_path / "outbox").iterdir():
                path.rename(tmp_path / path.name)
            assert taken
    given = sorted(path.name for path in tmp_path.rglob("hit-*.json"))
    assert len(given) == len(set(given)) == 10
    found = {(draft.hit.record, draft.hit.entry) for draft in _drafts(tmp_path)}
    assert found == {(digest * 32, entry(n)) for digest in ("aa", "bb") for n in range(1, 6)}


def _drafts(folder):
    return [
        decode_draft(open_statement(path.read_bytes(), DRAFT).payload) for path in folder.rglob("hit-*.json")
    ]


def test_a_record_with_nothing_new_is_not_even_opened(tmp_path):
    def opened():
        raise Killed

    make_key("desk")
    with open_watch(tmp_path) as state:
        assert match_all(state, known(), [ToWatch("run", opened)], load_signer("desk")) == 0
        with pytest.raises(Killed):
            match_all(state, events(1), [ToWatch("run", opened)], load_signer("desk"))


@pytest.mark.usefixtures("registry")
def test_records_and_a_state_have_to_be_named(tmp_path, capsys):
    assert main(["watch", "run", "--state", str(tmp_path / "s")]) == 2
    assert "no records were named" in capsys.readouterr().err
    assert main(["watch", "list", "--state", str(tmp_path / "none")]) == 2
    assert "not the state of a watch" in capsys.readouterr().err
    assert main(["watch", "run", "--run", str(tmp_path), "--state", str(tmp_path / "s")]) == 2
