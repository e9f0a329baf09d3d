"""Lines of a log as a reader sees them."""

import re
import time
from pathlib import Path

import pytest

from thorhud.domain.log_lines import SHOWN_CHARACTERS, LevelReader, LogLevel, level_of, needles, on_a_terminal

AT = re.compile(r"^\[ *[\d.]+\](?:\\[nr])? ?")
"""When a line of a recording came, and how it ended."""
LOGS = Path(__file__).parents[1] / "data" / "vllm"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"\x1b[1;36m(EngineCore_0 pid=21)\x1b[0;0m hello\r", "(EngineCore_0 pid=21) hello"),
        (b"\rgraphs:   0%\rgraphs: 100%\r", "graphs: 100%"),
        (b"graphs:   0%\rgraphs: 100%\r  \r", "graphs: 100%"),
        (b"caf\xc3\xa9 \xff\xfe", "caf\u00e9 \ufffd\ufffd"),
        (b"\r", ""),
        (b"", ""),
    ],
)
def test_a_line_is_what_a_terminal_leaves_of_it(raw: bytes, shown: str) -> None:
    assert on_a_terminal(raw) == shown


def test_ten_megabytes_in_one_line_are_cut_at_once_and_say_so() -> None:
    raw = b"x" * 10_000_000
    began_s = time.process_time()
    shown = on_a_terminal(raw)

    assert time.process_time() - began_s < 0.5
    assert shown.startswith("x" * SHOWN_CHARACTERS + " \u2026")
    assert "10\u202f000\u202f000 bytes" in shown


def test_an_endless_progress_bar_is_shown_by_its_end() -> None:
    assert on_a_terminal(b"\r".join(b"%d %%" % number for number in range(500_000))) == "499999 %"


def test_a_line_of_exactly_the_limit_is_whole() -> None:
    assert on_a_terminal(b"x" * 10, 10) == "x" * 10
    assert on_a_terminal(b"x" * 11, 10).startswith("x" * 10 + " \u2026 (cut here")


def test_the_lines_of_a_traceback_are_errors_up_to_the_one_that_names_it() -> None:
    reader = LevelReader()
    lines = [
        "INFO 11-23 10:00:00 [api_server.py:1] starting",
        "WARNING 11-23 10:00:00 [config.py:1] no",
        "Traceback (most recent call last):",
        '  File "/x.py", line 1, in <module>',
        "ValueError: no",
        "and this is somebody else's line",
        "(EngineCore_0 pid=9) ERROR 11-23 10:00:00 [core.py:1] gone",
    ]
    plain, warning, error = LogLevel.PLAIN, LogLevel.WARNING, LogLevel.ERROR

    assert [reader.read(each) for each in lines] == [plain, warning, error, error, error, plain, error]


def test_a_word_in_the_text_is_no_level() -> None:
    assert level_of("INFO 11-23 10:00:00 [x.py:1] no ERROR here") is LogLevel.PLAIN


@pytest.mark.parametrize("path", sorted(LOGS.glob("2*_fail*.log")), ids=lambda path: path.stem)
def test_every_recorded_failure_has_lines_that_are_errors(path: Path) -> None:
    reader = LevelReader()
    lines = [AT.sub("", line) for line in path.read_text(errors="replace").splitlines()]
    levels = [reader.read(line) for line in lines]

    # a refused argument is printed by argparse, which knows no levels
    assert LogLevel.ERROR in levels or any("error:" in line for line in lines)


def test_evidence_is_looked_for_as_it_stood_and_then_without_its_head() -> None:
    line = "\x1b[1;36m(EngineCore_0 pid=21)\x1b[0;0m ERROR 11-23 10:00:00 [core.py:7] ValueError: Free memory"

    assert needles(line) == (
        "(EngineCore_0 pid=21) ERROR 11-23 10:00:00 [core.py:7] ValueError: Free memory",
        "ValueError: Free memory",
    )
    assert needles("") == ()
