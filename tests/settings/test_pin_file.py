"""The PIN on disk: hashed, for its owner alone, and in nobody's way when it is damaged."""

import json
import stat
from pathlib import Path

import pytest

from thorhud.domain.errors import SettingsError
from thorhud.settings.pin_file import PinFile


@pytest.fixture
def file(tmp_path: Path) -> PinFile:
    return PinFile(tmp_path / "pin.json")


def test_what_was_kept_is_right_and_nothing_else_is(file: PinFile) -> None:
    file.keep("0420")

    assert file.is_right("0420")
    assert not any(file.is_right(each) for each in ("0421", "420", "", "00420"))


def test_the_file_is_for_its_owner_alone_and_holds_no_digits_of_it(file: PinFile) -> None:
    file.keep("48151623")

    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert "48151623" not in file.path.read_text()
    assert list(file.path.parent.iterdir()) == [file.path]


def test_the_same_pin_is_kept_differently_each_time(file: PinFile) -> None:
    file.keep("1234")
    first = json.loads(file.path.read_text())
    file.keep("1234")
    second = json.loads(file.path.read_text())

    assert first["salt"] != second["salt"]
    assert first["hash"] != second["hash"]


def test_a_wide_open_file_of_before_is_replaced_by_a_closed_one(file: PinFile) -> None:
    file.path.write_text("{}")
    file.path.chmod(0o644)

    file.keep("1234")

    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600


def test_it_can_be_taken_away_once(file: PinFile) -> None:
    file.keep("1234")

    assert (file.forget(), file.forget(), file.exists) == (True, False, False)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"salt": "zz", "hash": "", "scrypt": {}}', '{"salt": "", "hash": "", "scrypt": {"n": 3, "r": 8, "p": 1}}']
)  # fmt: skip
def test_a_damaged_file_lets_nobody_in_and_says_how_to_mend_it(file: PinFile, text: str) -> None:
    file.path.write_text(text)

    with pytest.raises(SettingsError) as told:
        file.is_right("1234")
    assert "thorhud config pin" in told.value.next_step
    assert file.exists


def test_what_is_no_pin_is_not_kept(file: PinFile) -> None:
    with pytest.raises(SettingsError, match="4 to 8 digits"):
        file.keep("abcd")
    assert not file.exists
