"""Threads that wait for each other must not stop the tests."""

import threading


def in_time(work, seconds=30):
    """Return what ``work`` returns, or raise what it raises; fail if it hangs."""
    outcome = []

    def run():
        try:
            outcome.append((work(), None))
        except BaseException as error:
            outcome.append((None, error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    assert outcome, f"hangs for more than {seconds} s"
    value, error = outcome[0]
    if error is not None:
        raise error
    return value
