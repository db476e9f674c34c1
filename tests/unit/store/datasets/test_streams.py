import gzip

import pytest

from sekisho.store.datasets.damage import DamageError, RatioError
from sekisho.store.datasets.streams import MAX_RATIO, RATIO_FROM, GzipStream

BODY = bytes(range(256)) * 4000


@pytest.fixture
def stream(tmp_path):
    files = []

    def opened(packed):
        (tmp_path / "t.gz").write_bytes(packed)
        files.append((tmp_path / "t.gz").open("rb"))
        return GzipStream(files[-1].fileno())

    yield opened
    for file in files:
        file.close()


def _all(opened):
    return b"".join(iter(lambda: opened.read(100_000), b""))


def test_several_members_and_padding_are_one_stream(stream):
    packed = gzip.compress(BODY) + gzip.compress(b"tail") + bytes(700)
    assert _all(stream(packed)) == BODY + b"tail"


def test_reading_and_skipping(stream):
    opened = stream(gzip.compress(BODY, 0))
    assert opened.read(3) == BODY[:3]
    opened.skip_to(900_000)
    assert opened.read(5) == BODY[900_000:900_005]
    with pytest.raises(DamageError):
        opened.skip_to(len(BODY) + 1)


@pytest.mark.parametrize("cut", [0, 1, 9, 400, -9, -1])
def test_a_cut_is_noticed(stream, cut):
    with pytest.raises(DamageError):
        _all(stream(gzip.compress(BODY)[:cut]))


def test_a_wrong_checksum_and_garbage_are_noticed(stream):
    packed = bytearray(gzip.compress(BODY))
    packed[-6] ^= 1
    with pytest.raises(DamageError):
        _all(stream(bytes(packed)))
    with pytest.raises(DamageError):
        _all(stream(gzip.compress(BODY) + b"garbage"))


def test_a_bomb_is_left_early(stream):
    packed = gzip.compress(bytes(RATIO_FROM * 2), 9)
    opened = stream(packed)
    assert len(packed) * MAX_RATIO < RATIO_FROM
    with pytest.raises(RatioError):
        opened.skip_to(RATIO_FROM * 2)
    assert opened.position < RATIO_FROM + (1 << 20)
