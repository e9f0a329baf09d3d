"""What a touch display does only after the PIN of a TA: restarts, and leaving the kiosk."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from thorhud.domain.messages import AnswerKind, CommandAnswer, Verb
from thorhud.domain.repairs import RepairId, repair_of
from thorhud.domain.state import AgentState
from thorhud.gui.unit_text import one_line
from thorhud.gui.windows.pin_dialog import PinDialog
from thorhud.gui.wishes import Wish

NOT_CHECKED = "Nobody could look at the PIN: the agent of this unit does not answer."
PATIENCE_MS = 6000
"""A look at a PIN takes a tenth of a second; after so long nobody is there to look."""


class PinGate(QObject):
    """Asks for the PIN where one guards what is wanted, and lets it pass once the agent says that it is right.

    The agent asks again when it repairs: this gate spares a person a repair that would be refused.
    """

    command_requested = Signal(object)
    """The `Wish` to look at a PIN."""

    def __init__(self, window: QWidget, *, guarded: bool) -> None:
        super().__init__(window)
        self._window = window
        self._guarded = guarded
        self._dialog: PinDialog | None = None
        self._then: Callable[[str], None] = lambda _pin: None
        self._pin = ""
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(lambda: self.answered(None))

    def closed_for(self, state: AgentState | None) -> bool:
        """Whether what is guarded needs a PIN now; a display that never heard of one has nobody to ask."""
        return self._guarded and state is not None and state.pin_set

    def request(self, wish: Wish, state: AgentState | None, send: Callable[[Wish], None]) -> None:
        """Send *wish*, after the PIN where it needs one."""
        if not self.closed_for(state) or not _guards(wish):
            send(wish)
            return
        self.ask(_words(wish, state), lambda pin: send(Wish(wish.verb, {**wish.args, "pin": pin})))

    def ask(self, what: str, then: Callable[[str], None]) -> None:
        """Ask for the PIN and call *then* with it where it is right."""
        if self._dialog is not None:
            return
        dialog = PinDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.pin_typed.connect(self._typed)
        dialog.finished.connect(self._closed)
        self._dialog, self._then = dialog, then
        dialog.ask(what)

    def answered(self, answer: CommandAnswer | None) -> None:
        """Take what the agent said of the PIN; None where it did not answer."""
        dialog, pin, then = self._dialog, self._pin, self._then
        self._pin = ""
        self._patience.stop()
        if dialog is None or not pin:
            return
        if answer is None:
            dialog.wrong(NOT_CHECKED)
        elif answer.kind is AnswerKind.DONE:
            dialog.accept()
            then(pin)
        else:
            wait_s = answer.details.get("wait_s")
            if isinstance(wait_s, int | float) and wait_s > 0:
                dialog.locked(wait_s)
            else:
                dialog.wrong(f"{answer.reason} {answer.next_step}".strip())

    def _typed(self, pin: str) -> None:
        self._pin = pin
        self._patience.start()
        self.command_requested.emit(Wish(Verb.CHECK_PIN, {"pin": pin}, on_end=self.answered))

    def _closed(self) -> None:
        self._dialog, self._pin = None, ""


def _guards(wish: Wish) -> bool:
    return wish.verb is Verb.REPAIR and repair_of(str(wish.args["repair"])).needs_pin


def _words(wish: Wish, state: AgentState | None) -> str:
    what = repair_of(str(wish.args["repair"]))
    unit = one_line(state.identity.hostname, 40) if state is not None else ""
    return f"Reboot {unit}".strip() if what.id is RepairId.REBOOT else what.title
