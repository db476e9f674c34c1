"""Several processes seal and shred at once: nobody can seal for a subject after it was shredded."""

import subprocess
import sys

from sekisho.store.records import Records
from sekisho.store.vault import Vault

WORK = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from sekisho.errors import ErasedError
from sekisho.store.records import Records
from sekisho.store.vault import Vault

folder, task = Path(sys.argv[1]), int(sys.argv[2])
records = Records.open(Vault.open(folder / "vault", keys=folder / "keys"))
for number in range(12):
    subject = f"subject {number}"
    if task == 0:
        records.erase(subject, datetime.now(UTC))
        continue
    try:
        records.add("likeness", subject, b"%d %d" % (task, number))
    except ErasedError:
        print(number)
"""


def test_what_was_shredded_stays_so_whoever_seals_meanwhile(tmp_path):
    tasks = [
        subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", WORK, str(tmp_path), str(task)], stdout=subprocess.PIPE, text=True
        )
        for task in range(3)
    ]
    said = [task.communicate(timeout=120)[0] for task in tasks]
    assert [task.returncode for task in tasks] == [0, 0, 0]
    assert said[0] == ""
    records = Records.open(Vault.open(tmp_path / "vault", keys=tmp_path / "keys"))
    assert list(records.of_kind("likeness")) == []
    assert not any(records.vault.holds(f"subject {number}") for number in range(12))
    assert len((tmp_path / "keys" / "vault.tombstones").read_text().splitlines()) == 12
