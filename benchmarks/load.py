"""Measures the server under load: how many questions a second, how soon, and what is refused how quickly.

    python -m benchmarks.load --index DIR --questions FILE [--workers 2] [--seconds 30] [--clients 1 8 32 100]
                              [--think 0] [--rate 0] [--streams 0] [--door ask] [--program DIR] [--json]

The program itself is started over --index (or the one in the folder --program, to compare two releases), or
--url names a running server. `--clients` ask one question after the other, each on a connection of its own,
think for `--think` seconds between, and come again when a refusal says so; with `--rate` questions come at
that many a second instead, whatever becomes of those before. `--streams` are held open meanwhile, as open
pages hold theirs. The door is `ask` (the HTTP interface), `search` (ten passages instead of an answer) or
`chat` (Gradio's calls, as the page makes them). In a round of ten minutes or more memory, threads and
descriptors are noted each minute: do they grow? Nothing but asyncio speaks HTTP here. No question is asked
twice while there are new ones, for what was asked before is answered quicker. First word: from the request
to the first event with text.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlsplit

from index.evaluation.questions import read_questions

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN_S = 600
PATIENCE_S = 120  # for one answer
REFUSED = (429, 503)
NOTED_EVERY_S = 60  # of a long round
LONG_S = 600
Door = Literal["ask", "search", "chat"]
FIRST = {"ask": b"event: ", "search": b"{", "chat": b'"delta"'}  # what the first words come with
WHOLE = {"ask": b"event: answer", "search": b"}", "chat": b"event: complete"}  # what a whole answer holds


@dataclass
class Tally:
    """What came of the questions of one round; seconds."""

    first_words: list[float] = field(default_factory=list)
    refusals: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)


class Load:
    """Readers of one server."""

    def __init__(self, url: str, questions: list[str], *, door: Door = "ask") -> None:
        self._door = door
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 80
        self._questions = itertools.cycle(questions)
        self.tally = Tally()

    async def ask(self, reader: int) -> float:
        """Ask the next question as reader number so; give the seconds that the server asks to wait."""
        started = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE_S):
                status, said = await self._through_door(next(self._questions), reader, started)
        except (OSError, TimeoutError, IndexError) as error:
            self.tally.statuses[type(error).__name__] += 1
            return 0.0
        if self._door == "chat" and b'"busy"' in said:  # the page learns of it among the events
            status = "503"
        if int(status) in REFUSED:
            self.tally.refusals.append(time.perf_counter() - started)
            retry = re.search(rb"(?i)retry-after: (\d+)", said)
            self.tally.statuses[status] += 1
            return float(retry[1]) if retry else 1.0
        if WHOLE[self._door] not in said:
            status = "cut off"
        self.tally.statuses[status] += 1
        return 0.0

    async def _through_door(self, question: str, reader: int, began: float) -> tuple[str, bytes]:
        """Ask, as an interface does; give the status and all that was said."""
        fetch = partial(self._fetch, reader, began)
        if self._door == "search":
            return await fetch(f"GET /api/search?q={quote(question)}&limit=10")
        if self._door == "ask":
            return await fetch("POST /api/ask", {"question": question})
        status, said = await fetch("POST /gradio_api/call/ask", {"data": [question, [], {}]})
        event = re.search(rb'"event_id": ?"([^"]+)"', said)
        if event is None:
            return status, said
        return await fetch(f"GET /gradio_api/call/ask/{event[1].decode()}")

    async def _fetch(self, reader: int, began: float, line: str, body: object = None) -> tuple[str, bytes]:
        """Make a request from an address of the reader's own; note the first words' time since `began`."""
        written = json.dumps(body).encode() if body else b""
        head = (
            f"{line} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nConnection: close\r\n"
            f"X-Forwarded-For: 10.{reader >> 16 & 255}.{reader >> 8 & 255}.{reader & 255}\r\n"
            "Accept: text/event-stream, application/json\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(written)}\r\n\r\n"
        )
        first, said = FIRST[self._door], b""
        answer, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(head.encode() + written)
            status = (await answer.readline()).split()[1].decode()
            while piece := await answer.read(65536):
                if first not in said and first in said + piece:
                    self.tally.first_words.append(time.perf_counter() - began)
                said += piece
        finally:
            writer.close()
        return status, said

    async def clients(self, count: int, *, seconds: float, think_s: float) -> float:
        """Have `count` readers ask one question after the other; give the seconds till all were answered."""
        started = time.perf_counter()

        async def reader(number: int) -> None:
            await asyncio.sleep(random.uniform(0, min(think_s, seconds)))
            while time.perf_counter() - started < seconds:
                wait_s = await self.ask(number)
                left_s = seconds - (time.perf_counter() - started)
                thought_s = wait_s + (random.expovariate(1 / think_s) if think_s else 0)
                await asyncio.sleep(max(0.0, min(thought_s, left_s)))

        await asyncio.gather(*(reader(number) for number in range(count)))
        return time.perf_counter() - started

    async def rate(self, per_second: float, *, seconds: float) -> float:
        """Have questions come at random, so many a second; give the seconds till all were answered."""
        started, asking = time.perf_counter(), []
        while time.perf_counter() - started < seconds:
            asking.append(asyncio.ensure_future(self.ask(len(asking))))
            await asyncio.sleep(random.expovariate(per_second))
        await asyncio.gather(*asking)
        return time.perf_counter() - started

    async def hold_streams(self, count: int) -> list[asyncio.StreamWriter]:
        """Open the streams that a page holds while it is open."""
        writers = []
        for number in range(count):
            _reader, writer = await asyncio.open_connection(self.host, self.port)
            head = f"GET /gradio_api/heartbeat/s{number} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n\r\n"
            writer.write(head.encode())
            writers.append(writer)
        return writers


def resources(pid: int) -> dict[str, int]:
    """Sum up what a process and its children hold: threads, descriptors, processor time (ms), memory (MB).

    `MB` is their own; `mapped_MB` are pages of files, the index's above all, which processes share and the
    system takes back when it needs them: a page that two have touched counts twice.
    """
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    totals: Counter[str] = Counter()
    for each in [str(pid), *children]:
        status = Path(f"/proc/{each}/status").read_text()
        for name, kind in (("MB", "Anon"), ("MB", "Shmem"), ("mapped_MB", "File")):
            totals[name] += int(re.findall(rf"Rss{kind}:\s+(\d+)", status)[0]) // 1024
        totals["threads"] += int(re.findall(r"Threads:\s+(\d+)", status)[0])
        totals["descriptors"] += len(list(Path(f"/proc/{each}/fd").iterdir()))
        times = Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()
        totals["cpu_ms"] += (int(times[11]) + int(times[12])) * 1000 // os.sysconf("SC_CLK_TCK")
    return dict(totals)


@contextlib.contextmanager
def started(program: Path, index: str, workers: int) -> Iterator[tuple[str, int]]:
    """Run the program of a folder; give its address and process when it is ready."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "MUSTANAD_INDEX": str(Path(index).resolve()),
            "MUSTANAD_PORT": "0",
            "MUSTANAD_QUESTIONS_PER_MINUTE": "0",
            "MUSTANAD_TRUSTED_PROXIES": "127.0.0.1",  # each reader has an address of his own
            "MUSTANAD_FEEDBACK": f"{folder}/feedback.sqlite",
            **({"MUSTANAD_WORKERS": str(workers)} if workers > 1 else {}),
        }
        log = Path(folder) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "app.py"],
                cwd=program,
                env={**os.environ, **settings},
                stdout=output,
                stderr=output,
            )
        try:
            yield _address(process, log, workers), process.pid
        finally:
            process.terminate()
            process.wait()


