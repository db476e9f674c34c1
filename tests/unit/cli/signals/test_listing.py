def test_every_copy_is_a_line(snapshot, said):
    found = said("list", snapshot, "--lang", "en")
    lines = found.out.splitlines()
    assert len(lines) == 4
    assert "https://b.example/robots.txt  2026-11-01T00:00:00+00:00  unreachable  -  tls  0  -" in lines
    assert "4 of 4 copies" in found.err


def test_lines_can_be_chosen(snapshot, said):
    assert len(said("list", snapshot, "--site", "a.example").out.splitlines()) == 3
    assert (
        len(said("list", snapshot, "--site", "https://a.example/x", "--file", "/ai.txt").out.splitlines())
        == 1
    )
    assert said("list", snapshot, "--file", "licence").out == ""


def test_what_is_not_there(tmp_path, said):
    assert "there is no signal snapshot" in said("list", tmp_path / "no", code=2).err
