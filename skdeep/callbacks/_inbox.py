"""Messages from the processes in which fits run to the one that shows them."""

import os
import threading
from collections.abc import Callable
from multiprocessing.connection import Client, Connection, Listener
from typing import Any, NamedTuple

# Connections of this process to the inboxes of others.
_CONNECTIONS: dict["Address", Connection] = {}
# What the inboxes of this process do with a message.
_INBOXES: dict["Address", Callable[[Any], None]] = {}


class Address(NamedTuple):
    """Where an inbox is; can be sent to other processes of the machine.

    Attributes
    ----------
    place : str or tuple
        Path of a socket, or what stands for it.
    key : bytes
        Secret of those who may write.
    """

    place: Any
    key: bytes


class Inbox:
    """Calls a function of this process with each message that is sent to it.

    Parameters
    ----------
    read : callable
        Called with one message at a time.
    """

    def __init__(self, read: Callable[[Any], None]):
        key = os.urandom(32)
        # More processes than cores are unlikely to knock at the same moment.
        self._listener = Listener(authkey=key, backlog=64)
        self.address = Address(self._listener.address, key)
        self._read, self._one_at_a_time = read, threading.Lock()
        _INBOXES[self.address] = self._receive
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more messages."""
        del _INBOXES[self.address]
        self._listener.close()

    def _receive(self, message: Any) -> None:
        with self._one_at_a_time:
            self._read(message)

    def _accept(self) -> None:
        while True:
            try:
                connection = self._listener.accept()
            except OSError:
                return
            serve = threading.Thread(
                target=self._serve, args=(connection,), daemon=True
            )
            serve.start()

    def _serve(self, connection: Connection) -> None:
        with connection:
            try:
                while True:
                    self._receive(connection.recv())
                    connection.send(None)
            except (EOFError, OSError):
                return


def send(address: Address, message: Any) -> None:
    """Send a message, and wait until it was read.

    One that cannot arrive, as the inbox is closed or on another machine, is dropped: a
    fit does not fail for want of an audience.

    Parameters
    ----------
    address : Address
        Of an inbox of this process or another.
    message : object
        Can be pickled.
    """
    receive = _INBOXES.get(address)
    if receive is not None:
        receive(message)
        return
    try:
        if address not in _CONNECTIONS:
            _CONNECTIONS[address] = Client(address.place, authkey=address.key)
        connection = _CONNECTIONS[address]
        connection.send(message)
        connection.recv()
    except (EOFError, OSError):
        _CONNECTIONS.pop(address, None)
