"""`make run` where something is missing: it asks on a terminal, and only there."""

import os
import pty
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def x_server() -> Iterator[str]:
    """Something that listens where an X server would; nobody gets further than connecting to it."""
    number = 10_000 + os.getpid() % 50_000
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"\0/tmp/.X11-unix/X{number}")
        listening.listen()
        yield f":{number}"


@pytest.fixture
def environment(x_server: str, tmp_path: Path) -> dict[str, str]:
    """Describe a machine whose apt-get and sudo only write down how they were called."""
    for name in ("apt-get", "sudo"):
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\necho {name} "$@" >> {tmp_path}/called\nexit 7\n')
        program.chmod(0o755)
    return {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "DISPLAY": x_server,
        "THORHUD_PRETEND_MISSING": "libxcb-cursor.so.0 libEGL.so.1",
    }


def test_without_a_terminal_it_prints_the_apt_line_and_ends_with_1(environment: dict[str, str], tmp_path: Path) -> None:
    ended = subprocess.run(
        ["make", "run"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert "apt-get install --yes --no-install-recommends libegl1 libxcb-cursor0\n" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "called").exists()


@pytest.mark.parametrize(("typed", "calls"), [("n", 0), ("", 0), ("y", 1)])
def test_on_a_terminal_it_asks_first(typed: str, calls: int, environment: dict[str, str], tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        ["make", "run"], cwd=ROOT, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as running:
        os.close(theirs)
        os.write(ours, f"{typed}\n".encode())
        shown = read_all(ours)

    called = tmp_path / "called"
    assert running.returncode == 1
    assert "Run it now? [y/N]" in shown
    assert "libegl1 libxcb-cursor0" in shown
    assert (len(called.read_text().splitlines()) if called.exists() else 0) == calls


def read_all(terminal: int) -> str:
    """Read what a terminal shows until its last program has gone."""
    shown = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.close(terminal)
    return shown.decode()


@pytest.mark.parametrize(
    ("python", "words"),
    [("/bin/false", "PYTHON=/bin/false is none"), ("/no/such/python", "PYTHON=/no/such/python is none")],
)
def test_a_python_that_does_not_fit_is_named(python: str, words: str) -> None:
    ended = subprocess.run(
        ["make", "run", f"PYTHON={python}"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert words in ended.stderr


def test_no_python_at_all_is_a_sentence(tmp_path: Path) -> None:
    for name in ("dirname", "head"):
        (tmp_path / name).symlink_to(f"/usr/bin/{name}")
    (tmp_path / "python3").write_text("#!/bin/sh\n[ $1 = --version ] && echo Python 3.9.2 || exit 1\n")
    (tmp_path / "python3").chmod(0o755)
    script = (ROOT / "packaging/find-python").read_text().replace(" /usr/bin/python3", "")
    ended = subprocess.run(
        ["/bin/sh", "-c", script],
        cwd=tmp_path,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert "python3 here: Python 3.9.2" in ended.stderr


def test_an_environment_keeps_the_python_it_was_made_from() -> None:
    found = subprocess.run(
        ["packaging/find-python"], cwd=ROOT, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=True
    )
    asked = [str(ROOT / ".venv/bin/python"), "-c", "import sys; print(sys._base_executable)"]
    expected = subprocess.run(asked, capture_output=True, text=True, check=True)

    assert found.stdout == expected.stdout
