"""A wrong workshop file is one sentence with file and line."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from thorhud.assets import asset
from thorhud.domain.errors import WorkshopError
from thorhud.settings.workshop_file import SHIPPED, load_workshop

Spoil = Callable[[str, str], Path]


@pytest.fixture
def spoil(tmp_path: Path) -> Spoil:
    """Write the shipped file with its first *old* replaced by *new*."""

    def write(old: str, new: str) -> Path:
        text = asset(SHIPPED).read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "workshop.toml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return write


def line_of(path: Path, text: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def complaint(path: Path) -> str:
    with pytest.raises(WorkshopError) as caught:
        load_workshop(path)
    assert caught.value.next_step
    return str(caught.value)


# what is replaced, by what, a text on the line that must be named, what must be said
WRONG = {
    "a marker nobody draws": ('marker = "star"', 'marker = "stra"', "stra", 'unknown marker "stra" (did you mean "star"?)'),
    "a key nobody knows": (
        'tile_name = "20B"', 'tile_nam = "20B"', "tile_nam ", 'unknown key "tile_nam" (did you mean "tile_name"?)',
    ),
    "a table nobody knows": ("[container]", "[contaner]", "[contaner]", 'unknown key "contaner" (did you mean "container"?)'),
    "a text instead of a number": ("port = 8000", 'port = "8000"', 'port = "8000"', '"port" is a text in quotes; expected a whole number'),
    "a number instead of a text": ('shm_size = "16g"', "shm_size = 16", "shm_size = 16", '"shm_size" is a whole number; expected a text'),
    "a number instead of yes or no": (
        "needs_chat_probe = true", "needs_chat_probe = 1", "needs_chat_probe = 1", '"needs_chat_probe" is a whole number; expected true or false',
    ),
    "yes or no instead of a number": ("max_tokens = 256", "max_tokens = true", "max_tokens = true", '"max_tokens" is true or false; expected a whole number'),
    "a fraction of a token": ("max_tokens = 256", "max_tokens = 256.5", "256.5", '"max_tokens" is a number; expected a whole number'),
    "an infinite figure": ("value = 10.7", "value = inf", "value = inf", '"value" is inf; expected a finite number'),
    "a negative speed": ("value = 10.7", "value = -10.7", "-10.7", "short_tokens_per_s is -10.7; expected a number above zero"),
    "a speed of zero": ("value = 25.6", "value = 0", "value = 0,", "long_tokens_per_s is 0"),
    "a figure without a source": (
        '{ value = 20.3, source = "Optimize, Performance Recap (FP16, FP8, FP4)" }', "{ value = 20.3 }", "{ value = 20.3 }",
        "start_s has a value without a source",
    ),
    "a negative size": ("disk_bytes = 8_500_000_000", "disk_bytes = -1", "disk_bytes = -1", "disk_bytes is -1"),
    "a negative stage": ("duration_s = 7.15", "duration_s = -7.15", "-7.15", "duration_s is -7.15; expected a number that is not negative"),
    "a stage nobody knows": ('stage = "cuda-graphs"', 'stage = "cuda-graph"', '"cuda-graph"', 'unknown stage "cuda-graph" (did you mean "cuda-graphs"?)'),
    "a stage twice": ('stage = "server"', 'stage = "kv-cache"', "NO LINE", 'stage "kv-cache" stands twice in expected_stages'),
    "a prompt that is not there": ('short_prompt = "reference"', 'short_prompt = "refrence"', "refrence", 'short_prompt names no prompt of this file: "refrence" (did you mean "reference"?)'),
    "an id twice": ('id = "llama-3.1-8b-fp8"', 'id = "llama-3.1-8b-fp16"', "NO LINE", 'id "llama-3.1-8b-fp16" stands twice in configurations'),
    "a prompt twice": ('name = "first-chat"', 'name = "reference"', "NO LINE", 'name "reference" stands twice in prompts'),
    "an id with a blank": ('id = "gpt-oss-20b"', 'id = "GPT OSS"', "GPT OSS", 'id is "GPT OSS"; expected small letters'),
    "another model first": (
        'serve_arguments = ["openai/gpt-oss-20b"]', 'serve_arguments = ["--port", "1"]', '["--port"',
        'serve_arguments do not begin with the model; expected "openai/gpt-oss-20b" first',
    ),
    "a colour by name": ('colour_dark = "#F99EDA"', 'colour_dark = "pink"', "pink", 'colour_dark is "pink"; expected the form #RRGGBB'),
    "a temperature beyond reason": ("temperature = 0.7", "temperature = 7", "temperature = 7", "temperature is 7.0; expected 0 to 2"),
    "an empty prompt": ('text = "Hello! Tell me about Jetson Thor."', 'text = " "', 'text = " "', "text is empty"),
    "a port beyond the last": ("port = 8000", "port = 80000", "port = 80000", "port is 80000; expected 1 to 65535"),
    "a chat page on the model's own port": ("port = 8080", "port = 8000", "port = 8000", "port is 8000, the model's own; expected another one"),
    "a chat page without an image": (
        'image = "ghcr.io/open-webui/open-webui:main"',
        'image = ""',
        'image = ""',
        "image is empty; expected a text",
    ),
    "three figures for two": ("[3.0, 6.0]", "[3.0, 6.0, 9.0]", "[3.0, 6.0, 9.0]", '"idle_memory_gib" has 3 items; expected 2'),
    "the higher figure first": ("[3.0, 6.0]", "[6.0, 3.0]", "[6.0, 3.0]", "idle_memory_gib is 6.0 to 3.0; expected the lower figure first"),
    "an argument that is no text": ('["openai/gpt-oss-20b"]', '["openai/gpt-oss-20b", 8]', ", 8]", '"serve_arguments" is a whole number; expected a text'),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_file_names_its_line_and_what_is_expected(spoil: Spoil, kind: str) -> None:
    old, new, on_line, said = WRONG[kind]
    path = spoil(old, new)

    told = complaint(path)

    assert said in told
    located = re.fullmatch(rf"{re.escape(str(path))}:(\d+): .+", told)
    assert located is not None
    if on_line != "NO LINE":
        assert int(located.group(1)) == line_of(path, on_line)


def test_a_duplicate_is_told_at_its_second_place(spoil: Spoil) -> None:
    path = spoil('id = "llama-3.1-8b-fp8"', 'id = "llama-3.1-8b-fp16"')
    lines = path.read_text(encoding="utf-8").splitlines()
    second = [number for number, line in enumerate(lines, 1) if line == 'id = "llama-3.1-8b-fp16"'][1]

    assert f":{second}:" in complaint(path)


def test_a_missing_key_is_told_at_its_table(spoil: Spoil) -> None:
    path = spoil('family = "GPT-OSS"\n', "")
    first_table = line_of(path, "[[configurations]]")

    told = complaint(path)

    assert f":{first_table}: " in told
    assert 'the key "family" is missing in configurations; expected a text in quotes' in told


@pytest.mark.parametrize(
    ("raw", "line", "said"),
    [
        (b'id = "x"\ntitle = ', 2, "this is not TOML"),
        (b'id = "x"\nid = "y"\n', 2, "this is not TOML"),
        (b'id = "x"\ntitle = "\xff"\n', 2, "the text is not UTF-8"),
        (b'title = """never closed\nat all\n', 2, "this is not TOML"),
        (b"", 1, 'the key "id" is missing'),
        (b"id = 7\n", 1, '"id" is a whole number'),
    ],
)
def test_what_cannot_be_read_as_toml_names_its_line(tmp_path: Path, raw: bytes, line: int, said: str) -> None:
    path = tmp_path / "workshop.toml"
    path.write_bytes(raw)

    told = complaint(path)

    assert said in told
    assert told.startswith(f"{path}:{line}: ")


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    assert complaint(tmp_path / "none.toml") == f"{tmp_path / 'none.toml'}: there is no such file"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert "cannot be read" in complaint(tmp_path)


def test_a_file_without_end_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "workshop.toml"
    path.write_bytes(b"#" * 1_000_001)

    assert "more than the 1000000" in complaint(path)


def test_windows_line_ends_do_not_move_the_line(spoil: Spoil) -> None:
    path = spoil('marker = "star"', 'marker = "stra"')
    number = line_of(path, "stra")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    assert f":{number}: " in complaint(path)
