"""Others' programs read what we write: `mlcroissant validate` and the SPDX project's own model.

`mlcroissant` wants pandas: `make test` gives it an environment of its own and names it in SEKISHO_CROISSANT.
Where it could not be installed, the context is still compared with the one that it accepts without a word.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sekisho.audit.documents.croissant import croissant
from sekisho.audit.documents.spdx import spdx
from sekisho.audit.membership.training import verify_training
from tests.documented import declared, facts_of, seen_of, signal
from tests.membership import Desk

MLCROISSANT = os.environ.get("SEKISHO_CROISSANT") or shutil.which("mlcroissant")
VECTOR = Path(__file__).parent / "vectors" / "croissant-1.1-context.json"


@pytest.fixture(params=["bare", "full"], scope="module")
def facts(request):
    if request.param == "bare":
        return facts_of()
    desk = Desk()
    rows = [
        {"personal": ["name"], "signals": [signal(note="licence:CC-BY-4.0")]},
        {"media_type": "text/html"},
    ]
    trained = verify_training(desk.trained())
    return facts_of(desk, said=declared(), seen=seen_of(*rows), trained=trained)


def validated(document, folder):
    file = folder / "croissant.json"
    file.write_text(json.dumps(document))
    return subprocess.run(  # noqa: S603 - what we have written ourselves
        [MLCROISSANT, "validate", "--jsonld", file], capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(not MLCROISSANT, reason="mlcroissant is not installed")
def test_mlcroissant_accepts_the_description(facts, tmp_path):
    done = validated(croissant(facts), tmp_path)
    assert done.returncode == 0, done.stderr
    assert "not standard" not in done.stderr


@pytest.mark.skipif(not MLCROISSANT, reason="mlcroissant is not installed")
def test_mlcroissant_refuses_what_is_wrong(tmp_path):
    document = croissant(facts_of())
    del document["distribution"][0]["sha256"]
    done = validated(document, tmp_path)
    assert done.returncode == 1
    assert "sha256" in done.stderr


def test_the_context_is_the_one_that_croissant_1_1_knows(facts):
    made = croissant(facts)
    assert made["@context"] == json.loads(VECTOR.read_text())
    prefixes = {"rai"}
    for name in made:
        assert name.startswith("@") or ":" not in name or name.partition(":")[0] in prefixes


def test_the_model_of_spdx_accepts_the_document(facts):
    """Types, ranges, cardinalities and closed sets, by code that SPDX makes from its own SHACL shapes."""
    model = pytest.importorskip("spdx_python_model", reason="spdx-python-model is not installed")
    _, found = model.load_data(json.loads(json.dumps(spdx(facts))))
    assert not found.missing_ids
    kinds = [type(one).__name__ for one in found.foreach()]
    assert sum("DatasetPackage" in kind for kind in kinds) == 1


def test_the_model_of_spdx_refuses_what_is_wrong(facts):
    model = pytest.importorskip("spdx_python_model", reason="spdx-python-model is not installed")
    document = json.loads(json.dumps(spdx(facts)))
    package = next(one for one in document["@graph"] if one["type"] == "dataset_DatasetPackage")
    package["dataset_datasetType"] = ["pictures"]
    with pytest.raises(Exception, match="pictures"):
        model.load_data(document)
