"""The kiosk: who this unit is on the left, one question at the upper right, models and hardware below."""

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QAbstractButton, QWidget

from thorhud.domain.identity import UnitIdentity
from thorhud.domain.messages import Verb
from thorhud.domain.state import AgentState, ServingPhase
from thorhud.gui.attention import banners
from thorhud.gui.chat_words import Around, Visit, chat_words
from thorhud.gui.forms.ui_kiosk_page import Ui_KioskPage
from thorhud.gui.freshness import Freshness, freshness
from thorhud.gui.identity_rows import place, reach
from thorhud.gui.memory_parts import memory_parts
from thorhud.gui.model_cards import ModelCard, model_cards
from thorhud.gui.questions import AskFirst
from thorhud.gui.store import FaceState, LinkPhase
from thorhud.gui.unit_text import one_line
from thorhud.gui.widgets.text_line import Run
from thorhud.gui.wishes import Wish
from thorhud.gui.words import age, since


class KioskPage(QWidget):
    """Lays the leaves out and hands each its part of the state."""

    command_requested = Signal(object)
    """A `Wish`."""
    page_requested = Signal(str)
    """"compare", "log" or "commands"."""
    inquiry_requested = Signal(object)
    """An `Inquiry`."""
    question_requested = Signal(object)
    """An `AskFirst`."""
    model_pressed = Signal(object)
    """A `ModelCard` whose button was pressed."""
    model_held = Signal(object)
    """A `ModelCard` whose button was held, for its options."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_KioskPage()
        self._form.setupUi(self)
        self._form.stage_area.hide()
        self._form.stage_area.command_requested.connect(self.command_requested)
        self._form.stage_area.page_requested.connect(self.page_requested)
        self._form.stage_area.inquiry_requested.connect(self.inquiry_requested)
        self._form.model_strip.pressed.connect(self.model_pressed)
        self._form.model_strip.held.connect(self.model_held)
        self._form.cup_card.clicked.connect(self._ask_for_cup)
        self._form.chat_card.pressed.connect(self._press_chat)
        self._answer_of = ""
        self.opens_browser = False
        """Whether this machine is somebody's own: a display in a rack shows the address and opens nothing."""
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def display(self, face: FaceState, now_s: float, now_unix_s: float, clock: str) -> None:
        """Show *face* as it stands at *now_s* on the monotonic clock."""
        self._form.banner_bar.display(banners(face, now_s))
        self._form.clock_line.display(Run(clock, "plain", "text2", figures=True))
        self._form.hardware_row.display(face, now_s)
        self._display_memory(face, now_s)
        if face.agent is None or face.workshop is None:
            self._display_waiting(face)
            return
        self._display_identity(face.agent.identity)
        around = Around(
            network=bool(face.agent.identity.addresses),
            opens=self.opens_browser,
            image=face.workshop.chat_page.image,
            pull=face.agent.pull,
        )
        self._form.chat_card.display(chat_words(face.agent.chat_page, around))
        self._form.cup_card.display(face.agent.cup, now_unix_s)
        self._form.cup_card.show()
        self._display_serving(face, face.agent)

    def press_model(self, number: int) -> None:
        """Press the model button of that number, as the keys 1 to 6 do."""
        self._form.model_strip.press(number)

    def focused_model(self) -> ModelCard | None:
        """Return the card whose button has the focus, or None."""
        focused = next((each for each in self._form.model_strip.buttons if each.hasFocus()), None)
        return None if focused is None else focused.card

    def press_cup(self) -> None:
        """Raise or lower the red cup, as the key H does."""
        self._form.cup_card.click()

    def request(self, wish: Wish) -> None:
        """Ask for *wish* as the buttons of the stage area do: with its question, where it has one."""
        self._form.stage_area.request(wish)

    def press_main_action(self) -> None:
        """Press the main fix, as the key F does, while something has failed."""
        action = self._form.stage_area.failure_panel.main_action()
        if self._form.stage_area.failure_panel.isVisible() and isinstance(action, QAbstractButton):
            action.click()

    def show_fix(self) -> None:
        """Bring the focus to the main fix."""
        self._form.stage_area.failure_panel.main_action().setFocus()

    def append_answer(self, run_id: str, text: str, *, reasoning: bool) -> None:
        """Add a piece of the answer of *run_id*; a new run begins empty."""
        if run_id != self._answer_of:
            self._answer_of = run_id
            self._form.stage_area.start_answer(run_id)
        self._form.stage_area.append_answer(text, reasoning)

    def _display_identity(self, identity: UnitIdentity) -> None:
        rack, slot = place(identity)
        gap = "   " if rack and slot else ""
        self._form.place_line.display(Run(rack, "action"), Run(gap + slot, "plain", "text2"))
        self._form.unit_number.display(identity.number)
        self._form.hostname_line.display(Run(one_line(identity.hostname, 63), "hostname"))
        self._form.address_rows.display(reach(identity))

    def _display_memory(self, face: FaceState, now_s: float) -> None:
        reading = face.agent.telemetry.memory if face.agent else None
        if face.agent is None or reading is None or reading.value is None:
            self._form.memory_bar.display(None, None, old="" if face.agent else "reading")
            return
        parts = memory_parts(reading.value, face.agent, face.workshop)
        key = parts.configuration_id
        configuration = face.workshop.configuration(key) if face.workshop and key else None
        self._form.memory_bar.display(parts, configuration, old=_old(face.age_s(now_s) + (reading.age_s or 0.0)))

    def _display_serving(self, face: FaceState, agent: AgentState) -> None:
        if face.workshop is None:
            return
        grown = agent.serving.phase is ServingPhase.IDLE
        self._form.model_strip.display(model_cards(agent, face.workshop, face.measured), grown=grown)
        self._form.stage_area.display(agent, face.workshop)
        self._form.stage_area.show()
        self._form.model_strip.show()
        self._form.waiting_panel.hide()
        # while nothing runs the strip takes what the stage area leaves
        self._stretch(stage=not grown)

    def _display_waiting(self, face: FaceState) -> None:
        self._form.stage_area.hide()
        self._form.model_strip.hide()
        self._form.cup_card.hide()
        self._form.waiting_panel.show()
        self._stretch(stage=True)
        if face.link.phase is LinkPhase.FAILED:
            self._form.waiting_panel.display(
                "No agent answers on this unit", f"{one_line(face.link.reason)} {one_line(face.link.next_step)}".strip()
            )
        else:
            self._form.waiting_panel.display("Looking for this unit", "Its agent is found or started. Nothing to do.")

    def _stretch(self, *, stage: bool) -> None:
        """Give the spare height to the stage area, else to the model strip."""
        column = self._form.right_column
        column.setStretchFactor(self._form.stage_slot, int(stage))
        column.setStretchFactor(self._form.model_strip, int(not stage))

    def _press_chat(self, act: Wish | AskFirst | Visit) -> None:
        match act:
            case Visit(url=url):
                QDesktopServices.openUrl(QUrl(url))
            case AskFirst():
                self.question_requested.emit(act)
            case Wish(verb=Verb.REPAIR):
                self._form.stage_area.request(act)
            case Wish():
                self.command_requested.emit(act)

    def _ask_for_cup(self) -> None:
        self.command_requested.emit(Wish(Verb.CUP, {"colour": self._form.cup_card.wanted.value}))


def _old(age_s: float) -> str:
    match freshness(age_s):
        case Freshness.FRESH:
            return ""
        case Freshness.STALE:
            return age(age_s)
        case Freshness.LOST:
            return f"readings stopped {since(age_s)} ago"
