import subprocess
import sys
from importlib.util import find_spec

import pytest

from thorhud.cli.commands import COMMANDS, NAMES
from thorhud.cli.main import main

LANDED = [entry for entry in COMMANDS if find_spec(entry.module) is not None]


def test_the_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])

    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert [name for name in NAMES if f"\n    {name} " not in shown] == []


@pytest.mark.parametrize("name", [entry.name for entry in LANDED])
def test_a_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])

    assert ended.value.code == 0
    assert f"usage: thorhud {name}" in capsys.readouterr().out


@pytest.mark.parametrize("typed", [["fly"], ["--no-such-option"], ["--verbose"]])
def test_wrong_usage_ends_with_2_and_the_usage(typed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(typed)

    assert ended.value.code == 2
    assert "usage: thorhud" in capsys.readouterr().err


def test_help_loads_neither_qt_nor_docker_nor_any_command() -> None:
    heavy = "PySide6 docker httpx matplotlib msgspec thorhud.cli.stages thorhud.agent"
    program = (
        "import sys\n"
        "from thorhud.cli.main import build_parser\n"
        "build_parser(['--help']).format_help()\n"
        f"print([name for name in {heavy!r}.split() if name in sys.modules])\n"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "[]"
