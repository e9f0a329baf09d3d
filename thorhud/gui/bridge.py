"""The one signal between the store and the pages."""

from PySide6.QtCore import QObject, QTimer, Signal

from thorhud.gui.store import Store


class StoreBridge(QObject):
    """Says that the store has a newer state, once for each turn of the event loop however often it changed."""

    state_changed = Signal(object)
    """The newest `FaceState`."""

    def __init__(self, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._tell)
        store.subscribe(self._soon.start)

    def _tell(self) -> None:
        self.state_changed.emit(self._store.state)
