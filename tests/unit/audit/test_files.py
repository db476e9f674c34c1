import hashlib

from sekisho.audit.files import clean_name, commit_name, commits_root, part_name
from sekisho.audit.work import part_name as named_by_work
from sekisho.ledger.tree import EMPTY_ROOT, node_hash


def test_every_file_of_a_unit_has_its_folder():
    assert part_name("u1") == "decisions/part-u1.parquet"
    assert clean_name("u1") == "clean/u1.txt"
    assert commit_name("u1") == "commits/u1.json"
    assert named_by_work is part_name


def test_the_root_covers_every_commit_in_order():
    leaves = [hashlib.sha256(b"\0" + commit).digest() for commit in (b"a", b"b")]
    assert commits_root([b"a", b"b"]) == node_hash(*leaves).hex()
    assert commits_root([b"b", b"a"]) != commits_root([b"a", b"b"])
    assert commits_root([]) == EMPTY_ROOT.hex()
