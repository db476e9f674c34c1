"""ICC profiles made for tests: their names lie where a test needs them to. ICC.1:2022 7 to 10."""

import struct

__all__ = ["SRGB_XYZ", "cmyk_profile", "gray_profile", "rgb_profile"]

D50 = (0.9642, 1.0, 0.8249)
SRGB_XYZ = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71393))
SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def _fixed(*values):
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def _xyz(values):
    return b"XYZ \0\0\0\0" + _fixed(*values)


def _curve(values):
    kind = 3 if len(values) > 1 else 0
    return b"para\0\0\0\0" + struct.pack(">HH", kind, 0) + _fixed(*values)


def _text(text):
    return b"text\0\0\0\0" + text.encode() + b"\0"


def _description(text):
    name = text.encode() + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(78)


def _profile(kind, space, connection, tags):
    body, table = b"", b""
    at = 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        padded = data + bytes(-len(data) % 4)
        table += name.encode() + struct.pack(">II", at + len(body), len(data))
        body += padded
    size = at + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"\0\0\0\0", 0x04300000, kind, space, connection)
    head += bytes(12) + b"acsp" + bytes(28) + _fixed(*D50)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def rgb_profile(*, xyz=SRGB_XYZ, curve=SRGB_CURVE, name="sRGB IEC61966-2.1"):
    """Return a matrix profile; the columns of `xyz` are red, green and blue."""
    tags = {"desc": _description(name), "cprt": _text("none"), "wtpt": _xyz(D50)}
    tags |= {f"{c}XYZ": _xyz(column) for c, column in zip("rgb", xyz, strict=True)}
    tags |= {f"{c}TRC": _curve(curve) for c in "rgb"}
    return _profile(b"mntr", b"RGB ", b"XYZ ", tags)


def gray_profile(*, curve=(1.0,)):
    """Return a gray profile; by default linear light."""
    tags = {"desc": _description("gray"), "cprt": _text("none"), "wtpt": _xyz(D50), "kTRC": _curve(curve)}
    return _profile(b"mntr", b"GRAY", b"XYZ ", tags)


def cmyk_profile():
    """Return a press profile in which the ink K alone decides: none is black, full is white."""
    ramp = bytes(range(256))
    lut = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1) + ramp * 4
    lut += b"".join(bytes([255 * (corner & 1), 128, 128]) for corner in range(16)) + ramp * 3
    tags = {"desc": _description("press"), "cprt": _text("none"), "wtpt": _xyz(D50), "A2B0": lut}
    return _profile(b"prtr", b"CMYK", b"Lab ", tags)
