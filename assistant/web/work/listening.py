"""The socket that the server listens on."""

from __future__ import annotations

import errno
import os
import socket

from index.errors import SettingsError

WAITING_CONNECTIONS = 2048  # of the system's queue, which Linux cuts at net.core.somaxconn


def bind(host: str, port: int, *, is_shared: bool = False) -> socket.socket:
    """Open a listening socket; raises SettingsError when the address cannot be had.

    Where it is shared, other processes of this user may have sockets of the same address, among whose
    listeners the system deals out the connections; this one does not listen yet.
    """
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise SettingsError(
            f"MUSTANAD_HOST is {host!r}: {error.strerror}; name an address of this machine"
        ) from None
    try:
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if is_shared:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listening.bind(address)
        if not is_shared:
            listening.listen(WAITING_CONNECTIONS)
    except OSError as error:
        listening.close()
        raise SettingsError(_why_not(error, host, port)) from None
    return listening


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is in use; stop the other program or set MUSTANAD_PORT to a free one"
    if error.errno == errno.EACCES:
        return f"port {port} is not for ordinary users; set MUSTANAD_PORT to one above 1023"
    return f"{host}, port {port}, cannot be served: {error.strerror}; set MUSTANAD_HOST and MUSTANAD_PORT"
