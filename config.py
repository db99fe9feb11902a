"""Settings of the server: a frozen record read from the environment. Imports the standard library only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "DUNGHAN_"
INSECURE_SECRET = "insecure-secret-for-development-only"  # noqa: S105 - refused in production
SHORTEST_SECRET = 32
MEBIBYTE = 1024 * 1024


class InvalidSettings(ValueError):
    """The environment cannot be served from; the message names each setting and what to do."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the settings table: environment name without prefix, default as text, meaning."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting("ENV", "development", "`production` refuses a default secret, debug mode and demo accounts"),
    Setting("DATABASE_URL", "", "SQLAlchemy address; empty means SQLite at `DATA_DIR/dunghan.db`"),
    Setting(
        "DATA_DIR",
        "var",
        "folder for the SQLite database, evidence files, pictures of their pages and unsent mail",
    ),
    Setting("SECRET_KEY", INSECURE_SECRET, "signs cookies; at least 32 characters in production"),
    Setting(
        "BASE_URL", "http://127.0.0.1:8000", "address under which people reach the server, for links in mails"
    ),
    Setting("PORT", "8000", "port of `dunghan serve`"),
    Setting("LOCALE", "vi", "language of a visitor who has not chosen one: `vi` or `en`"),
    Setting(
        "SMTP_URL", "", "`smtp://user:password@host:587?tls=starttls`; empty writes mail to `DATA_DIR/mail`"
    ),
    Setting(
        "IMAP_URL",
        "",
        "`imaps://user:password@host/folder` from which workbooks sent by mail are taken; empty takes none",
    ),
    Setting("MAIL_FROM", "Đúng Hạn <no-reply@localhost>", "sender of every mail"),
    Setting("MAIL_RATE", "60", "mails a minute, at most"),
    Setting("EVIDENCE_URL", "", "where evidence is kept: `file:` folder; empty means `DATA_DIR/evidence`"),
    Setting(
        "CLAMD_URL",
        "",
        "virus scanner, `tcp://host:3310` or `unix:/run/clamav/clamd.ctl`; empty: files are not scanned",
    ),
    Setting(
        "TICK_SECONDS",
        "30",
        "how often the server looks for mail that is due; 0 leaves it to `dunghan scheduler`",
    ),
    Setting("PROXIES", "0", "number of trusted reverse proxies in front of the server"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings as values. Built by :meth:`from_env`, or by hand in a test."""

    env: str = "development"
    database_url: str = ""
    data_dir: Path = Path("var")
    secret_key: str = field(default=INSECURE_SECRET, repr=False)
    base_url: str = "http://127.0.0.1:8000"
    port: int = 8000
    locale: str = "vi"
    smtp_url: str = field(default="", repr=False)
    imap_url: str = field(default="", repr=False)
    mail_from: str = "Đúng Hạn <no-reply@localhost>"
    mail_rate: int = 60
    evidence_url: str = ""
    clamd_url: str = ""
    tick_seconds: int = 30
    proxies: int = 0
    max_upload: int = 12 * MEBIBYTE
    cheap_passwords: bool = False

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read ``DUNGHAN_*``.

        Raises:
            InvalidSettings: a value cannot be read, or production would run unsafely.
        """
        text = {row.name: environ.get(PREFIX + row.name, row.default) for row in SETTINGS}
        settings = cls(
            env=_one_of(text, "ENV", ("development", "production", "test")),
            database_url=text["DATABASE_URL"],
            data_dir=Path(text["DATA_DIR"]),
            secret_key=text["SECRET_KEY"],
            base_url=text["BASE_URL"].rstrip("/"),
            port=_whole(text, "PORT"),
            locale=_one_of(text, "LOCALE", ("vi", "en")),
            smtp_url=text["SMTP_URL"],
            imap_url=text["IMAP_URL"],
            mail_from=text["MAIL_FROM"],
            mail_rate=_whole(text, "MAIL_RATE"),
            evidence_url=text["EVIDENCE_URL"],
            clamd_url=text["CLAMD_URL"],
            tick_seconds=_whole(text, "TICK_SECONDS"),
            proxies=_whole(text, "PROXIES"),
        )
        settings.check()
        return settings

    @property
    def production(self) -> bool:
        """Is this a server that real units use?"""
        return self.env == "production"

    @property
    def database(self) -> str:
        """The SQLAlchemy address, SQLite under ``data_dir`` unless another is set."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'dunghan.db').resolve()}"

    @property
    def evidence_dir(self) -> Path:
        """The folder in which evidence files lie."""
        return Path(urlsplit(self.evidence_url).path) if self.evidence_url else self.data_dir / "evidence"

    @property
    def uploads_dir(self) -> Path:
        """The folder in which files lie that are still coming in."""
        return self.data_dir / "uploads"

    @property
    def mail_domain(self) -> str:
        """The domain that Message-IDs carry."""
        return self.mail_from.rstrip("> ").rpartition("@")[2] or "localhost"

    def check(self) -> None:
        """Refuse what would be unsafe.

        Raises:
            InvalidSettings: a default or short secret in production, evidence that is not a folder, or a scanner that
                is neither a TCP nor a Unix address.
        """
        if self.production and (self.secret_key == INSECURE_SECRET or len(self.secret_key) < SHORTEST_SECRET):
            raise InvalidSettings(
                f"{PREFIX}SECRET_KEY: hãy đặt một chuỗi bí mật dài ít nhất {SHORTEST_SECRET} ký tự"
            )
        if self.evidence_url and urlsplit(self.evidence_url).scheme != "file":
            raise InvalidSettings(f"{PREFIX}EVIDENCE_URL: chỉ nhận địa chỉ dạng file:/thư-mục")
        if self.clamd_url and not _is_clamd(self.clamd_url):
            raise InvalidSettings(
                f"{PREFIX}CLAMD_URL: chỉ nhận tcp://máy:cổng hoặc unix:/đường-dẫn, đang là “{self.clamd_url}”"
            )


def _is_clamd(url: str) -> bool:
    try:
        parts = urlsplit(url)
        by_tcp = parts.scheme == "tcp" and bool(parts.hostname) and parts.port is not None
    except ValueError:  # a port that is no number, or brackets that do not close
        return False
    return by_tcp or (parts.scheme == "unix" and parts.path.startswith("/"))


def _whole(text: Mapping[str, str], name: str) -> int:
    if not (text[name].isascii() and text[name].isdigit()):
        raise InvalidSettings(f"{PREFIX}{name}: phải là số nguyên không âm, đang là “{text[name]}”")
    return int(text[name])


def _one_of(text: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    if text[name] not in allowed:
        raise InvalidSettings(
            f"{PREFIX}{name}: phải là một trong {', '.join(allowed)}, đang là “{text[name]}”"
        )
    return text[name]
