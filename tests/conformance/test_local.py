"""A published vector of local features, made by plain Python (tests/local_oracle.py), for any language."""

import base64
import hashlib
import io
import json
from importlib.resources import files
from pathlib import Path

import numpy as np
from PIL import Image

from sekisho.fingerprint.local import query_features

VECTOR = json.loads((Path(__file__).parent.parent / "vectors/local.json").read_text(encoding="utf-8"))


def test_the_vector():
    pixels = np.array(Image.open(io.BytesIO(base64.b64decode(VECTOR["picture"]))))
    for found, name in zip(query_features(pixels, most=VECTOR["most"]), ("upright", "flipped"), strict=True):
        rows = [
            [descriptor.astype("<u8").tobytes().hex(), *place]
            for descriptor, place in zip(found.descriptors, found.places.tolist(), strict=True)
        ]
        assert rows == VECTOR[name]


def test_the_tests_are_those_of_the_page():
    raw = (files("sekisho.fingerprint") / "tests.bin").read_bytes()
    assert hashlib.sha256(raw).hexdigest() == VECTOR["tests_sha256"]
