"""A server from outside is known by what its arguments mean."""

import pytest

from thorhud.domain.like_configuration import like_configuration
from thorhud.settings.workshop_file import load_workshop

WORKSHOP = load_workshop()
FP4 = "nvidia/Llama-3.1-8B-Instruct-FP4"
EAGLE = '{"num_speculative_tokens": 5, "method":"eagle3", "model":"yuhuili/EAGLE3-LLaMA3.1-Instruct-8B"}'


def like(*arguments: str) -> str | None:
    found = like_configuration(WORKSHOP, arguments)
    return found.id if found else None


@pytest.mark.parametrize("configuration", WORKSHOP.configurations, ids=lambda each: each.id)
def test_every_configuration_knows_itself(configuration: object) -> None:
    assert like_configuration(WORKSHOP, configuration.serve_arguments) is configuration  # type: ignore[attr-defined]


def test_where_it_listens_does_not_matter() -> None:
    assert like(FP4, "--port", "8000", "--host=0.0.0.0") == "llama-3.1-8b-fp4"


def test_order_dashes_and_white_space_do_not_matter() -> None:
    expected = next(each for each in WORKSHOP.configurations if each.draft_model)
    assert like(FP4, f"--speculative_config={EAGLE}", "--trust-remote-code") == expected.id


@pytest.mark.parametrize(
    "arguments",
    [(), ("own/model",), (FP4, "--max-model-len", "4096"), (FP4, "--enforce-eager"), (FP4, "--trust-remote-code")],
)
def test_anything_that_changes_what_is_served_is_one_of_its_own(arguments: tuple[str, ...]) -> None:
    assert like(*arguments) is None
