"""Run a command and say what it cost with every process that it left behind.

    python benchmarks/account.py COMMAND...

The workers of an audit are children of a fork server, for which the command itself does not wait;
the usual count of children's CPU time would leave them out. This process adopts such orphans
(prctl PR_SET_CHILD_SUBREAPER, Linux) and waits for all of them. The last line of the standard error
is JSON: wall (until the command itself ended), cpu, code.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36


def main() -> None:
    """Run, wait for everybody, tell."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "this system can not adopt orphans")
    start = time.perf_counter()
    code = subprocess.run(sys.argv[1:], check=False).returncode  # noqa: S603 - a benchmark's own command
    wall = time.perf_counter() - start
    try:
        while True:
            os.wait()
    except ChildProcessError:
        pass
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(json.dumps({"wall": wall, "cpu": used.ru_utime + used.ru_stime, "code": code}), file=sys.stderr)


if __name__ == "__main__":
    main()
