"""The window of a face: theme and scale, pages, keys, and what lies above the pages."""

import time
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QLayout, QVBoxLayout, QWidget

from thorhud.domain.messages import TypedCommands, Verb
from thorhud.domain.state import ServingPhase
from thorhud.gui.attention import Weight, banners
from thorhud.gui.model_cards import ModelCard
from thorhud.gui.questions import AskFirst, ShowFix, pressed
from thorhud.gui.scaling import scale_tree
from thorhud.gui.store import FaceState, Notice
from thorhud.gui.style_sheet import style_sheet
from thorhud.gui.theme import THEMES, Theme, load_theme
from thorhud.gui.widgets.banner_bar import BannerBar
from thorhud.gui.widgets.focus_ring import FocusRing
from thorhud.gui.widgets.notice_card import NoticeCard
from thorhud.gui.windows.commands_dialog import CommandsDialog
from thorhud.gui.windows.confirm_dialog import ConfirmDialog, Question
from thorhud.gui.windows.keys import ONLY_ON_THE_KIOSK, action, model_number
from thorhud.gui.windows.launch_options_dialog import LaunchOptionsDialog
from thorhud.gui.windows.page_stack import PageStack
from thorhud.gui.windows.pin_gate import PinGate
from thorhud.gui.wishes import Wish

FULL_SIZE = (1920, 1080)
SMALLEST = (800, 450)
TICK_MS = 1000
RESIZE_PAUSE_MS = 60


