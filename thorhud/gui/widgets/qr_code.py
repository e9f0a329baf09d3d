"""An address as a QR code: always black on white, never smaller than a camera can read."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from thorhud.gui.theme import theme_of

QUIET_ZONE = 4
_WHITE = QColor(Qt.GlobalColor.white)


class QrCode(QWidget):
    """Shows one address; without an address it is hidden, never shown dead."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._address = ""
        self._image = QImage()
        self.hide()

    def display(self, address: str) -> None:
        """Show *address*; empty for none."""
        if address == self._address:
            return
        self._address = address
        self._image = qr_image(address) if address else QImage()
        self.setAccessibleName(f"QR code of {address}" if address else "")
        self.setVisible(bool(address))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_WHITE)
        radius = theme.length(theme.radius["cell"])
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        side = self._side()
        left, top = (self.width() - side) // 2, (self.height() - side) // 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.drawImage(QRectF(left, top, side, side), self._image)

    def _side(self) -> int:
        """Return the width of the dark modules in whole pixels per module where there is room for it."""
        modules = self._image.width()
        room = min(self.width(), self.height())
        pixels = room // (modules + 2 * QUIET_ZONE)
        return modules * pixels if pixels >= 4 else int(room * modules / (modules + 2 * QUIET_ZONE))


def qr_image(address: str) -> QImage:
    """Return one pixel per module, error level M, without the quiet zone."""
    import segno  # noqa: PLC0415 - the first picture must not wait for it

    rows = [bytes(row) for row in segno.make_qr(address, error="m").matrix]
    image = QImage(len(rows), len(rows), QImage.Format.Format_RGB32)
    image.fill(_WHITE)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                image.setPixel(x, y, 0xFF000000)
    return image
