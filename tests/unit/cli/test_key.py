from sekisho.cli.app import main
from sekisho.store.home import keys_dir


def test_new_list_show_add(capsys, tmp_path):
    assert main(["key", "new", "aozora", "--label", "Aozora Press"]) == 0
    key = capsys.readouterr().out.strip()
    assert main(["key", "show", "aozora", "-o", str(tmp_path / "a.pub")]) == 0
    assert capsys.readouterr().out.strip() == key
    assert main(["key", "add", "friend", str(tmp_path / "a.pub")]) == 0
    capsys.readouterr()
    assert main(["key", "list"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"aozora  {key}  own  Aozora Press",
        f"friend  {key}  contact  Aozora Press",
    ]


def test_a_key_is_not_made_twice(capsys):
    main(["key", "new", "a"])
    before = (keys_dir() / "a.key").read_bytes()
    assert main(["key", "new", "a"]) == 2
    assert "already" in capsys.readouterr().err
    assert (keys_dir() / "a.key").read_bytes() == before


def test_the_private_half_is_never_printed(capsys):
    main(["key", "new", "a"])
    main(["key", "show", "a"])
    main(["key", "list"])
    out = capsys.readouterr()
    secret = (keys_dir() / "a.key").read_text().splitlines()[1]
    assert secret not in out.out + out.err
