"""The left half of the stage area when a model is ready: the reference prompt and its answer."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from thorhud.domain.custom_model import configuration_of
from thorhud.domain.messages import Verb
from thorhud.domain.state import AgentState, LadderPhase, PromptPhase, PromptState
from thorhud.domain.workshop import ReferencePrompt, Workshop
from thorhud.gui.forms.ui_prompt_panel import Ui_PromptPanel
from thorhud.gui.ladder_words import place_in_ladder
from thorhud.gui.option_words import options_note
from thorhud.gui.prompt_words import Note, note_of, shown_prompt
from thorhud.gui.unit_text import shown, tool_tip
from thorhud.gui.widgets.action_button import ActionButton
from thorhud.gui.wishes import Wish

_RUNNING = {PromptPhase.WAITING, PromptPhase.STREAMING}
_NO_PROMPT = "The workshop names no reference prompt."


class PromptPanel(QFrame):
    """The fixed prompt in full, the answer at the speed of the model, and one button."""

    command_requested = Signal(object)
    page_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = Ui_PromptPanel()
        self._form.setupUi(self)
        self._run_id: str | None = None
        self._started: set[str] = set()
        self._told = False
        self._prompt: ReferencePrompt | None = None
        self._form.ready_icon.display("check-circle-fill", "green")
        self._form.ready_label.setText("Ready")
        self._form.configuration_label.setProperty("align", "right")
        self._form.configuration_label.setProperty("role", "subtitle")
        self._form.commands_button.setText("Commands")
        self._form.run_button.setText("Run the prompt")
        self._form.cancel_button.setText("Cancel")
        self._form.run_button.clicked.connect(self._run)
        self._form.cancel_button.clicked.connect(lambda: self.command_requested.emit(Wish(Verb.CANCEL_PROMPT)))
        self._form.commands_button.clicked.connect(lambda: self.page_requested.emit("commands"))

    def display(self, state: AgentState, workshop: Workshop) -> None:
        """Show the prompt of *workshop* and where its answer stands."""
        serving, prompt = state.serving, shown_prompt(state)
        name = serving.configuration_id
        self._form.configuration_label.display(
            configuration_of(workshop, name),
            fallback=serving.model or "A model",
            note=place_in_ladder(state.ladder) or options_note(serving.options),
        )
        self._show_prompt(prompt, workshop)
        self._show_answer(prompt)
        self._show_actions(prompt, comparing=state.ladder.phase is LadderPhase.RUNNING)
        self._show_note(note_of(state, prompt, workshop))

    def start_answer(self, run_id: str) -> None:
        """Begin an empty answer for the run of that id, once: text may come before the state that names its run."""
        if run_id in self._started:
            return
        self._started.add(run_id)
        self._run_id = run_id
        self._told = False
        self._form.answer_view.clear()

    def append_answer(self, text: str, *, reasoning: bool) -> None:
        """Add what came of the answer."""
        self._form.answer_view.append(text, reasoning=reasoning)

    def main_action(self) -> QWidget:
        """Return where the focus goes first."""
        return self._form.cancel_button if self._form.run_button.isHidden() else self._form.run_button

    def _run(self) -> None:
        if self._prompt is not None:
            self.command_requested.emit(Wish(Verb.PROMPT, {"prompt": self._prompt.name}))

    def _show_prompt(self, prompt: PromptState, workshop: Workshop) -> None:
        self._prompt = workshop.prompt(workshop.short_prompt)
        running = prompt.phase is not PromptPhase.NONE and prompt.prompt_name is not None
        text = workshop.prompt(prompt.prompt_name or "") if running else self._prompt
        if text is None:
            self._form.title_label.setText("Own prompt" if running else "Prompt")
            self._form.prompt_label.setText("" if running else _NO_PROMPT)
            return
        self._form.title_label.setText(text.title or text.name.capitalize())
        self._form.prompt_label.setText(shown(text.text, 400))
        self._form.prompt_label.setToolTip(tool_tip(text.text) if len(text.text) > 400 else "")

    def _show_answer(self, prompt: PromptState) -> None:
        if prompt.run_id is not None:
            self.start_answer(prompt.run_id)
            self._told = self._told or prompt.run_id == self._run_id
        elif self._told:
            self._run_id, self._told = None, False
            self._form.answer_view.clear()
        self._form.answer_view.set_streaming(on=prompt.phase in _RUNNING)
        self._form.answer_view.set_hint("The answer appears here." if prompt.phase is PromptPhase.NONE else "")

    def _show_actions(self, prompt: PromptState, *, comparing: bool) -> None:
        running = prompt.phase in _RUNNING
        again = prompt.phase in {PromptPhase.DONE, PromptPhase.FAILED}
        self._form.run_button.setText("Run it again" if again else "Run the prompt")
        self._form.run_button.setEnabled(self._prompt is not None and not comparing)
        self._swap(self._form.run_button, self._form.cancel_button, to_second=running and not comparing)

    def _swap(self, first: ActionButton, second: ActionButton, *, to_second: bool) -> None:
        """Show one of two buttons; the focus stays in their place and never falls on Stop."""
        shown, hidden = (second, first) if to_second else (first, second)
        held_focus = hidden.hasFocus()
        shown.setVisible(True)
        if held_focus:
            shown.setFocus()
        hidden.setVisible(False)

    def _show_note(self, note: Note) -> None:
        self._form.note_icon.display(note.icon, note.tone)
        self._form.note_icon.setVisible(bool(note.icon))
        self._form.note_label.setText(note.text)
        self._form.note_label.setToolTip(tool_tip(note.text))
        self._form.note_label.set_tone("text1" if note.urgent else "text2")
