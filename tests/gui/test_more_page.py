"""The second page of Compare: many users, draft model, answers, blind vote, notes, and what one takes home."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import samples
import samples_compare as sc
import samples_more as sm
from pressing import click
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from thorhud.domain.answer_quality import DiffPiece, Note
from thorhud.domain.comparison import Comparison
from thorhud.domain.ladder_plan import Part
from thorhud.domain.messages import AnswerKind, CommandAnswer, QueryName, Verb
from thorhud.domain.state import AgentState, SharedCard
from thorhud.domain.workshop import PublishedElsewhere, Workshop
from thorhud.gui.answer_words import alike
from thorhud.gui.pages.more_page import MorePage
from thorhud.gui.widgets.action_button import SMALLEST_TOUCH_PX, ActionButton
from thorhud.gui.widgets.answer_side import AnswerSide
from thorhud.gui.widgets.choice_bar import Choice
from thorhud.gui.widgets.diff_text import DiffText
from thorhud.gui.widgets.empty_card import EmptyCard
from thorhud.gui.widgets.line_chart import LineChart, LineData
from thorhud.gui.widgets.note_card import NoteCard
from thorhud.gui.widgets.others_chart import OthersChart
from thorhud.gui.widgets.picker import Picker
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.position_bars import PositionBars
from thorhud.gui.widgets.qr_code import QrCode
from thorhud.gui.widgets.sentences import Sentences
from thorhud.gui.widgets.subject_row import SubjectRow
from thorhud.gui.wishes import Inquiry, Wish

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

NO_ANSWERS = "No whole answer of both is recorded."
QUESTIONS = ("Is this model suitable for my use case?", "Could a smaller model work just as well?")


class Agent:
    """Answers inquiries with what it was given, and remembers them and the wishes."""

    def __init__(self, page: MorePage) -> None:
        self.values: dict[QueryName, Any] = {
            QueryName.ANSWERS: sm.pair(),
            QueryName.BALLOT: sm.ballot(),
            QueryName.TALLY: sm.tallies(),
            QueryName.NOTES: sm.notes(),
        }
        self.asked: list[Inquiry] = []
        self.wishes: list[Wish] = []
        page.inquiry_requested.connect(self._answer)
        page.command_requested.connect(self.wishes.append)

    def _answer(self, inquiry: Inquiry) -> None:
        self.asked.append(inquiry)
        value = self.values.get(inquiry.name)
        inquiry.deliver(value, "" if value is not None else NO_ANSWERS)

    def args(self, name: QueryName) -> list[dict[str, Any]]:
        return [each.args for each in self.asked if each.name is name]


def workshop() -> Workshop:
    return replace(samples.workshop(), evaluation_questions=QUESTIONS)


@pytest.fixture
def page(qtbot: QtBot) -> MorePage:
    widget = MorePage()
    qtbot.addWidget(widget)
    widget.resize(1840, 900)
    widget.show()
    return widget


@pytest.fixture
def agent(page: MorePage) -> Agent:
    return Agent(page)


Open = Callable[..., QWidget]


@pytest.fixture
def opened(page: MorePage) -> Open:
    def show(
        name: str, comparison: Comparison | None = None, state: AgentState | None = None, *, empty: bool = False
    ) -> QWidget:
        tab: QWidget = getattr(page, name)
        page.open_tab(tab)
        page.display(None if empty else comparison or sm.comparison(), workshop(), state or sc.state())
        return tab

    return show


def words(widget: QWidget) -> str:
    labels = [each.text() for each in widget.findChildren(PlainText) if each.isVisible()]
    return "\n".join(labels)


def button(widget: QWidget, name: str) -> ActionButton:
    found = widget.findChild(ActionButton, name)
    assert found is not None
    return found


def chart(tab: QWidget, name: str) -> LineChart:
    found = tab.findChild(LineChart, name)
    assert found is not None
    return found


def test_every_tab_is_large_enough_for_a_finger_and_chosen_by_keys(page: MorePage, opened: Open, qtbot: QtBot) -> None:
    opened("concurrency")
    tabs = page.findChildren(Choice)
    assert min(each.height() for each in tabs) >= SMALLEST_TOUCH_PX
    page.activateWindow()
    tabs[0].setFocus()
    qtbot.waitUntil(tabs[0].hasFocus)
    with qtbot.waitSignal(page.tab_changed):
        qtbot.keyClick(tabs[0], Qt.Key.Key_Right)
    assert tabs[1].isChecked()
    assert page.speculation.isVisible()


def test_many_users_are_drawn_for_all_and_for_each(opened: Open) -> None:
    tab = opened("concurrency")
    total, each = chart(tab, "total_chart").lines(), chart(tab, "user_chart").lines()

    assert [line.split(":")[0] for line in total] == [each.name for each in samples.CONFIGURATIONS[2:]]
    assert total[0].startswith("Llama-3.1-8B FP16: 10.5 at 1, 19.27 at 2")
    assert each[0].startswith("Llama-3.1-8B FP16: 10.5 at 1, 9.633 at 2")


def test_why_a_sweep_went_no_further_stands_beside_it(opened: Open) -> None:
    sentences = opened("concurrency").findChild(Sentences)
    assert sentences is not None
    assert sentences.texts()[0] == "FP16, up to 32 at once. The total no longer rises by 5 %."


def test_a_point_of_few_answers_has_no_95_percent_figure(opened: Open) -> None:
    spots = chart(opened("concurrency"), "wait_chart").spots()

    assert "Fewer than 40 answers: no 95 % figure." in spots[0].words
    assert "95 of 100 within" in spots[5].words
    assert "Fewer" not in spots[5].words


@pytest.mark.parametrize(
    ("name", "part"), [("concurrency", Part.SWEEP), ("speculation", Part.PARITY), ("others", Part.SHAPE)]
)
def test_an_empty_chart_says_what_to_do_and_offers_it(
    page: MorePage, opened: Open, qtbot: QtBot, name: str, part: Part
) -> None:
    bare = sc.comparison()
    tab = opened(name, bare)
    card = tab.findChild(EmptyCard)
    assert card is not None
    assert card.isVisible()
    assert "yet" in card.text()
    with qtbot.waitSignal(page.measure_requested) as asked:
        click(button(card, "button"))
    assert asked.args == [part]


def test_nothing_at_all_is_shown_as_empty_too(opened: Open) -> None:
    for name in ("concurrency", "speculation", "others"):
        card = opened(name, empty=True).findChild(EmptyCard)
        assert card is not None
        assert card.isVisible()


def test_the_draft_model_shows_where_it_begins_to_pay(opened: Open) -> None:
    tab = opened("speculation")

    assert chart(tab, "length_chart").lines()[-1] == "pays from 206 tokens on"
    assert sm.break_even().sentence in words(tab)


def test_a_draft_model_that_never_pays_has_no_line_but_a_sentence(opened: Open) -> None:
    never = replace(sm.break_even(), tokens=None, sentence="")
    tab = opened("speculation", sm.comparison(break_evens=(never,)))

    assert len(chart(tab, "length_chart").lines()) == 2
    assert "does not pay within the 1024 tokens that were measured" in words(tab)


def test_acceptance_is_shown_for_each_place(opened: Open) -> None:
    bars = opened("speculation").findChild(PositionBars)
    assert bars is not None
    assert [line.replace("\u202f", " ") for line in bars.lines()] == ["token 1: 78 %", "token 2: 51 %", "token 3: 30 %"]


def test_parity_shows_the_first_difference_and_never_says_identical(opened: Open) -> None:
    tab = opened("speculation")
    sentences = tab.findChild(Sentences)
    assert sentences is not None
    said = " ".join(sentences.texts())

    assert sentences.texts()[0].startswith("Lossless up to numerics")
    assert "they part after 212 of 1024 tokens" in said
    assert "\u201cthe\u201d without, \u201cwhat\u201d with the draft model" in said
    assert "identical" not in said.lower()


def test_answers_are_asked_for_the_chosen_pair_and_again_when_runs_come(agent: Agent, opened: Open) -> None:
    tab = opened("answers")
    opened("answers")
    assert agent.args(QueryName.ANSWERS) == [
        {"prompt": "reference", "left": "llama-3.1-8b-fp16", "right": "llama-3.1-8b-fp4-eagle3"}
    ]
    opened("answers", state=replace(sc.state(), runs_version=7))
    assert len(agent.asked) == 2

    picker = tab.findChild(Picker, "left_picker")
    assert picker is not None
    picker.choose("llama-3.1-8b-fp8")
    picker.activated.emit(picker.currentIndex())
    assert agent.args(QueryName.ANSWERS)[-1]["left"] == "llama-3.1-8b-fp8"


@pytest.mark.usefixtures("agent")
def test_words_that_the_other_answer_lacks_are_marked_and_checks_stand_above(opened: Open) -> None:
    left, right = opened("answers").findChildren(AnswerSide)

    assert left.checks().startswith("5 sentences of 5 asked.")
    assert right.checks().startswith("2 sentences of 5 asked.")
    assert "Cut off at the token limit." in right.checks()
    assert right.marked() == ["dialogue is fast.", "Its memory holds several <b>models</b>"]


def test_no_two_answers_say_why_and_what_to_do(agent: Agent, opened: Open) -> None:
    agent.values.clear()
    card = opened("answers").findChild(EmptyCard)
    assert card is not None
    assert NO_ANSWERS in card.text()
    assert "run this prompt on it" in card.text()


def test_an_answer_beside_itself_is_not_asked_for(agent: Agent, opened: Open) -> None:
    tab = opened("answers")
    before = len(agent.asked)
    picker = tab.findChild(Picker, "left_picker")
    assert picker is not None
    picker.choose("llama-3.1-8b-fp4-eagle3")
    picker.activated.emit(picker.currentIndex())

    assert len(agent.asked) == before
    assert "Choose two different models" in words(tab)


def test_a_late_answer_to_an_earlier_question_changes_nothing(page: MorePage, opened: Open) -> None:
    held: list[Inquiry] = []
    page.inquiry_requested.connect(held.append)
    tab = opened("answers")
    opened("answers", state=replace(sc.state(), runs_version=7))
    held[1].deliver(None, "Nothing any more.")
    held[0].deliver(sm.pair(), "")

    card = tab.findChild(EmptyCard)
    assert card is not None
    assert card.isVisible()


def test_the_names_come_only_after_the_vote(agent: Agent, opened: Open) -> None:
    tab = opened("vote")
    names = [each.short_name for each in samples.CONFIGURATIONS]
    ballot_card = [each.text() for each in tab.findChildren(PlainText) if each.objectName() in {"a_name", "b_name"}]
    assert not any(name in text for name in names for text in ballot_card)

    click(button(tab, "a_button"))
    wish = agent.wishes[-1]
    assert wish == Wish(Verb.VOTE, {"ballot": "ballot-1", "choice": "a"})
    assert wish.on_end is not None
    details: dict[str, str | float | int | bool | None] = {
        "a": "llama-3.1-8b-fp4",
        "b": "llama-3.1-8b-fp16",
    }
    wish.on_end(CommandAnswer(id="1", kind=AnswerKind.DONE, details=details))
    assert "Written by FP4\n" in words(tab) + "\n"
    assert "You chose FP4." in words(tab)
    assert len(agent.args(QueryName.TALLY)) == 2


def test_one_pair_takes_one_vote(agent: Agent, opened: Open) -> None:
    tab = opened("vote")
    click(button(tab, "same_button"))
    click(button(tab, "b_button"))

    assert len(agent.wishes) == 1


def test_a_vote_that_was_not_kept_can_be_given_again(agent: Agent, opened: Open) -> None:
    tab = opened("vote")
    click(button(tab, "b_button"))
    assert agent.wishes[-1].on_end is not None
    agent.wishes[-1].on_end(CommandAnswer(id="1", kind=AnswerKind.FAILED, reason="The disk is full."))

    assert "The disk is full." in words(tab)
    assert button(tab, "b_button").isEnabled()


def test_an_open_pair_is_not_taken_away_by_new_runs(agent: Agent, opened: Open) -> None:
    opened("vote")
    opened("vote", state=replace(sc.state(), runs_version=7))

    assert len(agent.args(QueryName.BALLOT)) == 1


def test_without_a_pair_it_says_what_to_do_and_looks_again(agent: Agent, opened: Open) -> None:
    agent.values[QueryName.BALLOT] = None
    tab = opened("vote")
    card = tab.findChild(EmptyCard)
    assert card is not None
    assert card.isVisible()
    assert "two models" in card.text()
    agent.values[QueryName.BALLOT] = sm.ballot()
    click(button(card, "button"))
    assert not card.isVisible()


@pytest.mark.usefixtures("agent")
def test_the_votes_so_far_are_sentences(opened: Open) -> None:
    tally = opened("vote").findChild(Sentences)
    assert tally is not None
    assert tally.texts() == ["FP16 3, FP4 2, alike 4.", "Nobody can tell."]


def editor(tab: QWidget) -> QPlainTextEdit:
    card = tab.findChild(NoteCard)
    assert card is not None
    found = card.findChild(QPlainTextEdit)
    assert found is not None
    return found


@pytest.mark.usefixtures("agent")
def test_every_question_of_the_workshop_and_every_model_has_room_for_a_note(opened: Open) -> None:
    rows = opened("notes").findChildren(SubjectRow)

    assert [row.text() for row in rows] == [*QUESTIONS, *(each.name for each in samples.CONFIGURATIONS)]
    assert [row.text() for row in rows if row.noted] == [QUESTIONS[1], "Llama-3.1-8B FP4"]


def test_a_note_is_kept_when_another_subject_is_chosen(agent: Agent, opened: Open) -> None:
    tab = opened("notes")
    first, second = tab.findChildren(SubjectRow)[:2]
    editor(tab).setPlainText("Good at robots.")
    click(second)

    assert agent.wishes == [Wish(Verb.NOTE, {"subject": "question:1", "text": "Good at robots."})]
    assert editor(tab).toPlainText() == "FP4 is good enough for us."
    click(first)
    assert editor(tab).toPlainText() == "Good at robots."


def test_what_is_being_typed_is_not_overwritten_by_late_notes(page: MorePage, opened: Open) -> None:
    held: list[Inquiry] = []
    page.inquiry_requested.connect(held.append)
    tab = opened("notes")
    editor(tab).setPlainText("I am still writing")
    held[0].deliver([Note(subject="question:1", text="Older words", at_unix_s=1.0)], "")

    assert editor(tab).toPlainText() == "I am still writing"


def test_a_note_that_was_not_kept_can_be_kept_again(agent: Agent, opened: Open) -> None:
    tab = opened("notes")
    editor(tab).setPlainText("Good at robots.")
    click(button(tab, "save_button"))
    assert agent.wishes[-1].on_end is not None
    agent.wishes[-1].on_end(CommandAnswer(id="1", kind=AnswerKind.REFUSED, reason="No records."))

    assert "Not kept yet" in words(tab)
    assert button(tab, "save_button").isEnabled()


def test_sharing_is_off_until_the_button_and_then_shows_code_address_and_stop(agent: Agent, opened: Open) -> None:
    tab = opened("take_home")
    code = tab.findChild(QrCode)
    assert code is not None
    assert not code.isVisible()
    assert not button(tab, "stop_button").isVisible()
    click(button(tab, "share_button"))
    assert agent.wishes == [Wish(Verb.SHARE, {"on": True})]

    address = "http://10.10.0.107:8642/card"
    opened("take_home", state=replace(sc.state(), shared_card=SharedCard(url=address)))
    assert code.isVisible()
    assert address in words(tab)
    click(button(tab, "stop_button"))
    assert agent.wishes[-1] == Wish(Verb.SHARE, {"on": False})


def test_why_the_card_cannot_be_shared_is_said(opened: Open) -> None:
    tab = opened("take_home", state=replace(sc.state(), shared_card=SharedCard(reason="Port 8642 is taken.")))

    assert "Port 8642 is taken." in words(tab)


@pytest.mark.parametrize("text", sc.HOSTILE)
def test_hostile_text_breaks_nothing(page: MorePage, agent: Agent, opened: Open, text: str) -> None:
    pair = sm.pair()
    agent.values[QueryName.ANSWERS] = replace(
        pair, left=(DiffPiece(text=text, same=False),), right_checks=replace(pair.right_checks, note=text)
    )
    agent.values[QueryName.BALLOT] = replace(sm.ballot(), prompt=text, a=text)
    agent.values[QueryName.NOTES] = [Note(subject="question:1", text=text, at_unix_s=1.0)]
    agent.values[QueryName.TALLY] = [replace(sm.tallies()[1], sentence=text)]
    parity = replace(sm.parity(), sentence=text)
    parity = replace(parity, prompts=(replace(parity.prompts[1], context=text, plain_next=text, prompt_name=text),))
    odd = sm.comparison(parity=(parity,), break_evens=(replace(sm.break_even(), sentence=text),))
    state = replace(sc.state(), shared_card=SharedCard(url=text[:900] or None, reason=text))
    for name in ("concurrency", "speculation", "others", "answers", "vote", "notes", "take_home"):
        opened(name, odd, state)
        page.grab()

    assert page.minimumSizeHint().width() <= 1840


def test_marks_are_painted_over_plain_text_that_looks_like_html(qtbot: QtBot) -> None:
    view = DiffText()
    qtbot.addWidget(view)
    view.display((DiffPiece(text="Same <i>words</i>, ", same=True), DiffPiece(text="<b>other</b> words", same=False)))
    document: QTextDocument = view.document()

    assert view.toPlainText() == "Same <i>words</i>, <b>other</b> words"
    assert view.marked() == ["<b>other</b> words"]
    assert "font-weight:600" not in document.toHtml().replace(" ", "")


def figures_of_others() -> Workshop:
    shape = PublishedElsewhere(
        title="Llama 3.1 8B W4A16, vLLM",
        tokens_per_s=44.0,
        source="https://example.org/figures",
        conditions="One request at a time.",
        configuration_id=sm.PLAIN,
        shape="2048/128",
    )
    return replace(workshop(), published_elsewhere=(shape, replace(shape, tokens_per_s=251.0, concurrency=8)))


def test_figures_of_others_stand_beside_the_measured_shape_with_their_address(page: MorePage) -> None:
    row = sm.comparison().rows[4]
    page.open_tab(page.others)
    page.display(sm.comparison(rows=(replace(row, shape=row.short),)), figures_of_others(), sc.state())
    drawn, sources = page.others.findChild(OthersChart), page.others.findChild(Sentences)
    assert drawn is not None
    assert sources is not None

    assert drawn.lines() == ["Llama-3.1-8B FP4: 19.0 tokens per second here, others 44.0 (number 1)"]
    assert "published 19.1" not in drawn.spots()[0].words, "that is of another prompt"
    assert sources.texts()[1].startswith("2: 251.0 tok/s, 8 users together, Llama 3.1 8B W4A16")
    assert "https://example.org/figures" in sources.texts()[0]
    page.grab()


def test_a_shape_that_nobody_measured_here_is_no_bar(page: MorePage) -> None:
    page.open_tab(page.others)
    page.display(sm.comparison(), figures_of_others(), sc.state())
    drawn = page.others.findChild(OthersChart)
    assert drawn is not None

    assert drawn.lines()[0].startswith("Llama-3.1-8B FP4: Not measured: choose")
    page.grab()


def test_answers_that_begin_differently_say_so() -> None:
    assert alike(replace(sm.pair(), same_prefix_words=0)).startswith("They begin differently")
    assert alike(replace(sm.pair(), same_prefix_words=1)).startswith("The first word is the same")


def test_a_snapshot_without_a_new_comparison_draws_nothing_again(page: MorePage, opened: Open) -> None:
    whole, there = sm.comparison(), workshop()
    page.open_tab(page.concurrency)
    page.display(whole, there, sc.state())
    shown = chart(page.concurrency, "total_chart")
    shown.display(LineData(name="marked by hand", x_name="x"))
    page.display(whole, there, replace(sc.state(), runs_version=3))
    assert shown.accessibleName() == "marked by hand"

    page.display(sm.comparison(unit="thor-08"), there, sc.state())
    assert shown.accessibleName() == "All users together"
    opened("speculation", whole)
    assert page.has_chart
