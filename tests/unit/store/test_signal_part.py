import pytest

from sekisho.detect.signals.kept import Kept, Why
from sekisho.detect.signals.sites import Reached
from sekisho.errors import InputError, UsageError
from sekisho.store.signal_part import FOOT, MAGIC, ROW, PartWriter, read_foot, read_record, url_key
from tests.sites import copied

COPIES = [
    copied("https://a.example/robots.txt", b"User-agent: *\n"),
    copied("https://b.example/robots.txt", reached=Reached.UNREACHABLE, why=Why.TLS, status=0),
    Kept(
        copy=copied("https://c.example/ai.txt", b"\xff\0x").copy,
        status=200,
        final="https://d.example/",
        chain=("https://c.example/ai.txt",),
        type="text/plain; charset=ほ",
    ),
]


def written(path, copies=COPIES):
    writer = PartWriter(path)
    for kept in copies:
        writer.append(kept)
    writer.commit()
    return writer


def test_what_was_kept_is_read_again(tmp_path):
    data = written(tmp_path / "1.part").seal().read_bytes()
    foot = read_foot(data)
    rows = [ROW.unpack_from(data, foot.begins + n * ROW.size) for n in range(foot.records)]
    assert rows == sorted(rows)
    found = {key: read_record(data, place, digest)[0] for key, _, digest, place in rows}
    assert [found[url_key(kept.copy.url)] for kept in COPIES] == COPIES


def test_the_digest_does_not_depend_on_the_sequence(tmp_path):
    parts = [
        written(tmp_path / f"{n}.part", some).seal()
        for n, some in enumerate((COPIES, COPIES[::-1], COPIES[1:]))
    ]
    first, second, third = (read_foot(part.read_bytes()).digest for part in parts)
    assert first == second != third


def test_an_open_part_goes_on_after_its_last_whole_record(tmp_path):
    path = tmp_path / "1.part"
    writer = written(path)
    writer.close()
    whole = path.read_bytes()
    for size in range(len(whole) - 1, len(MAGIC) - 1, -7):
        path.write_bytes(whole[:size])
        again = PartWriter(path)
        known = [kept for kept in COPIES if again.newest(kept.copy.url) == kept]
        assert len(again) == len(known) == len(COPIES[: len(known)])
        for kept in COPIES[len(known) :]:
            again.append(kept)
        again.commit()
        again.close()
        assert path.read_bytes() == whole


@pytest.mark.parametrize("junk", [b"", b"SK", b"\0" * 100, MAGIC + b"\xff" * 100, MAGIC + b"\0" * 9000])
def test_what_is_no_record_is_cut_off(tmp_path, junk):
    (tmp_path / "1.part").write_bytes(junk)
    writer = written(tmp_path / "1.part")
    assert len(writer) == 3
    assert read_foot(writer.seal().read_bytes()).records == 3


def test_a_part_without_copies_leaves_nothing(tmp_path):
    assert PartWriter(tmp_path / "1.part").seal() is None
    assert list(tmp_path.iterdir()) == []


def test_only_one_process_writes(tmp_path):
    writer = PartWriter(tmp_path / "1.part")
    with pytest.raises(UsageError, match="another sekisho"):
        PartWriter(tmp_path / "1.part")
    writer.close()


@pytest.mark.parametrize("cut", [0, 4, FOOT.size, FOOT.size + 1, FOOT.size + ROW.size])
def test_a_foot_that_is_cut_or_moved_is_refused(tmp_path, cut):
    data = written(tmp_path / "1.part").seal().read_bytes()
    for wrong in (data[: len(data) - cut] if cut else b"", data + b"\0", data[1:]):
        with pytest.raises(InputError):
            read_foot(wrong)


def test_no_byte_of_a_record_can_be_changed(tmp_path):
    data = bytearray(written(tmp_path / "1.part", COPIES[:1]).seal().read_bytes())
    end = read_foot(bytes(data)).begins
    _, _, digest, place = ROW.unpack_from(data, end)
    for at in range(place, end):
        data[at] ^= 1
        with pytest.raises(InputError):
            read_record(bytes(data[:end]), place, digest)
        data[at] ^= 1
    assert read_record(bytes(data), place, digest)[0] == COPIES[0]
    with pytest.raises(InputError):
        read_record(bytes(data), len(data) - 3)


def test_a_record_that_would_be_too_large_is_not_unpacked(tmp_path):
    data = written(tmp_path / "1.part", COPIES[:1]).seal().read_bytes()
    place = ROW.unpack_from(data, read_foot(data).begins)[3]
    for packed, plain in ((9, 1 << 30), (1 << 30, 9)):
        head = packed.to_bytes(4) + plain.to_bytes(4)
        with pytest.raises(InputError, match="cut short"):
            read_record(data[:place] + head + data[place + 8 :] + bytes(64), place)


def test_another_record_in_its_place_is_refused(tmp_path):
    data = written(tmp_path / "1.part").seal().read_bytes()
    one, two = (ROW.unpack_from(data, read_foot(data).begins + n * ROW.size) for n in range(2))
    with pytest.raises(InputError, match="not the one that was written"):
        read_record(data, one[3], two[2])


def test_a_foot_of_another_kind_is_refused(tmp_path):
    data = written(tmp_path / "1.part").seal().read_bytes()
    at = len(data) - FOOT.size
    with pytest.raises(InputError):
        read_foot(data[:at] + b"X" + data[at + 1 :])
