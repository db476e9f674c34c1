import json

import pytest

from sekisho.cli.app import main
from sekisho.registry.submit import submit
from sekisho.store.clock import today
from sekisho.store.database import open_registry
from sekisho.store.home import default_registry
from sekisho.store.keys import load_signer
from sekisho.store.likenesses import Likenesses
from tests.likenesses import photo
from tests.parties import a_print, common
from tests.people import begin, register


@pytest.fixture
def desk(capsys):
    begin()
    capsys.readouterr()


def persons(capsys):
    capsys.readouterr()
    code = main(["registry", "doctor", "--format", "json", "--persons"])
    said = capsys.readouterr()
    return json.loads(said.out)["persons"] if code == 0 else (code, said.err)


@pytest.mark.usefixtures("desk")
def test_the_desk_sees_unverified_registrations_and_nobody_else_does(tmp_path, capsys):
    assert "desk alone" in persons(capsys)[1]
    register(tmp_path, "parent", 1, 2)
    (row,) = persons(capsys)
    assert (row["photos"], row["holder"], row["background"]) == (2, load_signer("parent").key, None)
    main(["registry", "doctor", "--persons"])
    assert "1 registrations of persons whose relation nobody has verified" in capsys.readouterr().out
    (default_registry().parent / "keys" / "registry.key").unlink()
    code, problem = persons(capsys)
    assert (code, "desk alone" in problem, row["entry"] in problem) == (2, True, False)


@pytest.mark.usefixtures("desk")
def test_common_content_is_not_taken_for_a_person(tmp_path, capsys):
    signer = load_signer("registry")
    listed = a_print(1)
    listed = type(listed)(sha256=photo(1).sha256, pdq=photo(1).pdq, quality=90)
    (verdict,) = submit([common(signer, listed)], open_registry(str(default_registry())).batch, today=today())
    assert verdict.kept, verdict
    register(tmp_path, "parent", 1, code=2)
    assert "common content" in capsys.readouterr().err
    register(tmp_path, "parent", 2)
    assert Likenesses.find(signer.key).count() == 1
