"""The application as the web server loads it, once in each of its processes."""

import gc
import multiprocessing
import signal

from directory.app import FanalApp, create_app
from directory.config import Settings
from directory.postgres.addresses import connected
from directory.postgres.lifeline import die_with_parent
from directory.web.runtime import EXTENSION


def make() -> FanalApp:
    """Return the application; the process ends with the one that started it.

    A web server that is killed would otherwise leave its processes behind, holding the port.
    """
    if (server := multiprocessing.parent_process()) is not None and server.pid is not None:
        die_with_parent(server.pid, signal.SIGKILL)
    # A page of results makes thousands of short-lived values, and almost no cycles: at the usual
    # thresholds every few pages wait for a walk through all that the caches hold.
    gc.set_threshold(50_000, 20, 50)
    app = create_app(connected(Settings()))
    app.extensions[EXTENSION].warm()
    return app
