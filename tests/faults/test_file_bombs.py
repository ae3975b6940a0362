"""Bombs: small files that would become large ones cost themselves, in seconds and in bounded memory."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.faults.bombs import BOMBS

pytest.importorskip("lxml", reason="pip install -r requirements-formats.txt")

SECONDS_AT_MOST = 20  # of processor time; on an idle core the slowest takes 4
MEGABYTES_AT_MOST = 300
READ = {"member.zip": 1, "members.zip": 8, "lines.zip": 1}  # articles: of members that are what they seem


@pytest.fixture(scope="module")
def costs() -> dict[str, dict[str, float]]:
    """What each bomb cost, read one after another in a process of their own."""
    command = [sys.executable, "-m", "tests.faults.bombs"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_costs_itself_in_seconds_and_bounded_memory(costs, name):
    cost = costs[name]
    assert cost["articles"] == READ.get(name, 0)
    assert cost["seconds"] < SECONDS_AT_MOST
    assert cost["megabytes"] < MEGABYTES_AT_MOST
