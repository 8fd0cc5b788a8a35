"""The process's one event loop: it makes the calls of models for all threads.

It runs in a daemon thread, made on first use. After a fork the child makes its own and leaves alone what
it inherited: both processes would read from the same sockets.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import threading
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, TypeVar

T = TypeVar("T")

#: Seconds for what is still running, and for connections to close, when the process ends.
ENDING = 2.0


class _Loop:
    """A loop, its thread, and what lives as long as it does."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        #: Made on the loop by ``belonging``, and closed with it where it can be closed.
        self.belongings: dict[Hashable, Any] = {}
        self.thread = threading.Thread(target=self._serve, name="model-calls", daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def end(self) -> None:
        """Cancel what runs, close what belongs to the loop, and stop it."""
        ending = asyncio.run_coroutine_threadsafe(self._finish(), self.loop)
        with contextlib.suppress(TimeoutError, asyncio.CancelledError):
            ending.result(ENDING)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(ENDING)
        if not self.loop.is_running():
            self.loop.close()

    async def _finish(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        closers = [getattr(each, "close", None) for each in self.belongings.values()]
        await asyncio.gather(*(close() for close in closers if close), return_exceptions=True)
        await self.loop.shutdown_asyncgens()
        await asyncio.sleep(0)  # transports say good-bye in the loop's next round


_lock = threading.Lock()
_current: _Loop | None = None
#: Kept for good: a loop that is collected would unregister its sockets, for the parent process too.
_inherited: list[_Loop] = []


def _running() -> _Loop:
    global _current
    with _lock:
        if _current is None:
            _current = _Loop()
        return _current


def run(coroutine: Coroutine[Any, Any, T], *, timeout: float) -> T:
    """Run a coroutine on the process's loop and wait for its result, from any other thread.

    The context variables of the caller are those of the coroutine. ``timeout`` is in seconds.

    Raises:
        TimeoutError: when it took longer; the coroutine is cancelled.
        RuntimeError: when called on the loop itself, which would wait for itself.
    """
    here = _running()
    if threading.current_thread() is here.thread:
        coroutine.close()
        raise RuntimeError("The loop cannot wait for a coroutine of its own: await it.")
    future = asyncio.run_coroutine_threadsafe(coroutine, here.loop)
    try:
        return future.result(timeout)
    except BaseException:  # also a thread that is told to stop waiting leaves nothing running
        future.cancel()
        raise


def belonging(key: Hashable, make: Callable[[], T]) -> T:
    """What lives on the process's loop under a key, made by ``make`` where it is not there yet.

    To be called on the loop. A coroutine function ``close`` of it is called when the process ends.
    """
    belongings = _running().belongings
    if key not in belongings:
        belongings[key] = make()
    found: T = belongings[key]
    return found


def belongings() -> list[Any]:
    """All that lives on the process's loop, from any thread; does not make a loop."""
    current = _current
    return list(current.belongings.values()) if current is not None else []


def _end() -> None:
    global _current
    with _lock:
        ending, _current = _current, None
    if ending is not None:
        ending.end()


def _after_fork() -> None:
    global _current, _lock
    _lock = threading.Lock()  # another thread of the parent may have held it
    if _current is not None:
        _inherited.append(_current)
        _current = None


atexit.register(_end)
os.register_at_fork(after_in_child=_after_fork)
