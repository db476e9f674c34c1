from sekisho.audit.job import plan
from sekisho.audit.runners import HERE_ITEMS, run_here
from sekisho.audit.work import do_unit
from tests.world import MemorySource, World, drawn


def test_units_are_done_in_order_with_the_same_commits():
    world = World()
    job = world.job(MemorySource({f"{n}.png": drawn(n, 48) for n in range(5)}, unit_items=2))
    units, ticks = plan(job), []
    commits = list(run_here(job, units, on_progress=ticks.append))
    assert [commit["unit"] for commit in commits] == [unit.id for unit in units]
    assert commits == [do_unit(job, job.open_snapshot(), unit, {}, ticks.append) for unit in units]
    assert ticks[:3] == [0, 0, 0]
    assert list(run_here(job, [])) == []
    assert HERE_ITEMS > 0
