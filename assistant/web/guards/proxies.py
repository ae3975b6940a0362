"""What proxies say of a request, believed from the proxies that `MUSTANAD_TRUSTED_PROXIES` names and nobody
else.

From any other peer the headers are taken out before anything reads them, Gradio's own code among it: neither
the limits, nor the login, nor an address in an answer can be led astray by who writes them himself.
"""

from __future__ import annotations

import ipaddress
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from assistant.settings import Settings
from index.errors import SettingsError

_SAID_BY_PROXIES = (b"x-forwarded-", b"x-real-ip", b"forwarded")


class Proxies:
    """The layer that believes trusted proxies about the caller, and takes out what others claim."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._trusted = check_proxies(settings)
        # uvicorn's types for ASGI are narrower than Starlette's; the calls are the same.
        middleware: Any = ProxyHeadersMiddleware
        self._believing: ASGIApp = middleware(app, trusted_hosts=list(settings.trusted_proxies))
        self._login = (settings.trusted_proxy_header or "").lower().encode("latin-1", "replace")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif self._trusts((scope.get("client") or ("", 0))[0]):
            await self._believing(scope, receive, send)
        else:
            # In place: whoever wrapped this reads what routing notes in the scope.
            scope["headers"] = [pair for pair in scope["headers"] if not self._is_claim(pair[0].lower())]
            await self._app(scope, receive, send)

    def _trusts(self, address: str) -> bool:
        try:
            peer = ipaddress.ip_address(address)
        except ValueError:
            return False
        if isinstance(peer, ipaddress.IPv6Address) and peer.ipv4_mapped is not None:
            peer = peer.ipv4_mapped
        return any(peer in network for network in self._trusted)

    def _is_claim(self, name: bytes) -> bool:
        return name.startswith(_SAID_BY_PROXIES) or (bool(self._login) and name == self._login)


def check_proxies(settings: Settings) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Read the trusted networks; raises SettingsError for what is no address."""
    networks = []
    for text in settings.trusted_proxies:
        try:
            networks.append(ipaddress.ip_network(text))
        except ValueError:
            raise SettingsError(
                f"MUSTANAD_TRUSTED_PROXIES holds {text!r}; write addresses or networks: 127.0.0.1 10.0.0.0/8"
            ) from None
    return networks