async def course(pid: int, seconds: float) -> list[dict[str, int]]:
    """Note each minute what the server holds, for so many seconds; the first minute is left out."""
    notes = []
    for _minute in range(int(seconds // NOTED_EVERY_S)):
        await asyncio.sleep(NOTED_EVERY_S)
        notes.append({name: held for name, held in resources(pid).items() if name != "cpu_ms"})
    return notes[1:]


def _address(process: subprocess.Popen[bytes], log: Path, workers: int) -> str:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.5)
        if said := re.search(r"Mustanad is at (\S+)\n", log.read_text()):
            listening = (
                Path("/proc/net/tcp")
                .read_text()
                .count(f":{int(said[1].rsplit(':', 1)[1]):04X} 00000000:0000 0A")
            )
            with contextlib.suppress(urllib.error.URLError), urllib.request.urlopen(f"{said[1]}/readyz"):
                if listening >= workers:
                    return said[1]
    raise SystemExit(f"the server did not become ready: {log.read_text()[-1000:]}")


def measured(tally: Tally, wall_s: float, before: dict[str, int], after: dict[str, int]) -> dict[str, object]:
    """Sum up one round: milliseconds, counts, and what the server held at its end."""
    words, refusals = tally.first_words or [0.0], tally.refusals
    answered = tally.statuses["200"]
    return {
        "questions_per_second": round(answered / wall_s, 1),
        "first_word_ms": _milliseconds(statistics.median(words), _late(words), max(words)),
        "refused": len(refusals),
        "refused_ms": _milliseconds(statistics.median(refusals), _late(refusals)) if refusals else [],
        "statuses": dict(tally.statuses),
        "cores": round((after["cpu_ms"] - before["cpu_ms"]) / 1000 / wall_s, 2) if after else None,
        "MB": after.get("MB"), "mapped_MB": after.get("mapped_MB"),
        "threads": after.get("threads"), "descriptors": after.get("descriptors"),
    }  # fmt: skip


def _milliseconds(*seconds: float) -> list[float]:
    return [round(1000 * each, 1) for each in seconds]


def _late(seconds: list[float]) -> float:
    """The 95th percentile."""
    return sorted(seconds)[min(len(seconds) - 1, int(0.95 * len(seconds)))]


async def rounds(
    given: argparse.Namespace, url: str, pid: int | None, questions: list[str]
) -> list[dict[str, object]]:
    """Take all rounds that the command line asks for."""
    load, results = Load(url, questions, door=given.door), []
    streams = await load.hold_streams(given.streams)
    await load.clients(2, seconds=3, think_s=0)  # what is slow the first time
    loads: list[tuple[str, float]] = (
        [("rate", given.rate)] if given.rate else [("clients", n) for n in given.clients]
    )
    for kind, amount in loads:
        load.tally = Tally()
        before = resources(pid) if pid else {}
        noted = asyncio.ensure_future(course(pid, given.seconds)) if pid and given.seconds >= LONG_S else None
        if kind == "rate":
            wall_s = await load.rate(amount, seconds=given.seconds)
        else:
            wall_s = await load.clients(int(amount), seconds=given.seconds, think_s=given.think)
        after = resources(pid) if pid else {}
        result = {kind: amount, "streams": given.streams, **measured(load.tally, wall_s, before, after)}
        results.append(result | ({"course": await noted} if noted else {}))
        print(json.dumps(results[-1]), file=sys.stderr, flush=True)
    for writer in streams:
        writer.close()
    return results


def main() -> int:
    """Take the rounds, and print them as a table or as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--url", help="a running server; without it one is started")
    parser.add_argument(
        "--program", type=Path, default=ROOT, metavar="DIR", help="the program that is started"
    )
    parser.add_argument("--index", metavar="DIR", help="the index that the started server answers from")
    parser.add_argument(
        "--questions", type=Path, required=True, metavar="FILE", help="JSON Lines, also gzipped"
    )
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=30, help="of each round")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32, 100])
    parser.add_argument(
        "--think", type=float, default=0, help="seconds between a reader's questions, on average"
    )
    parser.add_argument("--rate", type=float, default=0, help="questions a second, instead of clients")
    parser.add_argument("--streams", type=int, default=0, help="idle streams held open meanwhile")
    parser.add_argument("--door", choices=("ask", "search", "chat"), default="ask", help="what is asked")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    questions = [each.question for each in read_questions(given.questions)]
    with contextlib.ExitStack() as stack:
        url, pid = given.url, None
        if url is None:
            url, pid = stack.enter_context(started(given.program, given.index, given.workers))
        results = asyncio.run(rounds(given, url, pid, questions))
    if given.json:
        print(json.dumps(results, indent=2))
        return 0
    columns = [
        "questions_per_second",
        "first_word_ms",
        "refused",
        "refused_ms",
        "cores",
        "MB",
        "mapped_MB",
        "threads",
        "descriptors",
        "statuses",
    ]
    print("| load | " + " | ".join(columns) + " |\n|" + " --- |" * (len(columns) + 1))
    for result in results:
        kind = "rate" if "rate" in result else "clients"
        print(f"| {result[kind]} {kind} | " + " | ".join(str(result[column]) for column in columns) + " |")
    for result in results:
        if "course" in result:
            notes = result["course"]
            print(f"\nEach minute of {len(notes)}, from the second on:")
            for name in notes[0]:
                print(f"- {name}: " + ", ".join(str(note[name]) for note in notes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
