"""The threads of a client."""

import threading
from weakref import WeakSet

OF_OTHERS: WeakSet[threading.Thread] = WeakSet()
"""What other suites of the same process have left running."""


def sayso_threads() -> list[threading.Thread]:
    named = [thread for thread in threading.enumerate() if thread.name == "sayso"]
    return [thread for thread in named if thread not in OF_OTHERS]
