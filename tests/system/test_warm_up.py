"""What the supervisor compiles before the workers start is all that a text needs: in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("sudachipy")

ROOT = Path(__file__).parents[2]
SCRIPT = """
import json
import sys
from dataclasses import replace
from numba.core.registry import CPUDispatcher
from sekisho.check import check, decide_many, glance_at
from sekisho.cli.audit.texts import open_lenses, warm_up_texts
from sekisho.model import Item, Name, Purpose, TextForm, TextSource
from sekisho.policy import shipped_policy
from tests.world import World

def compiled():
    modules = [(name, module) for name, module in sys.modules.items() if name.startswith("sekisho.")]
    return {
        f"{name}.{kernel}": len(made.signatures)
        for name, module in modules
        for kernel, made in vars(module).items()
        if isinstance(made, CPUDispatcher) and made.__module__ == name
    }

warm_up_texts()
before = compiled()
tale = "岬の宿を訪ねた人のことを書いた、とても長い話である。" * 9
world = World()
world.register_texts(world.holder, tale, names=(Name(text="星野 光太郎", reading="ほしの こうたろう"),))
snapshot, policy, use = world.open(), shipped_policy("opt-in"), world.use(purpose=Purpose.GENERATE)
found = "星野光太郎と Luke Stone の絵。電話は03-0000-0000。" + tale
for text in (found, "なんでもない文である。", "plain words " * 9):
    item = Item(name="a", data=text.encode(), text=TextSource(form=TextForm.PLAIN))
    check(item, snapshot=snapshot, policy=policy, use=use, lenses=open_lenses(personal=True))
bare = replace(policy, text=replace(policy.text, personal=None))
records = [json.dumps({"n": 1, "text": text}).encode() for text in (found, "plain words " * 9, "猫\\n犬")]
items = [Item(name="a", data=data, text=TextSource(form=TextForm.JSON)) for data in records]
glances = [glance_at(item, policy=bare) for item in items]
made = decide_many(glances, snapshot=snapshot, policy=bare, use=use)
assert [bool(one.findings) for one in made] == [True, False, False]
after = compiled()
assert sum(before.values()) > 10, before
# Building the registry above is another program's work; a check compiles nothing.
late = {kernel for kernel, count in after.items() if count != before.get(kernel, 0)}
assert not {kernel for kernel in late if not kernel.startswith("sekisho.snapshot.")}, late
"""


def test_a_check_of_texts_compiles_nothing_after_the_warm_up():
    done = subprocess.run(  # noqa: S603 - the script stands above
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
