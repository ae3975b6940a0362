"""The path of a request, without the prefix that a proxy serves the program under."""

from __future__ import annotations

from starlette.types import Scope


def path_of(scope: Scope) -> str:
    """Give the path inside the application."""
    path, root = scope["path"], scope.get("root_path", "")
    return path[len(root) :] or "/" if root and path.startswith(root) else path
