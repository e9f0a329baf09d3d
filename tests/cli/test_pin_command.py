"""`thorhud config pin` as a person types it: twice, unseen, in a real terminal."""

import json
import os
import pty
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from thorhud.cli.pin import ask_twice
from thorhud.domain.errors import SettingsError
from thorhud.settings.pin_file import NAME, PinFile


@dataclass
class Account:
    """An account of its own, with a terminal."""

    home: Path
    said: str = field(default="", init=False)

    @property
    def file(self) -> PinFile:
        return PinFile(self.home / "state/thorhud" / NAME)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "thorhud", "config", "pin", *words]

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "XDG_STATE_HOME": str(self.home / "state"),
            "XDG_CONFIG_HOME": str(self.home / "config"),
        }

    def type(self, *answers: str) -> int:
        """Answer each question in a terminal and return the exit code; ``said`` is all that stood on the screen."""
        master, slave = pty.openpty()
        running = subprocess.Popen(
            self.command(), env=self.environment, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
        )
        os.close(slave)
        try:
            for answer in answers:
                self._until(master, ": ")
                os.write(master, f"{answer}\n".encode())
            self._to_the_end(master)
        finally:
            os.close(master)
        return running.wait(timeout=30)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words),
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=60,
        )

    def _until(self, master: int, ending: str) -> None:
        said = ""
        while not said.endswith(ending):
            said += os.read(master, 1024).decode()
        self.said += said

    def _to_the_end(self, master: int) -> None:
        try:
            while data := os.read(master, 1024):
                self.said += data.decode()
        except OSError:  # the other side of a terminal is closed
            return


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(tmp_path)


def test_it_is_asked_for_twice_and_never_stands_on_the_screen(account: Account) -> None:
    code = account.type("48151623", "48151623")

    assert code == 0, account.said
    assert "New PIN (4 to 8 digits): " in account.said
    assert "The PIN is set." in account.said
    assert "48151623" not in account.said
    assert account.file.is_right("48151623")


def test_two_that_differ_change_nothing(account: Account) -> None:
    account.file.path.parent.mkdir(parents=True)
    account.file.keep("1234")

    code = account.type("5678", "5679")

    assert code == 1
    assert "were not the same" in account.said
    assert account.file.is_right("1234")


def test_it_can_be_taken_away_and_asked_about(account: Account) -> None:
    account.file.path.parent.mkdir(parents=True)
    account.file.keep("1234")

    seen = [
        json.loads(account.run(*words, "--json").stdout)["pin_set"]
        for words in (["--status"], ["--clear"], ["--status"])
    ]

    assert seen == [True, False, False]


def test_a_pipe_is_no_terminal(account: Account) -> None:
    ended = account.run()

    assert ended.returncode == 1
    assert "A PIN is typed in a terminal." in ended.stderr
    assert not account.file.exists


@pytest.mark.parametrize("typed", ["123", "abcd", "123456789", ""])
def test_what_is_no_pin_is_refused_before_it_is_asked_for_again(typed: str) -> None:
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        return typed

    with pytest.raises(SettingsError, match="4 to 8 digits"):
        ask_twice(answer)
    assert len(asked) == 1
