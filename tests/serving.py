"""A server of a test's own in a thread of its own, for the stand-ins between the site and its servers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
LONGEST_LINE = 2**20


@contextmanager
def serving(serve: Serve, busy: Callable[[], int] = lambda: 0) -> Iterator[int]:
    """Serve on a free port, which is yielded, until the block ends.

    What is still going on then is cancelled once `busy` says 0: cancelled while it connects, it leaves a socket open.
    """
    ready, begun = threading.Event(), []

    async def run() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=LONGEST_LINE)
        stop = asyncio.Event()
        begun.append((asyncio.get_running_loop(), stop, server.sockets[0].getsockname()[1]))
        ready.set()
        await stop.wait()
        server.close()
        while busy():
            await asyncio.sleep(0.01)
        waiting = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    ready.wait()
    loop, stop, port = begun[0]
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
