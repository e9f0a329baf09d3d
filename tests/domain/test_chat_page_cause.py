"""Why a chat page does not list the served model: each cause with its evidence, and what cures it."""

from dataclasses import replace

import pytest

from thorhud.domain.chat_page import NOTHING_SERVED, ChatPagePhase
from thorhud.domain.chat_page_cause import ServedHere, judge
from thorhud.domain.chat_page_look import Asked, PageContainer, PageLook

MODEL = "openai/gpt-oss-120b"
HERE = ServedHere(model=MODEL, port=8000, names=("thor-07", "10.10.0.107"))
PAGE = PageContainer(id="1", name="open-webui", ours=True, running=True, on_host=True, port=8080)
BRIDGE = replace(PAGE, on_host=False)
ANSWERS = PageLook(container=PAGE, answers=True, unit_answers=True)
REFUSED = "[Errno 111] Connection refused"


def asking(address: str, trouble: str = REFUSED, *, page: PageContainer = PAGE, **more: object) -> PageLook:
    return replace(ANSWERS, container=page, asked=(Asked(address=address, trouble=trouble),), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("look", "cause", "says"),
    [
        (asking("http://127.0.0.1:11434/v1"), "wrong-port", "asks port 11434; the model answers on port 8000"),
        (asking("http://127.0.0.1/v1"), "wrong-port", "asks port 80"),
        (asking("http://192.0.2.7:8000/v1", "timed out"), "wrong-host", "192.0.2.7, which is not this unit"),
        (asking("https://api.openai.com/v1", "not asked"), "wrong-host", "api.openai.com"),
        (asking("http://127.0.0.1:8000", "HTTP Error 404: Not Found"), "wrong-path", "does not end in /v1"),
        (asking("http://127.0.0.1:8000/v1", page=BRIDGE), "own-network", "where 127.0.0.1 is the page itself"),
        (asking("http://0.0.0.0:8000/v1", page=BRIDGE), "own-network", "a network of its own"),
        (
            asking("http://10.10.0.107:8000/v1", page=BRIDGE, loopback_only=True),
            "model-on-loopback",
            "takes calls from 127.0.0.1 only",
        ),
        (asking("http://10.10.0.107:8000/v1", "timed out", page=BRIDGE), "unreachable", "does not answer: timed out"),
        (asking("http://127.0.0.1:8000/v1", ""), "another-model", f"does not serve {MODEL}"),
        (ANSWERS, "no-address", "has no address"),
        (replace(ANSWERS, not_asked="no python3"), "not-seen", "Nobody could see"),
        (asking("nonsense"), "wrong-host", "asks nobody"),
        (asking("http://[::1:8000"), "wrong-host", "asks nobody"),
    ],
)
def test_each_miss_has_its_cause_its_evidence_and_the_one_click_repair(look: PageLook, cause: str, says: str) -> None:
    verdict = judge(look, HERE)

    assert (verdict.phase, verdict.cause) == (ChatPagePhase.NO_MODEL, cause)
    assert says in verdict.sentence
    assert verdict.repair == "reconnect-chat"
    assert verdict.next_step
    assert verdict.evidence


def test_a_model_that_answers_nobody_is_no_fault_of_the_page() -> None:
    verdict = judge(replace(asking("http://127.0.0.1:8000/v1"), unit_answers=False), HERE)

    assert (verdict.cause, verdict.repair) == ("backend-down", "")


def test_where_nothing_is_served_nothing_is_missing() -> None:
    verdict = judge(ANSWERS, replace(HERE, model=None))

    assert (verdict.phase, verdict.cause, verdict.repair) == (ChatPagePhase.NO_MODEL, NOTHING_SERVED, "")


def test_of_several_addresses_the_nearest_miss_is_explained() -> None:
    asked = (
        Asked(address="https://api.openai.com/v1", trouble="not asked"),
        Asked(address="http://127.0.0.1:8001/v1", trouble=REFUSED),
    )

    assert judge(replace(ANSWERS, asked=asked), HERE).cause == "wrong-port"


def test_its_own_log_is_evidence_too() -> None:
    lines = ("started", "ERROR | openai:send_get_request - Connection error: Cannot connect to host", "GET / 200")

    evidence = judge(asking("http://127.0.0.1:9/v1", lines=lines), HERE).evidence

    assert evidence.endswith("Its log: ERROR | openai:send_get_request - Connection error: Cannot connect to host")


def test_one_address_that_lists_the_model_is_enough() -> None:
    asked = (Asked(address="http://127.0.0.1:9/v1", trouble=REFUSED), Asked(address="http://h/v1", models=(MODEL,)))

    assert judge(replace(ANSWERS, asked=asked), HERE).phase is ChatPagePhase.READY


def test_its_own_list_counts_more_than_what_its_backend_says() -> None:
    asked = (Asked(address="http://127.0.0.1:8000/v1", models=(MODEL,)),)

    without = judge(replace(ANSWERS, asked=asked, listed=("another",)), HERE)

    assert (without.phase, without.cause) == (ChatPagePhase.NO_MODEL, "list-without")
    assert "its own list: another" in without.evidence


def test_an_address_of_its_own_settings_is_told_from_one_it_was_started_with() -> None:
    page = replace(PAGE, asks=("http://127.0.0.1:8000/v1",))
    look = asking("http://127.0.0.1:9000/v1", page=page, kept=("http://127.0.0.1:9000/v1",))

    assert "kept in its own settings, started with http://127.0.0.1:8000/v1" in judge(look, HERE).evidence


@pytest.mark.parametrize(("exit_code", "phase"), [(0, "absent"), (137, "absent"), (143, "absent"), (1, "failed")])
def test_a_page_that_was_stopped_has_not_failed(exit_code: int, phase: str) -> None:
    ended = replace(PAGE, running=False, exit_code=exit_code)

    assert judge(PageLook(container=ended, lines=("why", "")), HERE).phase == phase


def test_a_page_without_container_says_how_to_set_it() -> None:
    verdict = judge(replace(ANSWERS, container=None), HERE)

    assert (verdict.cause, verdict.repair) == ("no-container", "")
    assert "http://127.0.0.1:8000/v1" in verdict.next_step
