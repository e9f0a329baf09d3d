"""The shipped workshop equals the workshop document, figure by figure."""

import json

import pytest

from thorhud.domain.stages import StageName
from thorhud.domain.workshop import Configuration, Marker, Mount, Published, Ulimit, Workshop
from thorhud.settings.workshop_file import load_workshop

FP4_WITH_EAGLE3 = (
    "nvidia/Llama-3.1-8B-Instruct-FP4",
    "--trust_remote_code",
    "--speculative-config",
    '{"method":"eagle3","model":"yuhuili/EAGLE3-LLaMA3.1-Instruct-8B","num_speculative_tokens":5}',
)

# id: arguments of vllm serve, memory GiB, start s, tok/s short, tok/s long
DOCUMENT = {
    "gpt-oss-120b": (("openai/gpt-oss-120b",), None, 150.0, None, None),
    "gpt-oss-20b": (("openai/gpt-oss-20b",), None, None, None, None),
    "llama-3.1-8b-fp16": (("meta-llama/Llama-3.1-8B-Instruct",), 14.99, 25.0, 10.7, 10.7),
    "llama-3.1-8b-fp8": (("nvidia/Llama-3.1-8B-Instruct-FP8",), 8.49, 20.3, 14.2, 14.2),
    "llama-3.1-8b-fp4": (("nvidia/Llama-3.1-8B-Instruct-FP4",), 6.07, 21.1, 19.1, 19.1),
    "llama-3.1-8b-fp4-eagle3": (FP4_WITH_EAGLE3, 6.86, None, 14.3, 25.6),
}

# id: disk sizes in GB of the appendix, shards
WEIGHTS = {
    "gpt-oss-120b": [(122e9, 15)],
    "gpt-oss-20b": [(None, None)],
    "llama-3.1-8b-fp16": [(30e9, 4)],
    "llama-3.1-8b-fp8": [(8.5e9, None)],
    "llama-3.1-8b-fp4": [(5.7e9, None)],
    "llama-3.1-8b-fp4-eagle3": [(5.7e9, None), (0.811e9, None)],
}

# marker, colour on dark, colour on light
LOOKS = {
    "gpt-oss-120b": (Marker.HEXAGON, "#A772F4", "#432B91"),
    "gpt-oss-20b": (Marker.TRIANGLE, "#F99EDA", "#DA3190"),
    "llama-3.1-8b-fp16": (Marker.CIRCLE, "#DCE2E5", "#20292C"),
    "llama-3.1-8b-fp8": (Marker.SQUARE, "#2291B2", "#3D86C9"),
    "llama-3.1-8b-fp4": (Marker.DIAMOND, "#E48224", "#9B491F"),
    "llama-3.1-8b-fp4-eagle3": (Marker.STAR, "#ECD346", "#8D8721"),
}


@pytest.fixture(scope="module")
def workshop() -> Workshop:
    return load_workshop()


def found(workshop: Workshop, configuration_id: str) -> Configuration:
    configuration = workshop.configuration(configuration_id)
    assert configuration is not None
    return configuration


def test_the_configurations_stand_in_the_workshop_s_order(workshop: Workshop) -> None:
    assert [each.id for each in workshop.configurations] == list(DOCUMENT)


@pytest.mark.parametrize("configuration_id", DOCUMENT)
def test_a_configuration_is_served_as_the_document_types_it(workshop: Workshop, configuration_id: str) -> None:
    configuration = found(workshop, configuration_id)

    assert configuration.serve_arguments == DOCUMENT[configuration_id][0]
    assert configuration.model == configuration.serve_arguments[0]


@pytest.mark.parametrize("configuration_id", DOCUMENT)
def test_the_published_figures_are_the_document_s(workshop: Workshop, configuration_id: str) -> None:
    published = found(workshop, configuration_id).published
    figures = (
        published.model_memory_gib,
        published.start_s,
        published.short_tokens_per_s,
        published.long_tokens_per_s,
    )

    assert tuple(each.value for each in figures) == DOCUMENT[configuration_id][1:]
    assert all((each.source is not None) == (each.value is not None) for each in figures)


@pytest.mark.parametrize("configuration_id", DOCUMENT)
def test_the_weights_are_those_of_the_appendix(workshop: Workshop, configuration_id: str) -> None:
    weights = found(workshop, configuration_id).weights

    assert [(each.disk_bytes, each.shards) for each in weights] == WEIGHTS[configuration_id]


@pytest.mark.parametrize("configuration_id", DOCUMENT)
def test_a_configuration_looks_as_designed(workshop: Workshop, configuration_id: str) -> None:
    configuration = found(workshop, configuration_id)

    assert (configuration.marker, configuration.colour_dark, configuration.colour_light) == LOOKS[configuration_id]


