"""A face from its first picture to its last: window, store and conversation."""

import asyncio
import contextlib
import functools
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import FrameType

from PySide6.QtWidgets import QApplication

from thorhud.domain.pin import needs_pin
from thorhud.gui.bridge import StoreBridge
from thorhud.gui.conversation import Conversation
from thorhud.gui.fault import FaultWatch
from thorhud.gui.fonts import load_fonts
from thorhud.gui.qt_loop import run_on_qt
from thorhud.gui.restarts import Restarts, taken_up
from thorhud.gui.screen import require_screen
from thorhud.gui.store import Store
from thorhud.gui.theme import THEMES, load_theme
from thorhud.gui.windows.kiosk_window import KioskWindow
from thorhud.links.link import Link
from thorhud.links.start_agent import AgentOptions, connect


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceOptions:
    """What a person chose on the command line."""

    simulated: bool = False
    start_speed: float = 1.0
    windowed: tuple[int, int] | None = None
    """Width and height of the window; None fills the screen."""
    theme: str = THEMES[0]
    who: str = "kiosk"


def run_kiosk(options: FaceOptions) -> int:
    """Open a face and return the exit code when its window is closed; the agent goes on."""
    require_screen()
    application = make_application()
    before = taken_up()
    window = KioskWindow(_theme(options, before), guarded=needs_pin(options.who))
    show(window, options)
    window.open_page(before.page)
    _close_on_signals(window)
    watch = FaultWatch(window, before)
    watch.install()
    wanted = AgentOptions(simulated=options.simulated, start_speed=options.start_speed, who=options.who)
    try:
        return run_on_qt(application, talk(window, lambda: connect(wanted)), on_fault=watch.of_loop)
    except Exception as error:  # noqa: BLE001 - the program's outermost: its page says it, and it begins again
        watch.take(error)
        return application.exec()


def _theme(options: FaceOptions, before: Restarts) -> str:
    """Return the theme that was seen before a restart, else the one that was asked for."""
    return before.theme if before.theme in THEMES else options.theme


def make_application() -> QApplication:
    """Return the application with the bundled fonts."""
    running = QApplication.instance()
    application = running if isinstance(running, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("thorhud")
    # closing the window ends the conversation first; Qt must not stop the loop under it
    application.setQuitOnLastWindowClosed(False)
    load_fonts()
    application.setFont(load_theme(THEMES[0]).font("plain"))
    return application


def show(window: KioskWindow, options: FaceOptions) -> None:
    """Show *window* as wide as was asked, never wider than its screen."""
    if options.windowed is None:
        window.showFullScreen()
    else:
        room = window.screen().availableGeometry()
        width, height = options.windowed
        window.resize(min(width, room.width()), min(height, room.height()))
        window.show()
    # where no window manager gives the keyboard to a new window, it takes it: shortcuts work only in an active window
    window.activateWindow()


def _close_on_signals(window: KioskWindow) -> None:
    """Close the window on Ctrl+C and on a stop of the session, instead of dying inside whatever is being painted.

    Python looks for signals when it runs; the window's clock ticks once a second.
    """

    def close(_number: int, _frame: FrameType | None) -> None:
        window.leave()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, close)


async def talk(window: KioskWindow, open_link: Callable[[], Awaitable[Link]]) -> int:
    """Join the window to an agent until the window is closed."""
    store = Store()
    bridge = StoreBridge(store)
    conversation = Conversation(store, open_link, on_stream=window.pages.take)
    closed = asyncio.Event()
    bridge.state_changed.connect(window.display)
    window.command_requested.connect(conversation.request)
    window.inquiry_requested.connect(conversation.ask)
    window.commands_wanted.connect(
        lambda key: conversation.ask_commands(key, functools.partial(window.show_commands, key))
    )
    window.notice_dismissed.connect(lambda: store.change(notice=None))
    window.closed.connect(closed.set)
    talking = asyncio.create_task(conversation.run(), name="conversation")
    ended = asyncio.create_task(closed.wait(), name="window closed")
    await asyncio.wait({talking, ended}, return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    talking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await talking
    return 0
