"""The data of a chart as a table, for reading aloud, for copying and for whoever prefers figures."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from thorhud.gui.stage_words import DASH
from thorhud.gui.theme import Theme, theme_of
from thorhud.gui.unit_text import shown

_STYLE = """
QTableView {{ background: {bg}; alternate-background-color: {card}; color: {text}; gridline-color: {line};
  border: none; selection-background-color: {chosen}; selection-color: {text}; }}
QTableView::item {{ padding: 0 {pad}px; }}
QHeaderView {{ background: {bg}; border: none; }}
QHeaderView::section {{ background: {head}; color: {muted}; border: none; padding: {pad}px; }}
QTableCornerButton::section {{ background: {head}; border: none; }}
"""
_RESTYLE = {QEvent.Type.Polish, QEvent.Type.StyleChange, QEvent.Type.ParentChange}


class DataTable(QTableWidget):
    """Read-only rows; Ctrl+C copies the selected cells, tab-separated."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.verticalHeader().setVisible(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setStretchLastSection(True)
        self._style = ""

    def display(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Show *rows* under *header*, figures at the right; the last cell of a short row reaches to the end."""
        self.clearSpans()
        self.setColumnCount(len(header))
        self.setRowCount(len(rows))
        for column, title in enumerate(header):
            figures = all(_is_figure(cells[column]) for cells in rows if column < len(cells) - 1)
            item = QTableWidgetItem(title)
            item.setTextAlignment(_side(figures))
            self.setHorizontalHeaderItem(column, item)
        for row, cells in enumerate(rows):
            for column, text in enumerate(cells):
                self.setItem(row, column, _item(text))
            if len(cells) < len(header):
                self.setSpan(row, len(cells) - 1, 1, len(header) - len(cells) + 1)
        self._set_figures(theme_of(self))

    def rows(self) -> list[list[str]]:
        """Return what the cells say."""
        columns = range(self.columnCount())
        return [[self._text(row, column) for column in columns] for row in range(self.rowCount())]

    def whole_text(self) -> str:
        """Return header and rows, tab-separated, as a spreadsheet takes them."""
        heads = (self.horizontalHeaderItem(column) for column in range(self.columnCount()))
        lines = [["" if head is None else head.text() for head in heads], *self.rows()]
        return "\n".join("\t".join(line).rstrip("\t") for line in lines)

    def _text(self, row: int, column: int) -> str:
        cell = self.item(row, column)
        return "" if cell is None else cell.text()

    def event(self, event: QEvent) -> bool:
        if event.type() in _RESTYLE:
            self._restyle(theme_of(self))
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QApplication.clipboard().setText(self._selected_text())
            return
        if event.text().isalpha() or event.key() == Qt.Key.Key_Escape:
            event.ignore()  # a letter is a key of the page, not a search in the table
            return
        super().keyPressEvent(event)

    def _selected_text(self) -> str:
        cells = sorted((index.row(), index.column(), str(index.data() or "")) for index in self.selectedIndexes())
        rows = dict.fromkeys(row for row, _, _ in cells)
        return "\n".join("\t".join(text for at, _, text in cells if at == row) for row in rows)

    def _restyle(self, theme: Theme) -> None:
        colour = theme.colour
        style = _STYLE.format(
            bg=colour.bg.name(),
            card=colour.surface1.name(),
            head=colour.surface2.name(),
            chosen=colour.surface3.name(),
            text=colour.text1.name(),
            muted=colour.text2.name(),
            line=colour.hairline.name(),
            pad=theme.px(9),
        )
        font = theme.font("small")
        if style == self._style and self.font() == font:
            return
        self._style = style
        self.setFont(font)
        self.horizontalHeader().setFont(theme.font("small_medium"))
        self.verticalHeader().setDefaultSectionSize(theme.px(48))
        self.setStyleSheet(style)
        self._set_figures(theme)

    def _set_figures(self, theme: Theme) -> None:
        """Give figures digits of one width; in names that would widen the hyphens."""
        font = theme.font("small", tabular=True)
        cells = (self.item(row, column) for row in range(self.rowCount()) for column in range(self.columnCount()))
        for cell in cells:
            if cell is not None and not any(map(str.isalpha, cell.text())):
                cell.setFont(font)


def _item(text: str) -> QTableWidgetItem:
    item = QTableWidgetItem(shown(text, 300))
    item.setTextAlignment(_side(_is_figure(text)))
    return item


def _is_figure(text: str) -> bool:
    return text == DASH or text.replace(".", "", 1).isdigit()


def _side(right: bool) -> Qt.AlignmentFlag:  # noqa: FBT001 - the one thing it is about
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
