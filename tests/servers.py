"""Server processes of ours, and sockets that behave as no server should."""

import os
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress

__all__ = ["Process", "exchanged", "scripted", "started"]


class Process:
    """A `sekisho` process that serves at `url`."""

    def __init__(self, running, url):
        self.running, self.url = running, url
        self.port = int(url.rpartition(":")[2])

    def kill(self):
        self.running.kill()
        self.running.wait()


@contextmanager
def started(arguments, repository, home):
    """Start `python ARGUMENTS` and yield it once it has said where it serves."""
    environment = os.environ | {
        "PYTHONPATH": f"{repository}{os.pathsep}{repository / 'src'}",
        "SEKISHO_HOME": str(home),
    }
    said = []
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, *arguments], env=environment, text=True, stderr=subprocess.PIPE
    ) as running:
        # Read on to the end, or a full pipe would stop the server.
        rest = threading.Thread(target=lambda: said.extend(running.stderr), daemon=True)
        try:
            for line in running.stderr:
                said.append(line)
                if " at http://" in line:
                    rest.start()
                    yield Process(running, line.split(" at ")[1].strip())
                    return
            raise AssertionError(f"the server did not start: {''.join(said)}")
        finally:
            running.terminate()
            running.wait(timeout=20)
            if rest.ident is not None:
                rest.join(5)


def exchanged(port, *parts, seconds=10.0, pause=None):
    """Send bytes to a port, part by part, and return what comes until the other side closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        received = b""
        with suppress(ConnectionError):
            for part in parts:
                connection.sendall(part)
                if pause is not None:
                    pause()
            while chunk := connection.recv(65536):
                received += chunk
        return received


@contextmanager
def scripted(play):
    """Yield the address of a server that gives each connection to `play`."""
    listener = socket.create_server(("127.0.0.1", 0))

    def one(connection):
        with connection, suppress(OSError):
            connection.settimeout(20)
            play(connection)

    def serve():
        with suppress(OSError):
            while True:
                threading.Thread(target=one, args=(listener.accept()[0],), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
