"""Small real ONNX files, written byte by byte: the same on every machine, with no package but numpy.

The encoder shrinks a picture of 32 x 32 to 4 x 4 means, takes the middle grey off and multiplies by a
fixed matrix of cosines: pictures of the same coarse look have near vectors. 7 kB. The bytes are those of
onnx.proto3 (ModelProto and what it holds), of which only the few fields that are needed are written.
"""

import hashlib

import numpy as np

from sekisho.codec.encoder import read_encoder
from sekisho.fingerprint.embedding import Encoder

FLOAT, UINT8 = 1, 2
SIDE, GRID, DIMENSIONS = 32, 4, 32


def number(value):
    """Write a varint."""
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*made, value])


def field(tag, value):
    """Write one field: a whole number, a text, or bytes."""
    if isinstance(value, int):
        return number(tag << 3) + number(value)
    data = value.encode() if isinstance(value, str) else value
    return number(tag << 3 | 2) + number(len(data)) + data


def tensor(name, values):
    values = np.asarray(values, np.float32)
    dims = b"".join(field(1, size) for size in values.shape)
    return dims + field(2, FLOAT) + field(8, name) + field(9, values.astype("<f4").tobytes())


def info(name, kind, shape):
    """Describe an input or output; a text as a size leaves it open."""
    dims = b"".join(field(1, field(2 if isinstance(size, str) else 1, size)) for size in shape)
    return field(1, name) + field(2, field(1, field(1, kind) + field(2, dims)))


def node(operator, inputs, output, **attributes):
    made = b"".join(field(1, name) for name in inputs) + field(2, output) + field(4, operator)
    for name, value in attributes.items():
        if isinstance(value, int):
            made += field(5, field(1, name) + field(3, value) + field(20, 2))
        else:
            made += field(5, field(1, name) + b"".join(field(8, one) for one in value) + field(20, 7))
    return made


def model(nodes, inputs, outputs, tensors=()):
    graph = b"".join(field(1, one) for one in nodes) + field(2, "made by tests/encoders.py")
    graph += b"".join(field(5, one) for one in tensors)
    graph += b"".join(field(11, one) for one in inputs) + b"".join(field(12, one) for one in outputs)
    return field(1, 8) + field(7, graph) + field(8, field(1, "") + field(2, 13))


def matrix(dimensions=DIMENSIONS):
    cells, columns = np.arange(3 * GRID * GRID)[:, None], np.arange(dimensions)[None, :]
    return np.cos((cells + 0.5) * (columns + 1) * 0.7183).astype(np.float32) / 64


def encoder_file(*, grey=-128.0, dimensions=DIMENSIONS, operator="MatMul", side=SIDE, output="embedding"):
    """Return the encoder, or one with something wrong in it."""
    nodes = [
        node("Cast", ["image"], "real", to=FLOAT),
        node("Transpose", ["real"], "planes", perm=(0, 3, 1, 2)),
        node("Add", ["planes", "grey"], "centred"),
        node("AveragePool", ["centred"], "means", kernel_shape=(8, 8), strides=(8, 8)),
        node("Flatten", ["means"], "cells", axis=1),
        node(operator, ["cells", "matrix"], output),
    ]
    return model(
        nodes,
        [info("image", UINT8, ("batch", side, side, 3))],
        [info(output, FLOAT, ("batch", dimensions))],
        [tensor("grey", grey), tensor("matrix", matrix(dimensions))],
    )


def metric_file(*, scaled=False):
    """Return a metric: one minus the cosine; `scaled` also looks at the length of the vectors."""
    nodes = [
        node("ReduceL2", ["input"], "lengths", axes=(1,), keepdims=1),
        node("Div", ["input", "lengths"], "unit"),
        node("Transpose", ["input" if scaled else "unit"], "turned", perm=(1, 0)),
        node("MatMul", ["input" if scaled else "unit", "turned"], "cosine"),
        node("Sub", ["one", "cosine"], "output"),
    ]
    return model(
        nodes,
        [info("input", FLOAT, ("n", DIMENSIONS))],
        [info("output", FLOAT, ("n", "m"))],
        [tensor("one", 1.0)],
    )


FIRST = (-0.0200, -0.4975, 0.0336, -0.1532, 0.0671, 0.1556, -0.0609, 0.0768)
SPEC = """
id = "small"
kind = "{kind}"
[file]
name = "small.onnx"
sha256 = "{sha256}"
size_bytes = {size}
[licence]
weights = "CC0-1.0"
[input]
name = "image"
dtype = "uint8"
layout = "NHWC"
size = [32, 32]
[output]
name = "embedding"
dimensions = 32
[compare]
review = 900
[selftest]
expected_first8 = [{first}]
{more}
"""
CALIBRATED = """
[calibration]
impostor_pairs = 2000000
date = 2026-11-22
pictures = "drawings"
normalised = false
points = [[1000, 900], [1, 970]]
"""


def spec_text(data, *, kind="copy", first=FIRST, more="", **changes):
    """Return the description of a file; `changes` replace a line `key = value` by another value."""
    numbers = ", ".join(str(one) for one in first)
    digest = hashlib.sha256(data).hexdigest()
    text = SPEC.format(kind=kind, sha256=digest, size=len(data), first=numbers, more=more)
    lines = text.splitlines()
    for key, value in changes.items():
        at = next(n for n, line in enumerate(lines) if line.startswith(f"{key} = "))
        lines[at] = f"{key} = {value}"
    return "\n".join(lines)


def laid(folder, data=None, **changes):
    """Put an encoder's file and its description into a folder; return the description's path."""
    data = encoder_file() if data is None else data
    (folder / "small.onnx").write_bytes(data)
    (folder / "small.toml").write_text(spec_text(data, **changes), encoding="utf-8")
    return folder / "small.toml"


def python_encoder(*, calibrated=True, kind="copy", run=None, **more):
    """Return the same encoder without onnxruntime: what the file says, in numpy."""
    text = spec_text(encoder_file(), kind=kind, more=CALIBRATED if calibrated else "")

    def reckoned(batch):
        cells = batch.astype(np.float32).transpose(0, 3, 1, 2) - np.float32(128)
        means = cells.reshape(-1, 3, GRID, 8, GRID, 8).mean(axis=(3, 5), dtype=np.float32)
        return (means.reshape(len(batch), -1) @ matrix()).astype(np.float32)

    return Encoder(spec=read_encoder(text, "small.toml"), run=run or reckoned, **more)