def test_the_container_is_the_document_s_without_terminal_and_removal(workshop: Workshop) -> None:
    container = workshop.container

    assert container.image == "nvcr.io/nvidia/vllm:25.09-py3"
    assert (container.name, container.network, container.shm_size, container.runtime, container.port) == (
        "vllm", "host", "16g", "nvidia", 8000,
    )  # fmt: skip
    assert container.ulimits == (Ulimit(name="memlock", value=-1), Ulimit(name="stack", value=67108864))
    assert container.mounts == (
        Mount(host="{data_dir}/models/huggingface", container="/root/.cache/huggingface"),
        Mount(host="{data_dir}/vllm_cache", container="/root/.cache/vllm"),
    )
    assert container.digest is None


@pytest.mark.parametrize("configuration_id", DOCUMENT)
def test_only_gpt_oss_needs_the_encodings(workshop: Workshop, configuration_id: str) -> None:
    configuration = found(workshop, configuration_id)
    sizes = {each.host.rpartition("/")[2]: each.size_bytes for each in configuration.required_files}

    if configuration_id.startswith("gpt-oss"):
        assert configuration.environment == {"TIKTOKEN_ENCODINGS_BASE": "/etc/encodings"}
        encodings = Mount(host="{data_dir}/encodings", container="/etc/encodings", read_only=True)
        assert configuration.mounts == (encodings,)
        assert sizes == {"cl100k_base.tiktoken": 1681126, "o200k_base.tiktoken": 3613922}
        assert configuration.needs_chat_probe
        assert configuration.reasoning
    else:
        assert (configuration.environment, configuration.mounts, sizes) == ({}, (), {})
        assert not configuration.needs_chat_probe
        assert not configuration.reasoning


@pytest.mark.parametrize("configuration_id", DOCUMENT)
def test_every_stage_has_an_expectation_with_its_source(workshop: Workshop, configuration_id: str) -> None:
    stages = found(workshop, configuration_id).expected_stages

    assert [each.stage for each in stages] == [each.value for each in StageName]
    assert all(each.source for each in stages)


@pytest.mark.parametrize("configuration_id", [each for each, row in DOCUMENT.items() if row[2] is not None])
def test_the_expected_stages_add_up_to_the_published_start(workshop: Workshop, configuration_id: str) -> None:
    configuration = found(workshop, configuration_id)
    total = sum(each.duration_s for each in configuration.expected_stages)

    assert total == pytest.approx(configuration.published.start_s.value, abs=0.01)


def test_the_named_stages_of_the_first_model_are_the_document_s(workshop: Workshop) -> None:
    stages = {each.stage: (each.duration_s, each.warm_s) for each in found(workshop, "gpt-oss-120b").expected_stages}

    assert stages["weights"] == (35.0, None)
    assert stages["compile"] == (45.0, 5.0)
    assert stages["cuda-graphs"] == (21.0, None)


@pytest.mark.parametrize(
    ("name", "text", "max_tokens", "temperature"),
    [
        (
            "reference",
            "Write a 5-sentence paragraph explaining the main benefit of using Jetson Thor for an autonomous robotics developer.",
            256,
            0.7,
        ),
        ("first-chat", "Hello! Tell me about Jetson Thor.", 100, None),
        ("domain-technical", "Explain the differences between ROS1 and ROS2 for robotics development", 256, 0.7),
        ("domain-scientific", "What are the key considerations for autonomous vehicle sensor fusion?", 256, 0.7),
        ("domain-business", "Outline a go-to-market strategy for an edge AI product", 256, 0.7),
        ("domain-creative", "Write a technical blog post about deploying AI at the edge", 256, 0.7),
    ],
)
def test_the_document_s_prompts_stand_word_for_word(
    workshop: Workshop, name: str, text: str, max_tokens: int, temperature: float | None
) -> None:
    prompt = workshop.prompt(name)

    assert prompt is not None
    assert (prompt.text, prompt.max_tokens, prompt.temperature) == (text, max_tokens, temperature)


def test_prompts_that_the_document_does_not_give_say_that_they_are_ours(workshop: Workshop) -> None:
    ours = [each.name for each in workshop.prompts if each.source.startswith("ours")]

    assert ours == ["long", *(each.name for each in workshop.prompt_set("capability"))]
    assert len(workshop.prompt_set("capability")) == 4
    long = workshop.prompt(workshop.long_prompt)
    assert long is not None
    assert long.max_tokens == 1024
    assert "\n" not in long.text


def test_the_figures_of_the_unit(workshop: Workshop) -> None:
    assert workshop.idle_memory_gib == (3.0, 6.0)
    assert workshop.bandwidth_gb_per_s == 273.0
    assert workshop.bandwidth_source
    assert len(workshop.evaluation_questions) == 4


def test_the_speculative_configuration_is_valid_json_and_names_the_draft_model(workshop: Workshop) -> None:
    configuration = found(workshop, "llama-3.1-8b-fp4-eagle3")

    assert json.loads(configuration.serve_arguments[-1])["model"] == configuration.draft_model
    assert configuration.weights[-1].model == configuration.draft_model


def test_a_figure_that_nobody_published_is_absent_and_never_zero(workshop: Workshop) -> None:
    absent = found(workshop, "gpt-oss-20b").published.start_s

    assert absent == Published(value=None, note="The workshop publishes no start time for it.")
