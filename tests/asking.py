"""A machine on which a registry, an operator with a sealed run and its log live: for the commands."""

import numpy as np

from sekisho.store.keys import make_key
from sekisho.store.own_log import own_log
from sekisho.store.runs import RunDirectory
from tests.membership import PERSON, Desk
from tests.pictures import encode, picture
from tests.world import drawn

__all__ = ["FOUND", "Machine"]

FOUND = encode(picture(1, 96, 96), quality=80)
"""A near copy of a.png of the run."""


class Machine:
    """The files of one folder, and the keys of this machine."""

    def __init__(self, folder):
        self.folder = folder
        self.operator, self.asker = make_key("studio"), make_key("asker")
        self.run = folder / "run"
        files = RunDirectory(self.run)
        self.desk = Desk(persons=[PERSON], log=own_log(), target=files, operator=self.operator)
        for name, data in {
            "same.png": drawn(1),
            "found.jpg": FOUND,
            "turned.png": encode(np.ascontiguousarray(np.rot90(picture(6, 96, 96))), "PNG"),
            "other.png": drawn(77),
            "person.png": PERSON,
        }.items():
            (folder / name).write_bytes(data)

    def __truediv__(self, name):
        """Return the path of a file in the folder, as text."""
        return str(self.folder / name)
