"""The shape of the house, as tests: which way the arrows run, and who may look at the world."""

import ast
import subprocess
import sys
from pathlib import Path

from tests.source import ROOT, modules, tree

PACKAGES = ("config", "routing", "scheduler", "records", "dashboard", "deploy")
TOP = {*PACKAGES, "main.py", "requirements.txt", "tests", "bench", "docs"}
# What reads a clock, the environment or chance is given to these from outside.
PURE = ("routing", "scheduler", "records", "dashboard")
CLOCKS = {("datetime", "now"), ("date", "today"), ("os", "environ"), ("os", "getenv")}
# The solver measures its own time; the session waits for a socket.
ALLOWED = {"scheduler/solve.py", "routing/asterisk/process.py"}


def test_the_arrows_between_packages_run_one_way() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([command], cwd=ROOT, capture_output=True, timeout=120, check=False)
    assert result.returncode == 0, result.stdout.decode()


def test_nobody_imports_main() -> None:
    found = [module for module in modules(PACKAGES) if "main" in _imported(tree(module))]
    assert found == []


def test_time_and_the_environment_arrive_as_arguments() -> None:
    found = [
        f"{module}:{node.lineno}"
        for module in modules(PURE)
        if module not in ALLOWED
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in CLOCKS
    ]
    assert found == []


def test_the_top_level_holds_only_the_names_that_were_agreed() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout.split("\n")
    top = {name.split("/")[0] for name in listed if name and not name.startswith(".")}
    tools = {"Makefile", "pyproject.toml"}
    texts = {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"}
    assert top - TOP - tools - texts == set()


def _imported(parsed: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(parsed):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found
