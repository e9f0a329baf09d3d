"""A model beyond the workshop's configurations, served under an id of its own."""

from thorhud.domain.comparison import compare
from thorhud.domain.custom_model import configuration_of, custom_configuration, for_launch
from thorhud.domain.launch_options import LaunchOptions
from thorhud.domain.run_record import RunRecord
from thorhud.domain.timing import PromptResult
from thorhud.settings.workshop_file import load_workshop

WORKSHOP = load_workshop()


def test_a_model_of_the_hub_is_served_with_nothing_but_its_name() -> None:
    other = WORKSHOP.other_models[0]

    made = custom_configuration(WORKSHOP, other.model)

    assert made.id == f"model:{other.model}"
    assert made.serve_arguments == (other.model,)
    assert made.draft_model is None
    assert made.name == other.name


def test_a_folder_is_mounted_and_keeps_its_own_name() -> None:
    made = custom_configuration(WORKSHOP, "/home/jetson/data/tuned")

    assert made.serve_arguments == ("/models/tuned", "--served-model-name", "/home/jetson/data/tuned")
    (mount,) = made.mounts
    assert (mount.host, mount.container, mount.read_only) == ("/home/jetson/data/tuned", "/models/tuned", True)


def test_a_model_of_the_workshop_keeps_what_it_needs_beside_its_weights() -> None:
    known = WORKSHOP.configuration("gpt-oss-20b")
    assert known is not None

    made = custom_configuration(WORKSHOP, known.model)

    assert made.required_files == known.required_files
    assert made.needs_chat_probe


def test_the_id_leads_back_to_the_same_configuration() -> None:
    made = custom_configuration(WORKSHOP, "a/b")

    assert configuration_of(WORKSHOP, made.id) == made
    assert configuration_of(WORKSHOP, "llama-3.1-8b-fp4") == WORKSHOP.configuration("llama-3.1-8b-fp4")
    assert configuration_of(WORKSHOP, None) is None


def test_the_models_own_configuration_stays_itself() -> None:
    own = WORKSHOP.configurations[0]

    assert for_launch(WORKSHOP, own, LaunchOptions(model=own.model)) is own
    assert for_launch(WORKSHOP, own, LaunchOptions(model="a/b")).id == "model:a/b"


def test_a_comparison_leaves_its_runs_out() -> None:
    run = RunRecord(
        id="1",
        at_unix_s=1.0,
        configuration_id="model:a/b",
        prompt_name="reference",
        result=PromptResult(model="a/b", tokens_per_s=99.0),
    )

    assert compare(WORKSHOP, [run], unit="thor-07") == compare(WORKSHOP, [], unit="thor-07")
