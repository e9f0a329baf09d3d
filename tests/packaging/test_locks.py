import re
import tomllib
from collections.abc import Set as AbstractSet
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = {"run.txt": ("gui", "jetson"), "dev.txt": ("gui", "jetson", "dev")}


def locked(name: str) -> list[Requirement]:
    text = (ROOT / "requirements" / name).read_text()
    lines = re.sub(r"\s*\\\n\s*", " ", text).splitlines()
    return [Requirement(line.split(" --hash")[0]) for line in lines if line and not line.startswith("#")]


def asked_for(extras: tuple[str, ...]) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    texts = [*project["dependencies"], *(text for extra in extras for text in project["optional-dependencies"][extra])]
    return [Requirement(text) for text in texts]


def holds(requirement: Requirement, machine: str, python: str) -> bool:
    environment: dict[str, str | AbstractSet[str]] = {
        "platform_machine": machine,
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": "linux",
    }
    return requirement.marker is None or requirement.marker.evaluate(environment)


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_satisfies_the_project_everywhere(name: str, machine: str, python: str) -> None:
    versions = {canonicalize_name(one.name): str(one.specifier) for one in locked(name) if holds(one, machine, python)}

    for wanted in asked_for(LOCKS[name]):
        if holds(wanted, machine, python):
            assert wanted.specifier.contains(versions[canonicalize_name(wanted.name)].removeprefix("==")), wanted


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_is_one_version_with_hashes_and_no_address(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text()
    entries = [entry for entry in re.sub(r"\s*\\\n\s*", " ", text).splitlines() if not entry.startswith("#")]

    shape = re.compile(r"[a-z0-9._-]+==[\w.]+( ; [^@/]+?)?( --hash=sha256:[0-9a-f]{64})+")
    assert [entry for entry in entries if not shape.fullmatch(entry.strip())] == []


def test_what_runs_is_what_is_tested() -> None:
    assert {str(one).partition(";")[0] for one in locked("run.txt")} <= {
        str(one).partition(";")[0] for one in locked("dev.txt")
    }
