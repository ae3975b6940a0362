"""The names the server answers to, against DNS rebinding.

A page of any site can point a name of its own at 127.0.0.1 and then talk to a server of this machine as to
its own origin. It cannot change the `Host` that the browser sends. So a server that only this machine
reaches, and that asks nobody who they are, answers to this machine's names alone; where `MUSTANAD_HOSTS`
names others, to those too, on whatever address it listens.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.settings import Settings
from assistant.web.problems import problem_response

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def answered_hosts(settings: Settings) -> frozenset[str] | None:
    """List the names (without ports) that are answered to; None when every name is."""
    has_login = bool(settings.reader_keys or settings.trusted_proxy_header)
    if settings.hosts or (settings.is_loopback and not has_login):
        return frozenset((*LOOPBACK, *map(name_of, (settings.host, *settings.hosts))))
    return None


class HostCheck:
    """The check of `Host`: a request that names another host is refused with 421, on every path."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app, self._hosts = app, answered_hosts(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and self._hosts is not None and not self._names_us(scope):
            detail = "this server does not answer to that name; its operator can add it to MUSTANAD_HOSTS"
            await problem_response(scope, 421, detail)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _names_us(self, scope: Scope) -> bool:
        given = Headers(scope=scope).getlist("host")
        return len(given) == 1 and self._hosts is not None and name_of(given[0]) in self._hosts


def name_of(host: str) -> str:
    """Give the name in a `Host` header, without its port and the dot that ends a full name."""
    name, bracket, _port = host.strip().lower().partition("]")
    if bracket:
        return name + bracket
    return name.partition(":")[0].rstrip(".")
