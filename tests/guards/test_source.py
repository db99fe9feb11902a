"""What the tree as a whole promises: contracts of imports, one commit, one clock, small modules, imports at the top."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter import cli

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("app", "criteria", "workflows", "notifications")
SOURCES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
SOURCES += [ROOT / "config.py", ROOT / "wsgi.py"]
TREES = {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "base", "misc"}
LONGEST_MODULE, LONGEST_FUNCTION, MOST_PARAMETERS = 400, 40, 6
# Spelled so that the pattern does not find itself.
FOREIGN = re.compile(rb"/w[o]rk/|/r[o]ot/|python[h]osted|registry\.np[m]js|py[p]i\.o[r]g")
UNREAD = {".png", ".xlsx", ".key", ".crt", ".docx", ".mo", ".ico"}


def calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            yield f"{owner.id if isinstance(owner, ast.Name) else ''}.{node.func.attr}"


def places(wanted: set[str]) -> list[tuple[str, str]]:
    return [(path, call) for path, tree in TREES.items() for call in calls(tree) if call in wanted]


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path}:{node.name}", node


def committed() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in names.decode().split("\0") if name and (ROOT / name).is_file()]


def test_the_import_contracts_are_kept(capsys):
    status = cli.lint_imports(str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)
    assert status == 0, capsys.readouterr().out


def test_one_place_commits():
    every = [(path, call) for path, tree in TREES.items() for call in calls(tree) if call.endswith(".commit")]
    assert every == [("app/unit.py", "session.commit")]


def test_one_place_reads_the_clock():
    reads = places({"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"})
    assert reads == [("app/clock.py", "datetime.now")]


def test_no_vague_names():
    assert not {path for path in TREES if Path(path).stem in VAGUE}


def test_every_module_says_what_it_is_for():
    silent = [path for path, tree in TREES.items() if tree.body and not ast.get_docstring(tree)]
    assert silent == []


def test_modules_are_short():
    long = {path: count for path in TREES if (count := _lines(ROOT / path)) > LONGEST_MODULE}
    assert long == {}


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_functions_are_short():
    long = {
        name: node.end_lineno - node.lineno + 1
        for name, node in functions()
        if node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    }
    assert long == {}


def test_most_functions_are_very_short():
    lengths = sorted(_body_lines(node) for _name, node in functions())
    assert lengths[len(lengths) // 2] <= 7
    assert lengths[len(lengths) * 9 // 10] <= 20


def _body_lines(node: ast.FunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return body[-1].end_lineno - body[0].lineno + 1


def test_imports_stand_at_the_top():
    inner = [
        name
        for name, node in functions()
        if any(isinstance(part, ast.Import | ast.ImportFrom) for part in ast.walk(node))
    ]
    assert inner == []


def test_views_contain_no_try():
    trying = [
        path
        for path, tree in TREES.items()
        if any(isinstance(node, ast.Try) for node in ast.walk(tree)) and _has_views(tree)
    ]
    assert trying == []


def _has_views(tree):
    return any(
        isinstance(node, ast.FunctionDef) and any("bp." in ast.unparse(one) for one in node.decorator_list)
        for node in ast.walk(tree)
    )


def test_no_unfinished_business():
    marks = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b|raise NotImplementedError")
    assert not [path for path in TREES if marks.search((ROOT / path).read_text(encoding="utf-8"))]


def test_no_ignore_without_a_reason():
    bare = re.compile(r"#\s*(noqa|type:\s*ignore)(:\s*[A-Z0-9, ]+|\[[a-z0-9, -]+\])?\s*$")
    found = [
        f"{path}:{number}"
        for path in TREES
        for number, line in enumerate((ROOT / path).read_text(encoding="utf-8").splitlines(), 1)
        if bare.search(line) and not re.search(r"type: ignore\[[a-z-]+\]\s*$", line)
    ]
    assert found == []


def test_no_committed_file_knows_a_machine_or_a_registry():
    readable = [path for path in committed() if path.suffix not in UNREAD and path != Path(__file__)]
    assert not [str(path.relative_to(ROOT)) for path in readable if FOREIGN.search(path.read_bytes())]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_its_hashes(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    pins = re.findall(r"^[a-z0-9][^\s=]*==", text, re.MULTILINE)
    blocks = re.split(r"^(?=[a-z0-9][^\s=]*==)", text, flags=re.MULTILINE)[1:]
    assert len(pins) > 20
    assert all("--hash=sha256:" in block for block in blocks)
