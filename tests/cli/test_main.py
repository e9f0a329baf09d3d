import argparse
import subprocess
import sys
from types import ModuleType

import pytest

import thorhud
from thorhud.cli.main import main
from thorhud.domain.errors import EngineUnreachable


class Command:
    """A command whose work is given by the test."""

    def __init__(self, outcome: int | BaseException) -> None:
        self._outcome = outcome

    def add_parser(self, subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
        subparsers.add_parser("stages").set_defaults(run=self._run)

    def _run(self, arguments: argparse.Namespace) -> int:
        if isinstance(self._outcome, BaseException):
            raise self._outcome
        return self._outcome


def install(monkeypatch: pytest.MonkeyPatch, outcome: int | BaseException) -> None:
    module = ModuleType("thorhud.cli.stages")
    vars(module)["add_parser"] = Command(outcome).add_parser
    monkeypatch.setitem(sys.modules, "thorhud.cli.stages", module)


@pytest.mark.parametrize("code", [0, 1])
def test_the_exit_code_is_the_commands_own(code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, code)

    assert main(["stages"]) == code


def test_a_command_may_stand_behind_an_option(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, 0)

    assert main(["--verbose", "stages"]) == 0


def test_expected_trouble_is_a_sentence_and_a_next_step(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install(monkeypatch, EngineUnreachable("Nobody answers on the Docker socket.", next_step="Start it."))

    assert main(["stages"]) == 1
    assert capsys.readouterr().err == "thorhud: Nobody answers on the Docker socket.\n  Start it.\n"


def test_an_interruption_is_quiet_and_ends_with_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install(monkeypatch, KeyboardInterrupt())

    assert main(["stages"]) == 130
    assert capsys.readouterr().err == "\nthorhud: interrupted.\n"


def test_a_fault_of_the_program_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, ZeroDivisionError())

    with pytest.raises(ZeroDivisionError):
        main(["stages"])


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("PySide6.QtWidgets", "pip install 'thorhud[gui]'"),
        ("thorhud.cli.stages", "is not part of thorhud"),
    ],
)
def test_what_is_not_installed_is_said(
    missing: str, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(name: str) -> ModuleType:
        raise ModuleNotFoundError(f"No module named {missing!r}", name=missing)

    monkeypatch.setattr("importlib.import_module", refuse)

    assert main(["stages"]) == 1
    assert words in capsys.readouterr().err


def test_a_missing_system_library_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse(name: str) -> ModuleType:
        raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")

    monkeypatch.setattr("importlib.import_module", refuse)

    assert main(["kiosk"]) == 1
    assert "libEGL.so.1" in capsys.readouterr().err


def test_a_reader_who_has_enough_is_no_fault() -> None:
    program = (
        "import argparse, sys, types\n"
        "from thorhud.cli.main import main\n"
        "module = types.ModuleType('thorhud.cli.stages')\n"
        "def run(arguments):\n"
        "    for number in range(100_000): print(number)\n"
        "    return 0\n"
        "module.add_parser = lambda subparsers: subparsers.add_parser('stages').set_defaults(run=run)\n"
        "sys.modules['thorhud.cli.stages'] = module\n"
        "sys.exit(main(['stages']))\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with writer:
        assert writer.stdout is not None
        assert writer.stderr is not None
        writer.stdout.readline()
        writer.stdout.close()
        complaint = writer.stderr.read()

    assert (writer.returncode, complaint) == (1, b"")


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"thorhud {thorhud.__version__}\n"
