"""A real PostgreSQL server of the tests' own: in a temporary folder, on a socket that nobody else sees."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

USER, PASSWORD = "sekisho", "s3cret/@:?#"
DEBIAN = Path("/usr/lib/postgresql")
UNPRIVILEGED = ("postgres", "nobody")
SETTINGS = "-c listen_addresses='' -c fsync=off -c shared_buffers=32MB"


def programs() -> Path | None:
    """Return the folder of initdb and postgres; Debian does not put it on the PATH."""
    named = os.environ.get("SEKISHO_POSTGRES")
    if named:
        return Path(named)
    found = shutil.which("initdb")
    debian = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parent.parent.name))
    return Path(found).resolve().parent if found else debian[-1].parent if debian else None


def _as_user() -> Mapping[str, object]:
    """Say as whom the server runs: it refuses to be root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam(next(name for name in UNPRIVILEGED if name in names))
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": ()}


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresServer:
    """A server that can be started, stopped and made to fail."""

    programs: Path
    folder: Path

    def run(self, name: str, *arguments: str, text: str = "") -> str:
        """Run one of PostgreSQL's programs to its end."""
        ended = subprocess.run(  # noqa: S603 - of the distribution
            [self.programs / name, *arguments],
            input=text,
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C", "PGHOST": str(self.folder)},
            capture_output=name != "pg_ctl",
            text=True,
            timeout=60,
            check=True,
            **_as_user(),
        )
        return ended.stdout or ""

    def _control(self, action: str, *arguments: str) -> None:
        log = str(self.folder / "log")
        self.run("pg_ctl", action, "--silent", "-w", "-D", str(self.data), "-l", log, *arguments)

    @property
    def data(self) -> Path:
        """The server's own folder."""
        return self.folder / "data"

    def make(self) -> None:
        """Make a server as one without a language does it; only its owner needs no password."""
        self.run("initdb", "-D", str(self.data), "-U", "owner", "-A", "trust", "--no-sync", "-E", "SQL_ASCII")
        rules = f"local all owner trust\nlocal all {USER} scram-sha-256\n"
        (self.data / "pg_hba.conf").write_text(rules, encoding="utf-8")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self._control("start", "-o", f"{SETTINGS} -k {self.folder}")

    def stop(self) -> None:
        """Stop the server as a power cut would."""
        self._control("stop", "-m", "immediate")

    def ask(self, sql: str, database: str = "postgres") -> str:
        """Run SQL as the server's owner; return what it says, without decoration."""
        plain = ("-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1")
        return self.run("psql", *plain, "-U", "owner", "-d", database, text=sql)

    def url(self, database: str, password: str = PASSWORD) -> str:
        """Return the URL of a database as the user of the tests."""
        return f"postgresql://{USER}:{quote(password, safe='')}@/{database}?host={self.folder}"

    def database(self, name: str, *options: str) -> str:
        """Make a database of the user's own; return its URL."""
        self.ask(f"CREATE DATABASE {name} OWNER {USER} TEMPLATE template0 {' '.join(options)};")
        return self.url(name)


@contextmanager
def running(found: Path) -> Iterator[PostgresServer]:
    """Make a server, start it, and leave nothing of it behind."""
    folder = Path(tempfile.mkdtemp(prefix="sekisho-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, *(_as_user()[name] for name in ("user", "group")))
    server = PostgresServer(programs=found, folder=folder)
    try:
        server.make()
        server.start()
        server.ask(f"CREATE USER {USER} PASSWORD '{PASSWORD}';")
        yield server
    finally:
        if (server.data / "postmaster.pid").exists():
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def processes(server: PostgresServer) -> Sequence[str]:
    """Return the server's processes that serve the user of the tests."""
    lines = server.ask("SELECT usename, pid FROM pg_stat_activity;").splitlines()
    return [pid for user, _, pid in (line.partition("|") for line in lines) if user == USER]
