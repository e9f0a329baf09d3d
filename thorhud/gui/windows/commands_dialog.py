"""The exact commands of what the HUD does: it teaches, it does not hide."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from thorhud.domain.messages import TypedCommands
from thorhud.gui.forms.ui_commands_dialog import Ui_CommandsDialog
from thorhud.gui.theme import theme_of
from thorhud.gui.unit_text import one_line
from thorhud.gui.windows.card_dialog import CardDialog

_REASON = "What the HUD does, as you would type it in a terminal on this unit."


class CommandsDialog(CardDialog):
    """`docker run`, `vllm serve` and `curl`, each to read and to copy."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_CommandsDialog()
        self._form.setupUi(self)
        self._form.done_button.setText("Done")
        self._form.done_button.clicked.connect(self.accept)

    def display(self, commands: TypedCommands | None, name: str = "", *, reason: str = "") -> None:
        """Show *commands* of the configuration *name*; without any, *reason* says why."""
        title = f"To type by hand: {one_line(name, 80)}" if name else "To type by hand"
        self.setWindowTitle(title)
        self._form.title_label.setText(title)
        self._form.reason_label.setText(_REASON if commands else one_line(reason) or "The commands are being fetched.")
        for well in (self._form.docker_well, self._form.serve_well, self._form.curl_well):
            well.setVisible(commands is not None)
        if commands is not None:
            self._form.docker_well.display("docker run", "starts the container", commands.docker_run)
            self._form.serve_well.display("vllm serve", "the command inside it", commands.vllm_serve)
            self._form.curl_well.display("curl", "one request to it", commands.curl)

    def open(self) -> None:
        """Show over the window and return at once."""
        super().open()
        self._form.done_button.setFocus()

    def wanted_size(self) -> QSize:
        """Return a size with room for long commands, within the window."""
        theme, parent = theme_of(self), self.parentWidget()
        room = parent.window().size() if parent is not None else self.screen().availableSize()
        margin = theme.px(80)
        return QSize(theme.px(1320), theme.px(940)).boundedTo(room - QSize(margin, margin))