class KioskWindow(QWidget):
    """Frames the pages. It knows no agent: wishes leave it as signals, the state comes in through `display`."""

    command_requested = Signal(object)
    """A `Wish`."""
    inquiry_requested = Signal(object)
    """An `Inquiry`."""
    commands_wanted = Signal(str)
    """The configuration whose typed commands are to be shown; `show_commands` gets them."""
    notice_dismissed = Signal()
    closed = Signal()

    def __init__(
        self,
        theme_name: str = THEMES[0],
        *,
        guarded: bool = False,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        super().__init__()
        self.theme: Theme = load_theme(theme_name)
        self._clock, self._wall = clock, wall
        self._face = FaceState()
        self._commands_dialog: CommandsDialog | None = None
        self.setWindowTitle("thorhud")
        self.setObjectName("page")
        self.setMinimumSize(*SMALLEST)
        self.pages = PageStack(self)
        self.pin_gate = PinGate(self, guarded=guarded)
        self.pin_gate.command_requested.connect(self.command_requested)
        self._may_close = False
        self.pages.command_requested.connect(self._request)
        self.pages.inquiry_requested.connect(self.inquiry_requested)
        self.pages.kiosk.page_requested.connect(self.open_page)
        self.pages.kiosk.model_pressed.connect(self._press_model)
        self.pages.kiosk.model_held.connect(self._open_options)
        self.pages.kiosk.question_requested.connect(self._ask)
        self.pages.kiosk.opens_browser = not guarded
        self.pages.currentChanged.connect(lambda _: self._show_page())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        # the page shrinks with the window; its smallest size at this scale is not the window's
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.addWidget(self.pages)
        self._lay_above()
        self._settled = QTimer(self, singleShot=True, interval=RESIZE_PAUSE_MS)
        self._settled.timeout.connect(self._rescale)
        self._second = QTimer(self, interval=TICK_MS)
        self._second.timeout.connect(self._show_page)
        self._second.start()
        self._rescale()
        self.pages.kiosk.setFocus()

    @property
    def face(self) -> FaceState:
        """What is shown now."""
        return self._face

    def display(self, face: FaceState) -> None:
        """Show *face*."""
        if face.notice != self._face.notice:
            self.notice_card.display(face.notice)
        self._face = face
        self._show_page()
        self.pages.display_compare(face)
        self.pages.display_log(face)

    def open_page(self, name: str) -> None:
        """Show "kiosk", "compare" or "log", or open the dialog of "commands" or "options"."""
        if name == "commands":
            self._open_commands()
        elif name == "options":
            self._open_options(self.pages.kiosk.focused_model())
        else:
            self.pages.open_page(name, self._face)

    def set_theme(self, name: str) -> None:
        """Show everything in another theme."""
        self.theme = load_theme(name).at(self.theme.scale)
        self._dress()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.isVisible():
            self._settled.start()
        else:
            self._rescale()

    def leave(self) -> None:
        """Close the window whoever asks: the end of the session does."""
        self._may_close = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close and self.pin_gate.closed_for(self._face.agent):
            event.ignore()
            self.pin_gate.ask("Leave the kiosk", lambda _pin: self.leave())
            return
        self._second.stop()
        self.closed.emit()
        super().closeEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, FBT001 - Qt's signature
        self.focus_ring.key_used()
        return super().focusNextPrevChild(next)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.focus_ring.key_used()
        control = Qt.KeyboardModifier.ControlModifier
        if event.modifiers() & control:
            if event.key() == Qt.Key.Key_Q:
                self.close()
            return
        number = model_number(event.key())
        name = action(event.key())
        if number is not None and self.pages.on_kiosk:
            self.pages.kiosk.press_model(number)
        elif name is not None and (self.pages.on_kiosk or name not in ONLY_ON_THE_KIOSK):
            self._do(name)
        else:
            super().keyPressEvent(event)

    def _do(self, name: str) -> None:
        actions: dict[str, Callable[[], None]] = {
            "stop": self._stop,
            "prompt": self._run_prompt,
            "compare": lambda: self.open_page("compare"),
            "log": lambda: self.open_page("log"),
            "cup": self.pages.kiosk.press_cup,
            "fix": self.pages.kiosk.press_main_action,
            "theme": self._next_theme,
            "options": lambda: self.open_page("options"),
            "full-screen": self._turn_full_screen,
            "back": self._go_back,
            "press": self._press_focused,
        }
        actions[name]()

    def _turn_full_screen(self) -> None:
        """Fill the screen, or no more: behind a window there is a desktop, and the PIN guards the way to it."""

        def turn(_pin: str = "") -> None:
            self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

        if self.isFullScreen() and self.pin_gate.closed_for(self._face.agent):
            self.pin_gate.ask("Leave full screen", turn)
        else:
            turn()

    def _request(self, wish: Wish) -> None:
        """Send *wish* up, after the PIN where it needs one."""
        self.pin_gate.request(wish, self._face.agent, self.command_requested.emit)

    def _next_theme(self) -> None:
        self.set_theme(THEMES[(THEMES.index(self.theme.name) + 1) % len(THEMES)])

    def _press_focused(self) -> None:
        focused = self.focusWidget()
        if isinstance(focused, QAbstractButton):
            focused.click()

    def _stop(self) -> None:
        state = self._face.agent
        if state is not None and state.serving.phase in {ServingPhase.STARTING, ServingPhase.READY}:
            self.pages.kiosk.request(Wish(Verb.STOP))

    def _run_prompt(self) -> None:
        state, workshop = self._face.agent, self._face.workshop
        if state is not None and workshop is not None and state.serving.phase is ServingPhase.READY:
            self.command_requested.emit(Wish(Verb.PROMPT, {"prompt": workshop.short_prompt}))

    def _go_back(self) -> None:
        if self.notice_card.isVisible():
            self.notice_card.dismissed.emit()
        else:
            self.pages.back()

    def _press_model(self, card: ModelCard) -> None:
        state, workshop = self._face.agent, self._face.workshop
        if state is None or workshop is None:
            return
        match pressed(card, state, workshop):
            case Wish() as wish:
                self.command_requested.emit(wish)
            case AskFirst() as question:
                self._ask(question)
            case Notice() as notice:
                self.notice_card.display(notice)
            case ShowFix():
                self.pages.kiosk.show_fix()

    def _ask(self, question: AskFirst) -> None:
        dialog = ConfirmDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.command_requested.emit(question.wish))
        dialog.ask(Question(title=question.title, loss=question.loss, act=question.act, stay=question.stay))

    def _open_options(self, card: ModelCard | None) -> None:
        """Open the options for *card*, else for the model that is served or the first."""
        state, workshop = self._face.agent, self._face.workshop
        if state is None or workshop is None:
            return
        served = workshop.configuration(state.serving.configuration_id or "")
        configuration = card.configuration if card is not None else served or workshop.configurations[0]
        dialog = LaunchOptionsDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.command_requested.connect(self._request)
        dialog.inquiry_requested.connect(self.inquiry_requested)
        dialog.ask(state, workshop, configuration.id)

    def _open_commands(self) -> None:
        state, workshop = self._face.agent, self._face.workshop
        if state is None or workshop is None:
            return
        key = state.serving.next_configuration_id or state.serving.configuration_id
        configuration = workshop.configuration(key) if key else workshop.configurations[0]
        if configuration is None:
            return
        if self._commands_dialog is None:
            self._commands_dialog = CommandsDialog(self)
        self._commands_dialog.display(None, configuration.name)
        self._commands_dialog.open()
        self.commands_wanted.emit(configuration.id)

    def show_commands(self, configuration_id: str, commands: TypedCommands | None, reason: str) -> None:
        """Fill the open dialog with *commands*, or say why there are none."""
        workshop = self._face.workshop
        configuration = workshop.configuration(configuration_id) if workshop else None
        name = configuration.name if configuration else configuration_id
        if self._commands_dialog is not None:
            self._commands_dialog.display(commands, name, reason=reason)

    def _lay_above(self) -> None:
        self.banner_bar = BannerBar(self)
        self.banner_bar.hide()
        self.notice_card = NoticeCard(self)
        self.notice_card.dismissed.connect(self.notice_card.hide)
        self.notice_card.dismissed.connect(self.notice_dismissed)
        self.focus_ring = FocusRing(self)

    def _rescale(self) -> None:
        """Fit everything to the size of the window."""
        scale = scale_for(self.width(), self.height())
        if scale != self.theme.scale or not self.styleSheet():
            self.theme = self.theme.at(scale)
            self._dress()

    def _dress(self) -> None:
        scale_tree(self, self.theme.scale)
        self.setPalette(self.theme.palette())
        self.setStyleSheet(style_sheet(self.theme))
        self.focus_ring.place()

    def _show_page(self) -> None:
        if not self.isVisible():
            return
        now_s = self._clock()
        if self.pages.on_kiosk:
            wall = self._wall()
            clock = time.strftime("%H:%M", time.localtime(wall))
            self.pages.kiosk.display(self._face, now_s, wall, clock)
        self._show_banners(now_s)

    def _show_banners(self, now_s: float) -> None:
        """Say on every page when what it shows has stopped moving; the kiosk has a bar of its own, for more."""
        urgent = tuple(each for each in banners(self._face, now_s) if each.weight is not Weight.CARE)
        self.banner_bar.display(urgent)
        self.banner_bar.setVisible(bool(urgent) and not self.pages.on_kiosk)
        self.banner_bar.setGeometry(0, 0, self.width(), self.banner_bar.sizeHint().height())


def scale_for(width: int, height: int) -> float:
    """Return how large everything is drawn so that the page fits: 1 at 1920x1080."""
    return round(min(width / FULL_SIZE[0], height / FULL_SIZE[1]), 3)
