"""The six hardware cards beside each other."""

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from thorhud.gui.hardware import METRICS, nothing_yet, stat
from thorhud.gui.store import FaceState
from thorhud.gui.widgets.stat_card import StatCard


class HardwareRow(QWidget):
    """Gives each card its metric."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        self.cards = {metric.key: StatCard(self) for metric in METRICS}
        for card in self.cards.values():
            layout.addWidget(card, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def display(self, face: FaceState, now_s: float) -> None:
        """Show the newest sample and how old it is."""
        for metric in METRICS:
            card = nothing_yet(metric)
            if face.agent is not None:
                card = stat(metric, face.agent.telemetry, face.age_s(now_s), face.traces.get(metric.key, ()))
            self.cards[metric.key].display(card)
