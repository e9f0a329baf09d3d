"""How the parts of a workshop relate, on the shipped one."""

import pytest

from thorhud.domain.workshop import Workshop
from thorhud.settings.workshop_file import load_workshop


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return load_workshop()


@pytest.mark.parametrize(
    ("configuration_id", "baseline_id"),
    [
        ("gpt-oss-120b", "gpt-oss-120b"),
        ("gpt-oss-20b", "gpt-oss-120b"),
        ("llama-3.1-8b-fp16", "llama-3.1-8b-fp16"),
        ("llama-3.1-8b-fp4-eagle3", "llama-3.1-8b-fp16"),
    ],
)
def test_the_first_of_a_family_is_its_baseline(workshop: Workshop, configuration_id: str, baseline_id: str) -> None:
    configuration = workshop.configuration(configuration_id)

    assert configuration is not None
    assert workshop.baseline_of(configuration).id == baseline_id


@pytest.mark.parametrize(
    ("configuration_id", "alone"),
    [("llama-3.1-8b-fp4-eagle3", "llama-3.1-8b-fp4"), ("llama-3.1-8b-fp4", None), ("gpt-oss-120b", None)],
)
def test_a_draft_model_is_compared_with_the_same_model_alone(
    workshop: Workshop, configuration_id: str, alone: str | None
) -> None:
    configuration = workshop.configuration(configuration_id)

    assert configuration is not None
    found = workshop.without_draft(configuration)
    assert (found.id if found else None) == alone


def test_a_set_holds_its_prompts_in_the_file_s_order(workshop: Workshop) -> None:
    assert [each.title for each in workshop.prompt_set("domain")] == ["Technical", "Scientific", "Business", "Creative"]
    assert workshop.prompt_set("no such set") == ()


def test_what_does_not_exist_is_none(workshop: Workshop) -> None:
    assert workshop.configuration("llama") is None
    assert workshop.prompt("shortest") is None
