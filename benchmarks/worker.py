"""One process per contestant.

The thread pools of BLAS and OpenMP belong to a process. Contestants that live in
processes of their own and wait at a pipe while another one runs cannot change each
other's thread settings.
"""

import multiprocessing
import traceback


class Worker:
    """A process that prepares something once and then runs it on demand.

    Parameters
    ----------
    prepare : callable
        A picklable function, called in the new process; it returns the function that
        :meth:`run` calls there.
    *arguments
        Arguments of `prepare`.
    """

    def __init__(self, prepare, *arguments):
        context = multiprocessing.get_context("spawn")
        self._connection, far_end = context.Pipe()
        self._process = context.Process(
            target=serve, args=(far_end, prepare, arguments), daemon=True
        )
        self._process.start()
        # Without this a worker that dies would leave the parent waiting for ever.
        far_end.close()

    def run(self, amount):
        """Run the prepared function in the worker and wait for its result.

        Parameters
        ----------
        amount : int
            Epochs, calls or repetitions: what the prepared function takes.

        Returns
        -------
        object
            What the prepared function returned.
        """
        self._connection.send(amount)
        succeeded, result = self._connection.recv()
        if not succeeded:
            raise RuntimeError(f"a worker failed:\n{result}")
        return result

    def close(self):
        """End the process."""
        self._connection.close()
        self._process.join()


def serve(connection, prepare, arguments):
    """Answer requests until the other end of `connection` is closed."""
    prepared = None
    while True:
        try:
            amount = connection.recv()
        except EOFError:
            return
        try:
            prepared = prepared or prepare(*arguments)
            connection.send((True, prepared(amount)))
        except Exception:
            connection.send((False, traceback.format_exc()))
