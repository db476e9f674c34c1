import signal
import sys
import threading

import pytest

from sekisho.cli.interrupt import hear_interrupts


@pytest.fixture(autouse=True)
def _keyboard():
    """Whoever runs the tests may have taken the signal."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupt():
    signal.raise_signal(signal.SIGINT)


@hear_interrupts()
def waiting(work):
    """Do some work, and wait for the interrupt that it had."""
    work()
    threading.Event().wait(10)


def test_an_interrupt_is_raised_at_once():
    with pytest.raises(KeyboardInterrupt), hear_interrupts():
        interrupt()


STARTING = "multiprocessing.popen_forkserver"


@pytest.mark.parametrize("module", ["llvmlite.binding.executionengine", "llvmlite.binding.module", STARTING])
def test_while_llvm_is_at_work_or_a_worker_starts_it_is_put_off(module):
    held = []
    names = {"__name__": module, "interrupt": interrupt, "held": held}
    exec("def called_back():\n    interrupt()\n    held.append(True)", names)  # noqa: S102
    with pytest.raises(KeyboardInterrupt):
        waiting(names["called_back"])
    assert held == [True]


def test_one_that_was_lost_comes_again_and_leaves_no_traceback(capfd):
    class Finalized:
        def __del__(self):
            interrupt()

    with pytest.raises(KeyboardInterrupt):
        waiting(Finalized)
    assert capfd.readouterr().err == ""


def test_other_lost_exceptions_are_told_as_before():
    class Finalized:
        def __del__(self):
            raise ValueError("lost")

    told = []
    before, sys.unraisablehook = sys.unraisablehook, told.append
    try:
        with hear_interrupts():
            Finalized()
    finally:
        sys.unraisablehook = before
    assert [what.exc_type for what in told] == [ValueError]


def test_afterwards_everything_is_as_before():
    before = signal.getsignal(signal.SIGALRM), sys.unraisablehook
    with hear_interrupts():
        assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert (signal.getsignal(signal.SIGALRM), sys.unraisablehook) == before


def test_who_has_taken_the_signal_keeps_it():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with hear_interrupts():
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_another_thread_takes_no_signal():
    seen = []

    def work():
        with hear_interrupts():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]
