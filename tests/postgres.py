"""A throw-away PostgreSQL server for one run of the tests: started by whoever needs it first, shared by all workers.

It listens on a socket in a folder of its own, on no port, and forgets to be durable. The controller stops it.
"""

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

FOLDER = "DUNGHAN_TEST_POSTGRES"
MEMORY, ROOM = Path("/dev/shm"), 2 * 1024**3  # noqa: S108 - a private folder is made in it
START_SECONDS = 30
FILE_COPY_SINCE = 150_000
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "autovacuum": "off",
    "shared_buffers": "64MB",
}


class PostgresMissing(RuntimeError):
    """The programs are not on this machine; the message names the package."""


def prepare() -> None:
    """Name the folder of this run; children inherit the name. Starts nothing."""
    folder = Path(tempfile.mkdtemp(prefix="dunghan-pg-", dir=_memory()))
    folder.chmod(0o755)
    os.environ[FOLDER] = str(folder)


def _memory() -> str | None:
    """A folder in memory, if there is one with room: a database for each test is six hundred files."""
    has_room = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return str(MEMORY) if has_room else None


def server() -> str:
    """The folder with the socket of the running server, started by the first who asks.

    Raises:
        PostgresMissing: there is no PostgreSQL on this machine.
    """
    folder = Path(os.environ[FOLDER])
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "pid").exists():
            start(folder)
    return str(folder)


def stop() -> None:
    """End the server of this run, if anybody started it, and remove its folder."""
    folder = Path(os.environ.pop(FOLDER))
    halt(folder, signal.SIGINT)
    shutil.rmtree(folder, ignore_errors=True)


def halt(folder: Path, number: int) -> None:
    """End the server in a folder, if one runs there: SIGINT at once, SIGQUIT as if the power had gone."""
    note = folder / "pid"
    if note.exists():
        pid = int(note.read_text())
        os.kill(pid, number)
        _until(lambda: not Path(f"/proc/{pid}/stat").exists() or _is_zombie(pid))
        note.unlink()


def url(folder: str, database: str) -> str:
    """The SQLAlchemy address of a database on the server."""
    return f"postgresql+psycopg://postgres@/{database}?host={folder}"


def renew(folder: str, template: str, name: str) -> str:
    """A database made from a template, in place of an older one of the name; gives its address."""
    with _connected(folder) as connection:
        # Copying the files takes a third of the time that writing every page through the log does (PostgreSQL 15).
        how = " STRATEGY FILE_COPY" if connection.info.server_version >= FILE_COPY_SINCE else ""
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{how}'.encode())
    return url(folder, name)


def create(folder: str, name: str) -> str:
    """An empty database; gives its address."""
    with _connected(folder) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return url(folder, name)


def _connected(folder: str) -> psycopg.Connection:
    return psycopg.connect(f"host={folder} user=postgres dbname=postgres", autocommit=True)


def _programs() -> Path:
    found = [Path(path).parent for path in (shutil.which("postgres"),) if path]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    usable = [path for path in found if (path / "initdb").exists() and (path / "postgres").exists()]
    if not usable:
        raise PostgresMissing(
            "PostgreSQL is missing: install the package postgresql (apt-get install postgresql)"
        )
    return usable[-1]


def _somebody() -> dict[str, object]:
    # PostgreSQL refuses to run as root; whoever is not root runs it as himself.
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def start(folder: Path, **options: str) -> None:
    """Start a server in a folder, with the data that are there, else empty; ``options`` take the place of ours."""
    programs, settings = _programs(), {"cwd": folder, "stdin": subprocess.DEVNULL, **_somebody()}
    if not (folder / "data").exists():
        _initialise(folder, programs, settings)
    words = [part for name, value in (OPTIONS | options).items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", "-k", folder, *words],
            stdout=log,
            stderr=log,
            start_new_session=True,
            **settings,
        )
    process.returncode = 0  # it outlives this worker on purpose; the controller ends it
    _until(lambda: _answers(folder), (folder / "log").read_text)
    (folder / "pid").write_text(str(process.pid))


def _initialise(folder: Path, programs: Path, settings: dict[str, object]) -> None:
    data = folder / "data"
    data.mkdir(mode=0o700)
    if "user" in settings:
        os.chown(folder, settings["user"], settings["group"])
        os.chown(data, settings["user"], settings["group"])
    initdb = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"]
    subprocess.run([*initdb, "--no-sync", "--no-instructions"], check=True, capture_output=True, **settings)


def _answers(folder: Path) -> bool:
    try:
        psycopg.connect(f"host={folder} user=postgres dbname=postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def _is_zombie(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def _until(done, why=lambda: "") -> None:
    end = time.monotonic() + START_SECONDS
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(f"PostgreSQL took longer than {START_SECONDS} s: {why()}")
        time.sleep(0.02)
