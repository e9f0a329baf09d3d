"""How one launch may differ from the workshop's way, with the sum beside it that says whether it would start."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QLineEdit, QWidget
from shiboken6 import isValid

from thorhud.domain.custom_model import PREFIX
from thorhud.domain.fit import Fit
from thorhud.domain.launch_options import LaunchOptions
from thorhud.domain.messages import QueryName, Verb
from thorhud.domain.state import AgentState, ServingPhase
from thorhud.domain.wire import plain
from thorhud.domain.workshop import Workshop
from thorhud.gui.forms.ui_launch_options_dialog import Ui_LaunchOptionsDialog
from thorhud.gui.option_words import (
    AT_A_TIME,
    CONTEXTS,
    SHARES,
    START_DETAILS,
    STARTS,
    Chosen,
    labels_of,
    options_from,
    verdict_words,
)
from thorhud.gui.theme import theme_of
from thorhud.gui.widgets.action_button import SMALLEST_TOUCH_PX
from thorhud.gui.windows.card_dialog import CardDialog
from thorhud.gui.wishes import Inquiry, Wish

_BUSY = {ServingPhase.STARTING, ServingPhase.READY, ServingPhase.STOPPING}
_LONGEST_TEXT = 1000


class LaunchOptionsDialog(CardDialog):
    """Ends in a `Wish`, or in nothing; asks the unit for the sum with each change."""

    command_requested = Signal(object)
    inquiry_requested = Signal(object)
    """An `Inquiry` for the sum."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = form = Ui_LaunchOptionsDialog()
        form.setupUi(self)
        self._asked = 0
        self._busy = False
        form.model_label.setText("Model")
        form.share_label.setText("Share of memory")
        form.context_label.setText("Longest conversation")
        form.at_a_time_label.setText("Answers at a time")
        form.start_label.setText("Start")
        form.share_bar.display("Share of memory", labels_of(SHARES))
        form.context_bar.display("Longest conversation, tokens", labels_of(CONTEXTS))
        form.at_a_time_bar.display("Answers at a time", labels_of(AT_A_TIME))
        form.start_bar.display("Start", STARTS)
        form.start_bar.setToolTip(START_DETAILS)
        for bar in (form.share_bar, form.context_bar, form.at_a_time_bar, form.start_bar):
            bar.chosen.connect(self._look_again)
        form.model_picker.activated.connect(self._look_again)
        form.further_row.display("Further options", "another model, image, arguments of vllm serve")
        form.further_row.toggled.connect(self._show_further)
        self._name_fields()
        form.plain_button.setText("As usual")
        form.plain_button.clicked.connect(self._reset)
        form.stay_button.setText("Not now")
        form.stay_button.clicked.connect(self.reject)
        form.act_button.clicked.connect(self._start)

    def ask(self, state: AgentState, workshop: Workshop, configuration_id: str) -> None:
        """Open for *configuration_id*, closed as far as anything is beyond the usual."""
        known = [(each.id, each.name) for each in workshop.configurations]
        others = [(f"{PREFIX}{each.model}", each.name) for each in workshop.other_models]
        form = self._form
        form.model_picker.offer("Model", (*known, *others))
        form.model_picker.choose(configuration_id)
        form.title_label.setText("Start with options")
        self.setWindowTitle("Start with options")
        self._busy = state.serving.phase in _BUSY
        form.act_button.setText("Switch to it" if self._busy else "Start it")
        form.further_row.setChecked(False)
        form.further.setVisible(False)
        self._look_again()
        self.open()
        form.share_bar.focus_chosen()

    def chosen(self) -> Chosen:
        """Return what stands in the fields; what is closed away does not count."""
        form = self._form
        further = form.further_row.isChecked()
        return Chosen(
            share=form.share_bar.index,
            context=form.context_bar.index,
            at_a_time=form.at_a_time_bar.index,
            start=form.start_bar.index,
            model=form.other_edit.text() if further else "",
            image=form.image_edit.text() if further else "",
            extra=form.extra_edit.text() if further else "",
        )

    def wanted_size(self) -> QSize:
        """Return a size with room for the longest bar, within the window."""
        theme, parent = theme_of(self), self.parentWidget()
        for edit in self.findChildren(QLineEdit):
            edit.setFont(theme.font("plain"))
            edit.setFixedHeight(max(SMALLEST_TOUCH_PX, theme.px(60)))
        room = parent.window().size() if parent is not None else self.screen().availableSize()
        return QSize(theme.px(1240), self.sizeHint().height()).boundedTo(room)

    def _name_fields(self) -> None:
        form = self._form
        for edit, label, name, hint in (
            (form.other_edit, form.other_label, "Another model", "owner/name, or a folder"),
            (form.image_edit, form.image_label, "Another image", "one that is here"),
            (form.extra_edit, form.extra_label, "Further arguments", "--seed 7"),
        ):
            label.setText(name)
            edit.setAccessibleName(name)
            edit.setPlaceholderText(hint)
            edit.setMaxLength(_LONGEST_TEXT)
            edit.textChanged.connect(self._look_again)

    def _show_further(self, shown: bool) -> None:  # noqa: FBT001 - Qt's signal
        self._form.further.setVisible(shown)
        self._look_again()
        if self.isVisible():
            self.adjustSize()
            self.fit()

    def _reset(self) -> None:
        form = self._form
        for bar in (form.share_bar, form.context_bar, form.at_a_time_bar, form.start_bar):
            bar.choose(0)
        for edit in self.findChildren(QLineEdit):
            edit.clear()
        self._look_again()

    def _look_again(self) -> None:
        """Judge the fields at once, then ask the unit for the sum; an answer to an older question is dropped."""
        options, faults = options_from(self.chosen())
        self._asked += 1
        number = self._asked
        self._form.act_button.setEnabled(not faults)
        if faults:
            self._show(None, "", number)
            return

        def deliver(found: Fit | None, reason: str) -> None:
            if isValid(self):
                self._show(found, reason, number)

        args = {"configuration_id": self._form.model_picker.key, "options": _short(options)}
        self.inquiry_requested.emit(Inquiry(QueryName.FIT, Fit, deliver, args))

    def _show(self, found: Fit | None, reason: str, number: int) -> None:
        if number != self._asked:
            return
        _, faults = options_from(self.chosen())
        words = verdict_words(found, reason, faults)
        form = self._form
        form.verdict_icon.display(words.icon, words.tone)
        form.verdict_label.setText(words.sentence)
        form.sum_label.setText(words.detail)
        form.verdict_label.setAccessibleName(f"Will it start? {words.sentence}")

    def _start(self) -> None:
        options, _ = options_from(self.chosen())
        args: dict[str, object] = {"configuration_id": self._form.model_picker.key}
        if options.any_set:
            args["options"] = _short(options)
        self.command_requested.emit(Wish(Verb.LAUNCH, args))
        self.accept()


def _short(options: LaunchOptions) -> dict[str, object]:
    """Return options as plain JSON, with only what differs from the usual."""
    usual = plain(LaunchOptions())
    changes = {name: value for name, value in plain(options).items() if value != usual[name]}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in changes.items()}
