"""Take the pictures of the README from a simulated unit: `packaging/screenshots`.

It is a program, not a test: real windows on an X server of its own. The unit first measures the whole ladder, hurried;
what the pictures show of a start runs at its true pace.
"""

import shutil
import sys
import time

from tests.e2e import failure_screenshots
from tests.e2e.picture import FOLDER, keep
from tests.e2e.unit_folder import Unit, phase, unit_folder
from tests.e2e.x_server import Pixels, XServer, differs_from, shows
from thorhud.domain.messages import Verb
from thorhud.domain.state import AgentState, PromptPhase, ServingPhase
from thorhud.gui.theme import load_theme

THEME = load_theme("dark")
CARE = THEME.tone("amber")
# the banner of a simulated unit comes with the first state that was heard
HURRIED, TRUE_PACE = 50.0, 1.0
HALF_OF_THE_WEIGHTS = 9
"""Shards of fifteen."""
MINUTE_OF_TRACES_S = 20.0
MEASURE_AGAIN = (1580, 72)
"""Where that button stands on Compare at 1920x1080."""


def main() -> int:
    """Take them all."""
    if shutil.which("pngquant") is None:
        sys.stderr.write("pngquant makes the pictures small and is not installed: sudo apt-get install pngquant\n")
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with unit_folder() as unit, XServer() as screen:
        measure(unit)
        face = unit.open_window(screen)
        time.sleep(MINUTE_OF_TRACES_S)
        take_compare(screen, keep("kiosk-idle", screen.until(shows(CARE), "the unit")))
        measure_more(unit)
        take_more(screen)
        take_starting(screen, unit)
        take_ready(screen, unit)
        face.terminate()
        face.wait()
    with unit_folder() as unit, XServer(1280, 800) as small:
        unit.open_window(small, "--speed", str(HURRIED), size="1280x800")
        small.until(shows(CARE), "the unit")
        small.press("5")
        unit.until(phase(ServingPhase.READY), "ready")
        answer(small, unit, tokens=70)
        keep("kiosk-1280x800", small.settled(limit_s=0.5))
    return failure_screenshots.main()


def measure(unit: Unit) -> None:
    """Measure every configuration once, hurried."""
    unit.thorhud("status")
    unit.ask(Verb.SIMULATE, start_speed=HURRIED)
    quick = {"parts": ["short"], "least_warm_ups": 1, "most_warm_ups": 1, "ready_for_s": 0}
    unit.ask(Verb.LADDER, limit_s=400, max_tokens=40, repeats=3, **quick)
    unit.ask(Verb.SIMULATE, start_speed=TRUE_PACE)


def take_compare(screen: XServer, kiosk: Pixels) -> None:
    """Keep Compare in both themes."""
    screen.press("c")
    dark = keep("compare", screen.until(differs_from(kiosk, 0.05), "Compare"))
    screen.press("t")
    keep("compare-projector", screen.until(differs_from(dark, 0.5), "the light theme"))
    screen.press("t", "Escape")
    screen.until(shows(CARE), "the unit")


def measure_more(unit: Unit) -> None:
    """Measure the draft model in full, with several users and the same prompts twice: a quarter of an hour."""
    unit.ask(Verb.SIMULATE, start_speed=HURRIED)
    wanted = {"configuration_ids": ["llama-3.1-8b-fp4", "llama-3.1-8b-fp4-eagle3"], "sweep_levels": [1, 2, 4, 8]}
    parts = ["short", "long", "sweep", "parity"]
    unit.ask(Verb.LADDER, limit_s=1500, max_tokens=384, repeats=5, ready_for_s=0, parts=parts, **wanted)
    unit.ask(Verb.SIMULATE, start_speed=TRUE_PACE)


def take_more(screen: XServer) -> None:
    """Keep the second page of Compare, tab by tab, and the question before a ladder."""
    screen.press("c")
    screen.settled()
    screen.press("e", *["Left"] * 6)
    keep("compare-users", screen.settled())
    screen.press("Right")
    keep("compare-draft", screen.settled())
    screen.press("Right", "Right")
    keep("compare-answers", screen.settled())
    screen.press("Escape")
    screen.settled()
    screen.click(MEASURE_AGAIN)
    keep("ladder-dialog", screen.settled())
    screen.press("Escape", "Escape")
    screen.until(shows(CARE), "the unit")


def take_starting(screen: XServer, unit: Unit) -> None:
    """Keep the largest model in the middle of its weights."""
    screen.press("1")
    unit.until(weights_half_read, "reading weights", limit_s=180)
    time.sleep(1.0)
    keep("kiosk-starting", screen.settled(limit_s=0.5))
    screen.press("s")
    unit.until(phase(ServingPhase.IDLE), "stopped")
    unit.ask(Verb.SIMULATE, start_speed=HURRIED)


def take_ready(screen: XServer, unit: Unit) -> None:
    """Keep the second answer as it streams: the first only warms up."""
    screen.press("6")
    unit.until(phase(ServingPhase.READY), "ready")
    answer(screen, unit, tokens=10_000)
    unit.ask(Verb.SIMULATE, start_speed=TRUE_PACE)
    answer(screen, unit, tokens=96)
    keep("kiosk-ready", screen.settled(limit_s=0.5))
    screen.press("s")
    unit.until(phase(ServingPhase.IDLE), "stopped")


def weights_half_read(state: AgentState) -> bool:
    timeline = state.serving.timeline
    return timeline is not None and (timeline.shards_done or 0) >= HALF_OF_THE_WEIGHTS


def answer(screen: XServer, unit: Unit, *, tokens: int) -> None:
    """Run the reference prompt until it has brought so many *tokens*, or its end."""
    before = unit.until(lambda _: True, "there").prompt.run_id

    def far_enough(state: AgentState) -> bool:
        prompt = state.prompt
        return prompt.run_id != before and (prompt.completion_tokens >= tokens or prompt.phase is PromptPhase.DONE)

    screen.press("r")
    unit.until(far_enough, "answering")


if __name__ == "__main__":
    sys.exit(main())
