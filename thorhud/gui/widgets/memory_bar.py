"""All unified memory in one bar: who holds it, what is free, and what is normal when idle."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from thorhud.domain.workshop import Configuration
from thorhud.gui.memory_parts import MemoryParts, Part, Piece, spoken
from thorhud.gui.theme import Theme, theme_of
from thorhud.gui.widgets.frame import draw_frame
from thorhud.gui.widgets.text_line import Run, draw_runs, runs_width
from thorhud.gui.words import number

_LABELLED = {Part.MODEL, Part.CACHE, Part.UNCLAIMED, Part.OTHER}


class MemoryBar(QWidget):
    """Shows `MemoryParts`; without a reading the same frame says why there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: MemoryParts | None = None
        self._configuration: Configuration | None = None
        self._old = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Memory")
        self.setAccessibleDescription("not available")

    def display(self, parts: MemoryParts | None, configuration: Configuration | None, *, old: str = "") -> None:
        """Show *parts* in the colour of *configuration*; *old* says how old they are where they are not fresh."""
        if (parts, configuration, old) == (self._parts, self._configuration, self._old):
            return
        self._parts, self._configuration, self._old = parts, configuration, old
        self.setAccessibleDescription(spoken(parts) if parts else "not available")
        self.update()

    def sizeHint(self) -> QSize:
        theme = theme_of(self)
        return QSize(theme.px(1272), theme.px(136))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = theme_of(self)
        painter = QPainter(self)
        draw_frame(painter, QRectF(self.rect()), theme.length(theme.radius["cell"]), fill=theme.colour.surface1)
        left, right = theme.length(24), self.width() - theme.length(24)
        bar = QRectF(left, theme.length(56), right - left, theme.length(40))
        self._paint_title(painter, theme, bar)
        self._paint_track(painter, theme, bar)
        if self._parts is None or self._parts.total_gib <= 0:
            return
        self._paint_pieces(painter, theme, bar, self._parts)
        self._paint_words(painter, theme, bar, self._parts)
        self._paint_legend(painter, theme, bar, self._parts)

    def _paint_title(self, painter: QPainter, theme: Theme, bar: QRectF) -> None:
        baseline = theme.length(38)
        note = self._old or (self._parts.note if self._parts else "not available")
        tone = "amber" if self._parts and self._parts.alarm and not self._old else "text2"
        name = self._parts.title if self._parts else "Memory"
        title = (Run(name, "label_strong"), Run("    ", "small"), Run(note, "note", tone))
        draw_runs(painter, theme, title, QPointF(bar.left(), baseline), room=bar.width() * 0.6)
        if self._parts is None:
            return
        value = "text3" if self._old else "text1"
        total = (
            Run(number(self._parts.used_gib, 1), "subtitle", value, figures=True),
            Run(f" of {number(self._parts.total_gib, 1)} GiB", "note", "text2"),
        )
        draw_runs(painter, theme, total, QPointF(bar.right() - runs_width(theme, total), baseline))

    def _paint_track(self, painter: QPainter, theme: Theme, bar: QRectF) -> None:
        draw_frame(painter, bar, theme.length(theme.radius["small"]), fill=theme.colour.track)

    def _paint_pieces(self, painter: QPainter, theme: Theme, bar: QRectF, parts: MemoryParts) -> None:
        clip = QPainterPath()
        clip.addRoundedRect(bar, theme.length(theme.radius["small"]), theme.length(theme.radius["small"]))
        painter.save()
        painter.setClipPath(clip)
        for piece, rect in _rects(parts, bar):
            self._paint_piece(painter, theme, piece, rect)
            seam = QRectF(rect.right() - theme.px(1), rect.top(), theme.px(2), rect.height())
            painter.fillRect(seam, theme.colour.surface1)
        painter.restore()

    def _paint_piece(self, painter: QPainter, theme: Theme, piece: Piece, rect: QRectF) -> None:
        match piece.part:
            case Part.SYSTEM | Part.OTHER:
                painter.fillRect(rect, theme.colour.system_fill)
            case Part.MODEL | Part.REST:
                painter.fillRect(rect, self._colour(theme))
            case Part.CACHE:
                painter.fillRect(rect, _mixed(self._colour(theme), theme.colour.surface1, 0.35))
            case Part.UNCLAIMED:
                painter.fillRect(rect, theme.colour.amber_wash)
                _hatch(painter, rect, theme.colour.amber, width=theme.length(4), pitch=theme.length(12))
            case Part.FILES:
                _hatch(painter, rect, theme.colour.text3, width=theme.length(1), pitch=theme.length(8))

    def _colour(self, theme: Theme) -> QColor:
        return theme.colour.neutral if self._configuration is None else theme.configuration_colour(self._configuration)

    def _paint_words(self, painter: QPainter, theme: Theme, bar: QRectF, parts: MemoryParts) -> None:
        baseline = bar.center().y() + theme.length(8)
        pad = theme.length(16)
        free = (Run(f"{number(parts.free_gib, 1)} free", "label", "text2", figures=True),)
        width = runs_width(theme, free)
        rects = _rects(parts, bar)
        taken = rects[-1][1].right() if rects else bar.left()
        label_end = self._paint_label(painter, theme, bar, parts) if parts.label else taken
        if bar.right() - max(taken, label_end) > width + 2 * pad:
            draw_runs(painter, theme, free, QPointF(bar.right() - pad - width, baseline))

    def _paint_label(self, painter: QPainter, theme: Theme, bar: QRectF, parts: MemoryParts) -> float:
        """Write who holds the memory on the widest piece that has a name, else on the free part; return its end."""
        baseline, pad = bar.center().y() + theme.length(8), theme.length(16)
        rects = _rects(parts, bar)
        named = [(piece, rect) for piece, rect in rects if piece.part in _LABELLED]
        piece, rect = max(named, key=lambda each: each[1].width()) if named else rects[-1]
        width = runs_width(theme, (Run(parts.label, "label_strong"),))
        inside = width + 2 * pad <= rect.width()
        start = rect.left() + pad if inside else rects[-1][1].right() + pad
        if not inside and start + width + pad > bar.right():
            start = max(bar.left() + pad, bar.right() - pad - width)
        on_colour = inside and piece.part is Part.MODEL
        if (inside and piece.part is Part.UNCLAIMED) or (not inside and start < rects[-1][1].right()):
            pill = QRectF(start - theme.length(10), bar.top() + theme.length(4), width + theme.length(20), 0)
            pill.setHeight(bar.height() - theme.length(8))
            draw_frame(painter, pill, theme.length(6), fill=theme.colour.bg)
        runs = (Run(parts.label, "label_strong", "on_fill" if on_colour else "text1"),)
        draw_runs(painter, theme, runs, QPointF(start, baseline), room=bar.right() - start)
        return start + width

    def _paint_legend(self, painter: QPainter, theme: Theme, bar: QRectF, parts: MemoryParts) -> None:
        baseline = theme.length(117)
        end = bar.left()
        low, high = parts.idle_gib or (0.0, 0.0)
        if 0 < high < parts.total_gib:
            left = bar.left() + bar.width() * low / parts.total_gib
            right = max(left + theme.length(24), bar.left() + bar.width() * high / parts.total_gib)
            painter.setPen(QPen(theme.colour.text2, theme.length(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            top, bottom = theme.length(101), theme.length(109)
            painter.drawPolyline(
                [QPointF(left, top), QPointF(left, bottom), QPointF(right, bottom), QPointF(right, top)]
            )
            words = (Run(f"{low:g}\u2013{high:g} GiB is normal when idle", "small", "text2"),)
            end = draw_runs(painter, theme, words, QPointF(right + theme.length(12), baseline))
        files = sum(piece.gib for piece in parts.pieces if piece.part is Part.FILES)
        if files:
            words = (Run(f"{number(files, 1)} file copies, given back when needed", "small", "text2", figures=True),)
            width = runs_width(theme, words)
            if bar.right() - width - theme.length(48) < end:
                return
            swatch = QRectF(bar.right() - width - theme.length(34), theme.length(103), theme.length(22), 0)
            swatch.setHeight(theme.length(14))
            draw_frame(painter, swatch, theme.length(3), fill=theme.colour.track)
            _hatch(painter, swatch, theme.colour.text3, width=theme.length(1), pitch=theme.length(6))
            draw_runs(painter, theme, words, QPointF(bar.right() - width, baseline))


def _rects(parts: MemoryParts, bar: QRectF) -> list[tuple[Piece, QRectF]]:
    """Return where each piece lies; together they never pass the end of the bar."""
    found: list[tuple[Piece, QRectF]] = []
    x = bar.left()
    for piece in parts.pieces:
        width = min(bar.width() * piece.gib / parts.total_gib, bar.right() - x)
        found.append((piece, QRectF(x, bar.top(), width, bar.height())))
        x += width
    return found


def _hatch(painter: QPainter, rect: QRectF, colour: QColor, *, width: float, pitch: float) -> None:
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, width))
    x = rect.left() - rect.height()
    while x < rect.right() + pitch:
        painter.drawLine(QPointF(x, rect.bottom() + 1), QPointF(x + rect.height() + 1, rect.top()))
        x += pitch
    painter.restore()


def _mixed(colour: QColor, ground: QColor, share: float) -> QColor:
    return QColor.fromRgbF(
        share * colour.redF() + (1 - share) * ground.redF(),
        share * colour.greenF() + (1 - share) * ground.greenF(),
        share * colour.blueF() + (1 - share) * ground.blueF(),
    )
