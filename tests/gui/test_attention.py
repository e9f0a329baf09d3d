"""The banners at the top: what is wrong, in words, most urgent first."""

from dataclasses import replace

import samples

from thorhud.domain.reading import Reading
from thorhud.gui.attention import Banner, Weight, banners
from thorhud.gui.store import FaceState, LinkPhase, LinkStatus


def texts(face: FaceState, now_s: float = 100.0) -> list[str]:
    return [banner.text.replace("\u00a0", " ") for banner in banners(face, now_s)]


def test_nothing_is_said_while_all_is_well() -> None:
    assert banners(samples.face(samples.idle()), 100.0) == ()


def test_a_simulated_unit_says_so_and_how_much_it_is_hurried() -> None:
    calm = replace(samples.idle(), agent=samples.agent(simulated=True))
    hurried = replace(samples.idle(), agent=samples.agent(simulated=True, start_speed=10.0))

    assert texts(samples.face(calm)) == ["Simulated unit: nothing here is a measurement"]
    assert texts(samples.face(hurried))[0].endswith("Starts are hurried 10 times.")


def test_a_lost_agent_comes_first_and_says_how_old_the_readings_are() -> None:
    simulated = replace(samples.idle(), agent=samples.agent(simulated=True))
    face = replace(samples.face(simulated), link=LinkStatus(phase=LinkPhase.GONE))

    shown = texts(face, now_s=112.0)

    assert shown[0] == "The agent of this unit stopped. Starting it again. Last readings 12 s ago."
    assert len(shown) == 2


def test_an_agent_that_cannot_be_started_says_why_and_what_to_try() -> None:
    link = LinkStatus(phase=LinkPhase.FAILED, reason="The agent did not start.", next_step="Run: thorhud agent")

    assert texts(FaceState(link=link)) == ["The agent did not start. Run: thorhud agent Trying again."]


def test_docker_that_does_not_answer_is_told_once_with_its_reason() -> None:
    state = replace(samples.idle(), agent=samples.agent(docker=Reading(reason="connection refused")))
    named = replace(samples.idle(), agent=samples.agent(docker=Reading(reason="Docker is not running.")))

    assert texts(samples.face(state)) == ["Docker does not answer: connection refused"]
    assert texts(samples.face(named)) == ["Docker is not running."]


def test_a_hostile_reason_stays_one_printable_line() -> None:
    state = replace(samples.idle(), agent=samples.agent(docker=Reading(reason="a\n<b>x</b>\x1b[31m\u202e")))

    (banner,) = banners(samples.face(state), 100.0)

    assert banner == Banner(Weight.TROUBLE, banner.text)
    assert banner.text.isprintable()
    assert "<b>x</b>" in banner.text
