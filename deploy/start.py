"""Bring the server up: the database when it is new or behind, demo data on the first start, then gunicorn.

It keeps two notes in the data folder so that a later start need not ask: which migrations the database has
seen, and whether demo data is still owed. It opens no database itself.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
DATA = Path(os.environ.get("DUNGHAN_DATA_DIR", ROOT / "var"))
READY = DATA / ".ready"
OWED = DATA / ".demo-owed"
PORT = os.environ.get("DUNGHAN_PORT", "8000")


def main() -> int:
    """Prepare what is missing, then become the server. The exit code of a failed step is passed on."""
    DATA.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("DUNGHAN_BASE_URL", f"http://127.0.0.1:{PORT}")
    return prepare_database() or prepare_demo() or serve()


def prepare_database() -> int:
    """Create or migrate the database unless it has seen today's migrations."""
    if READY.is_file() and READY.read_text(encoding="utf-8") == expectation():
        return 0
    if not READY.is_file() and wants_demo():
        OWED.touch()
    say("Chuẩn bị cơ sở dữ liệu…")
    code = dunghan("init")
    if code == 0:
        READY.write_text(expectation(), encoding="utf-8")
    return code


def wants_demo() -> bool:
    """A server for trying things out has demo data; a real one refuses it."""
    return os.environ.get("DEMO", "1") != "0" and os.environ.get("DUNGHAN_ENV") != "production"


def prepare_demo() -> int:
    """Make the demo data that the first start owes; a broken run is owed still."""
    if not OWED.is_file():
        return 0
    say("Tạo dữ liệu chạy thử (chỉ lần đầu; DEMO=0 để bỏ qua)…")
    code = dunghan("demo")
    if code == 0:
        OWED.unlink()
    return code


def serve() -> int:
    """Replace this process by gunicorn."""
    say(f"Mở http://127.0.0.1:{PORT} (Ctrl+C để dừng)")
    os.chdir(ROOT)
    command = [str(BIN / "gunicorn"), "-c", str(ROOT / "deploy" / "gunicorn.conf.py"), "wsgi:app"]
    os.execv(command[0], command)


def expectation() -> str:
    """What a ready database has seen: its address and every migration, as one hash."""
    migrations = sorted(path.name for path in (ROOT / "migrations" / "versions").glob("*.py"))
    words = [os.environ.get("DUNGHAN_DATABASE_URL", ""), *migrations]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def dunghan(verb: str) -> int:
    return subprocess.run([BIN / "dunghan", verb], check=False).returncode


def say(text: str) -> None:
    print(f"· {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
