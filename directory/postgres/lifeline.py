"""A child that dies with its parent, so that a killed `fanal up` leaves nothing on the port."""

import ctypes
import os
import signal
import sys
import threading
import time

_PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int, signal_number: signal.Signals = signal.SIGTERM) -> None:
    """Have this process receive a signal as soon as its parent, of that number, is gone.

    The number comes from the parent: a process that has already lost it knows only who adopted it.
    Linux does it by itself; elsewhere a thread looks once a second.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signal_number))
        # The parent may have died between our birth and the line above.
        if os.getppid() != parent:
            os.kill(os.getpid(), signal_number)
        return
    threading.Thread(target=_watch, args=(parent, signal_number), daemon=True).start()


def _watch(parent: int, signal_number: signal.Signals) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal_number)
