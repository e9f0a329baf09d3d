"""What a mark on a chart stands for, told alike to a pointer, a finger and the arrow keys."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from thorhud.gui.unit_text import shown
from thorhud.gui.widgets.detail_card import DetailCard, SpotMark

_STEPS = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}
_BY_TAB = {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}
_HIDES = {QEvent.Type.Resize, QEvent.Type.Hide, QEvent.Type.Wheel}
_LONGEST = 1500


@dataclass(frozen=True, slots=True)
class Spot:
    """One mark: where it is painted, in pixels of its surface, and what it says; the first line is its name."""

    rect: QRectF
    words: str


class SpotGuide(QObject):
    """Shows the words of one spot at a time; a touch or a key keeps them until the next one or Esc."""

    def __init__(self, surface: QWidget, spots: Callable[[], Sequence[Spot]], *, keys: QWidget | None = None) -> None:
        """Watch *surface* for pointer and finger, and *keys* (the same widget where None) for the keyboard."""
        super().__init__(surface)
        self._surface, self._keys = surface, keys or surface
        self._spots = spots
        self._at: int | None = None
        self._kept = False
        self._card: DetailCard | None = None
        self._mark = SpotMark(surface)
        surface.setMouseTracking(True)
        self._keys.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for widget in {surface, self._keys}:
            widget.installEventFilter(self)

    @property
    def words(self) -> str:
        """What is shown now; empty for nothing."""
        spots = self._spots()
        return "" if self._at is None or self._at >= len(spots) else spots[self._at].words

    def choose(self, index: int | None, *, kept: bool = True) -> None:
        """Show the spot of that number, or nothing."""
        spots = self._spots()
        if index is None or not spots:
            self._at, self._kept = None, False
            self._mark.hide()
            if self._card is not None:
                self._card.hide()
            return
        self._at, self._kept = index % len(spots), kept
        self._show(spots[self._at])

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        match event:
            case QKeyEvent() if event.type() == QEvent.Type.KeyPress:
                return self._press_key(event.key())
            case QMouseEvent():
                self._point(event)
            case QFocusEvent() if event.type() == QEvent.Type.FocusIn and event.reason() in _BY_TAB:
                self.choose(0)
            case QFocusEvent() if event.type() == QEvent.Type.FocusOut:
                self.choose(None)
            case _ if event.type() in _HIDES or (event.type() == QEvent.Type.Leave and not self._kept):
                self.choose(None)
        return False

    def _press_key(self, key: int) -> bool:
        step = _STEPS.get(Qt.Key(key))
        if step is not None:
            last = -1 if self._at is None and step > 0 else 0 if self._at is None else self._at
            self.choose(last + step)
            return True
        if key == Qt.Key.Key_Escape and self._at is not None and self._kept:
            self.choose(None)
            return True
        return False

    def _point(self, event: QMouseEvent) -> None:
        at = self._spot_at(event.position())
        if event.type() == QEvent.Type.MouseButtonRelease:
            self.choose(at)
        elif event.type() == QEvent.Type.MouseMove and not event.buttons() and not self._kept and at != self._at:
            self.choose(at, kept=False)

    def _spot_at(self, point: QPointF) -> int | None:
        """Return the smallest spot under *point*: a dot lies on a bar."""
        hit = [
            (s.rect.width() * s.rect.height(), index) for index, s in enumerate(self._spots()) if s.rect.contains(point)
        ]
        return min(hit)[1] if hit else None

    def _show(self, spot: Spot) -> None:
        if self._card is None or self._card.parentWidget() is not self._surface.window():
            self._card = DetailCard(self._surface.window())
        words = shown(spot.words, _LONGEST)
        corner = QPointF(self._surface.mapTo(self._surface.window(), QPointF(0, 0)))
        self._card.display(words, spot.rect.translated(corner))
        self._mark.display(spot.rect, visible=self._kept)
        if self._kept and isinstance(QApplication.instance(), QApplication):
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._keys, words))
