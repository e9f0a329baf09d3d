"""Take it home: the card of this unit on its own network, and the commands that write the whole report."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from thorhud.domain.messages import Verb
from thorhud.domain.state import AgentState
from thorhud.gui.forms.ui_take_home_tab import Ui_TakeHomeTab
from thorhud.gui.unit_text import one_line
from thorhud.gui.wishes import Wish

_OFF = (
    "Your phone can take this unit's results along: a page with every chart, without an account. It is served on this "
    "unit's own network until you stop it. Everybody on that network can open it. Off unless you switch it on."
)
_ON = "Scan the code with a phone on the same network, or type the address. Everybody on this network can open it."


class TakeHomeTab(QWidget):
    """Sharing is off until somebody presses the button, and says so while it is on."""

    command_requested = Signal(object)
    title = "Take home"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_TakeHomeTab()
        self._form.setupUi(self)
        form = self._form
        form.share_title.setText("Results on your phone")
        form.share_button.setText("Share the results")
        form.share_button.clicked.connect(lambda: self.command_requested.emit(Wish(Verb.SHARE, {"on": True})))
        form.stop_button.setText("Stop sharing")
        form.stop_button.clicked.connect(lambda: self.command_requested.emit(Wish(Verb.SHARE, {"on": False})))
        form.export_title.setText("The whole report")
        form.export_text.setText(
            "One page with plots that works offline, a picture, and the runs as CSV and JSON with everything that is "
            "needed to believe them. Type this in a terminal on the unit, or copy it:"
        )

    def display(self, state: AgentState) -> None:
        """Show whether the card is shared and where."""
        url, reason = state.shared_card.url, state.shared_card.reason
        form = self._form
        form.share_text.setText(_ON if url else _OFF)
        form.qr_code.display(url or "")
        form.address_label.setText(one_line(url or "", 200))
        form.address_label.setVisible(bool(url))
        form.reason_label.setText(one_line(reason or ""))
        form.reason_label.setVisible(bool(reason) and not url)
        form.share_button.setVisible(not url)
        form.stop_button.setVisible(bool(url))
        simulated = " --simulate" if state.agent.simulated else ""
        form.report_well.display(
            "Everything", "writes into a folder", f"thorhud report{simulated} --output thorhud-report"
        )
        form.copy_well.display(
            "The newest comparison alone",
            "only its runs",
            f"thorhud report{simulated} --ladder last --output last-ladder",
        )
