"""The PIN of the teaching assistants: looked at for commands from a touch display, and slowly for whoever guesses."""

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path

from thorhud.agent.dispatcher import Details
from thorhud.agent.hub import Hub
from thorhud.domain.errors import LinkError, SettingsError, ThorHudError
from thorhud.domain.messages import Command
from thorhud.domain.pin import PinTries, is_pin, locked_words, needs_pin, one_more_wrong, wrong_words
from thorhud.domain.wire import decode_value, encode_value
from thorhud.records.store import Records
from thorhud.settings.pin_file import PinFile

log = logging.getLogger(__name__)

TRIES = "wrong PINs"
"""Under this name the records keep how often a wrong one was given: an agent that starts again forgets nothing."""
LOOK_EVERY_S = 2.0

WRONG, LOCKED, MISSING = "pin-wrong", "pin-locked", "pin-missing"
"""The kinds of a refusal."""


class PinRefused(ThorHudError):
    """The PIN was missing, wrong, or came too soon; ``details`` say what is left."""

    def __init__(self, message: str, *, kind: str, tries: PinTries, now_unix_s: float) -> None:
        super().__init__(message, kind=kind)
        wait_s = tries.wait_s(now_unix_s)
        self.details: Details = {"tries_left": 0 if wait_s > 0 else tries.left, "wait_s": wait_s}


class Pins:
    """Checks PINs one after another. A try counts before it is compared, so that no crash gives one away for free."""

    def __init__(
        self, hub: Hub, file: Path | None, records: Records, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._hub = hub
        self._file = None if file is None else PinFile(file)
        self._records = records
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()

    async def watch(self) -> None:
        """Show whether a PIN is set, also after somebody set it in a terminal."""
        told = ""
        while True:
            try:
                pin_set = await asyncio.to_thread(self._is_set)
            except SettingsError as error:
                pin_set, trouble = True, str(error)
            else:
                trouble = ""
            if trouble and trouble != told:
                log.warning("%s", trouble)
            told = trouble
            if pin_set != self._hub.state.pin_set:
                self._hub.change(pin_set=pin_set)
            await asyncio.sleep(LOOK_EVERY_S)

    async def check(self, command: Command) -> None:
        """Carry out the command "check-pin"."""
        await self._compare(str(command.args.get("pin", "")))

    async def guard(self, command: Command) -> None:
        """Let *command* pass, or raise `PinRefused`: it came from a touch display and its PIN is not right."""
        if needs_pin(command.who) and await asyncio.to_thread(self._is_set):
            await self._compare(str(command.args.get("pin", "")))

    def _is_set(self) -> bool:
        return self._file is not None and self._file.exists

    async def _compare(self, pin: str) -> None:
        async with self._one_at_a_time:
            if self._file is None or not await asyncio.to_thread(self._is_set):
                raise ThorHudError("No PIN is set on this unit.", next_step="Set one in a terminal: thorhud config pin")
            tries, now = await self._tries(), self._clock()
            if (wait_s := tries.wait_s(now)) > 0:
                raise PinRefused(locked_words(wait_s), kind=LOCKED, tries=tries, now_unix_s=now)
            if not is_pin(pin):
                # nobody guesses with what can be no PIN; it costs no try
                raise PinRefused("This needs the PIN of a TA.", kind=MISSING, tries=tries, now_unix_s=now)
            tries = one_more_wrong(tries, now)
            await self._keep(tries)
            if not await asyncio.to_thread(self._file.is_right, pin):
                raise PinRefused(wrong_words(tries, now), kind=WRONG, tries=tries, now_unix_s=now)
            await self._keep(PinTries())

    async def _tries(self) -> PinTries:
        kept = await asyncio.to_thread(self._records.kept, TRIES)
        try:
            return decode_value(kept, PinTries) if kept else PinTries()
        except LinkError:  # not ours, or damaged: as if nobody had tried
            return PinTries()

    async def _keep(self, tries: PinTries) -> None:
        await asyncio.to_thread(self._records.keep, TRIES, encode_value(tries).decode())
