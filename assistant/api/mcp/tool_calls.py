"""What the tools of the Model Context Protocol share: limits, lanes, and what they say of themselves."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations

from assistant.computing.turns import CALLER
from assistant.web.guards.limits import QuestionLimits, RequestKind, caller_of
from assistant.web.work.lanes import Lane
from index.errors import MustanadError

T = TypeVar("T")
ADDRESS = "mustanad://articles/"
READ_ONLY = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)


def limit_call(limits: QuestionLimits | None, context: Context, kind: RequestKind) -> None:
    """Count a call over HTTP, and tell the turns whose it is; raises ToolError past a limit."""
    request = getattr(context.request_context, "request", None)
    if limits is None or request is None:
        return
    wait = limits.take(request.scope, kind)
    if wait:
        raise ToolError(f"the limit on questions is reached; ask again in {math.ceil(wait)} s")
    CALLER.set(caller_of(request.scope))


async def in_lane(lane: Lane, work: Callable[[], T]) -> T:
    """Do `work` in a thread and give what it gives; errors raised on purpose reach the model."""
    try:
        return await lane.run(work)
    except MustanadError as error:
        raise ToolError(str(error)) from error
