"""Below the speed: how busy the server is, and everything that it says when that is pressed."""

from dataclasses import replace

import pytest
import samples
from pressing import click
from pytestqt.qtbot import QtBot

from thorhud.domain.reading import Reading
from thorhud.domain.serving_metrics import ServingMetrics
from thorhud.gui.widgets.action_button import ActionButton
from thorhud.gui.widgets.detail_card import DetailCard
from thorhud.gui.widgets.speed_panel import SpeedPanel

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
METRICS = ServingMetrics(running=Reading(value=3), waiting=Reading(reason="not offered by this version"))


def show(panel: SpeedPanel, metrics: ServingMetrics | None) -> None:
    state = samples.running()
    panel.display(replace(state, serving=replace(state.serving, metrics=metrics)), samples.workshop())


@pytest.fixture
def panel(qtbot: QtBot) -> SpeedPanel:
    widget = SpeedPanel()
    qtbot.addWidget(widget)
    widget.resize(432, 600)
    widget.show()
    return widget


def line(panel: SpeedPanel) -> ActionButton:
    found = panel.findChild(ActionButton, "server_button")
    assert found is not None
    return found


def cards(panel: SpeedPanel) -> list[str]:
    return [card.text() for card in panel.findChildren(DetailCard) if card.isVisible()]


def test_a_server_that_was_not_looked_at_has_no_line(panel: SpeedPanel) -> None:
    show(panel, None)

    assert line(panel).isHidden()


def test_the_line_unfolds_keeps_up_and_folds_again(panel: SpeedPanel) -> None:
    show(panel, METRICS)
    assert line(panel).text() == "3 running"
    assert cards(panel) == []

    click(line(panel))
    assert "requests waiting: not offered by this version" in cards(panel)[0]
    show(panel, replace(METRICS, running=Reading(value=4)))
    assert "requests running: 4" in cards(panel)[0]
    click(line(panel))
    assert cards(panel) == []


def test_what_is_unfolded_goes_with_the_panel(panel: SpeedPanel) -> None:
    show(panel, METRICS)
    click(line(panel))
    show(panel, None)

    assert cards(panel) == []
