"""The threads of a client."""

import threading


def sayso_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "sayso"]
