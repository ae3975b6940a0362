"""Simulates questions to readers over a cluster of query nodes: python -m benchmarks.simulate_scale

Questions come at random (Poisson). Each is encoded by a processor of its reader, searched by all query
nodes of one replica, a dense and a sparse task for each million passages of a node, waits for two round
trips and for its bytes on the reader's link, and is ranked and answered by the reader. What is busy is
waited for, first come first served. Prints, as a Markdown table, questions a second against the 95th
percentile of the time to an answer, and which resource is busy first. Comments below say which times are
measured and which assumed.
"""

from __future__ import annotations

import heapq
import itertools
import math
import sys
from dataclasses import dataclass

import numpy as np

Z99 = 2.326  # of the normal distribution


@dataclass(frozen=True)
class Time:
    """A service time in seconds, log-normal: its median, and the spread that a higher percentile tells."""

    median: float
    spread: float = 0.0

    @classmethod
    def of(cls, median_ms: float, higher_ms: float, z: float) -> Time:
        return cls(median_ms / 1e3, math.log(higher_ms / median_ms) / z)

    @property
    def mean(self) -> float:
        return self.median * math.exp(self.spread**2 / 2)

    def draw(self, random: np.random.Generator, shape: tuple[int, ...] = ()) -> np.ndarray:
        return self.median * np.exp(self.spread * random.standard_normal(shape))


# Measured on two processors, docs/benchmarks.md. "Encoding": a question; how it spreads is that of a
# question to its hits among 1,755 passages. "Speed, memory and growth" at a million passages: a folder's
# FAISS graph and BM25, medians and 99th percentiles. "The chat page": an answer over HTTP among 97,406
# passages, 73 ms, at worst of 40 it was 101, less the 11.6 from the question to its hits. docs/scale.md:
# bytes.
ENCODE = Time.of(11.9, 11.9 * 14.66 / 9.80, Z99)
DENSE_PER_MILLION = Time.of(4.90, 6.39, Z99)
SPARSE_PER_MILLION = Time.of(8.00, 24.68, Z99)
ANSWER = Time.of(61.4, 61.4 * 101 / 73, 1.96)
BYTES = 1.5e6  # of candidates and words, a question
# Assumed: that a query node searches as a folder does, a million passages as one task on one processor;
# how many processors it has; that a round trip costs half a millisecond, and the words' rows two more at
# the node; that an answer keeps one processor busy for as long as it takes.
NODE_PROCESSORS = 16
READER_PROCESSORS = 2  # as measured
ROUND_TRIPS = Time(0.0005 * 2 + 0.002)
LOADS = (0.5, 0.8, 0.95)  # of what the busiest resource can do


@dataclass(frozen=True)
class Cluster:
    """Passages in millions, reader machines, query nodes of a replica, replicas, the link of a reader."""

    millions: float
    readers: int
    nodes: int
    replicas: int = 1
    gigabits: float = 10.0

    @property
    def tasks(self) -> int:
        """Dense tasks, and as many sparse ones, of a question at one node."""
        return math.ceil(self.millions / self.nodes)

    def seconds(self) -> dict[str, float]:
        """Mean seconds that a question keeps each resource busy, divided by how many of it there are."""
        of_node = self.millions / self.nodes * (DENSE_PER_MILLION.mean + SPARSE_PER_MILLION.mean)
        return {
            "readers": (ENCODE.mean + ANSWER.mean) / (self.readers * READER_PROCESSORS),
            "query nodes": of_node / (self.replicas * NODE_PROCESSORS),
            "links": BYTES * 8 / (self.gigabits * 1e9) / self.readers,
        }

    def busiest(self) -> tuple[str, float]:
        """Name what is busy first, and the questions a second at which it is."""
        name, seconds = max(self.seconds().items(), key=lambda each: each[1])
        return name, 1 / seconds


def serve(free: np.ndarray, now: float, took: float) -> float:
    """Give work to what is free first, `free` being the seconds at which each is; tell when it is done."""
    first = int(np.argmin(free))
    free[first] = max(now, free[first]) + took
    return float(free[first])


def search(free: np.ndarray, now: float, tasks: np.ndarray) -> float:
    """Give each of `tasks` (nodes, tasks; seconds) to its node's first free processor (nodes, processors)."""
    rows, done = np.arange(len(free)), now
    for took in tasks.T:
        first = free.argmin(axis=1)
        ends = np.maximum(now, free[rows, first]) + took
        free[rows, first] = ends
        done = max(done, float(ends.max()))
    return done


def simulate(cluster: Cluster, rate: float, questions: int, *, seed: int = 7) -> np.ndarray:
    """Ask `questions` at `rate` a second; give the seconds to each answer, without the first tenth."""
    random = np.random.default_rng(seed)
    readers = np.zeros((cluster.readers, READER_PROCESSORS))
    links = np.zeros((cluster.readers, 1))
    nodes = np.zeros((cluster.replicas, cluster.nodes, NODE_PROCESSORS))
    came = np.cumsum(random.exponential(1 / rate, questions))
    ended = np.zeros(questions)
    order = itertools.count()
    events = [(float(at), next(order), "comes", number) for number, at in enumerate(came)]
    share = cluster.millions / cluster.nodes / cluster.tasks  # of a million, of each task
    shape = (cluster.nodes, cluster.tasks)
    while events:
        now, _, what, number = heapq.heappop(events)
        reader = number % cluster.readers
        if what == "comes":
            at, then = serve(readers[reader], now, float(ENCODE.draw(random))), "encoded"
        elif what == "encoded":
            both = [DENSE_PER_MILLION.draw(random, shape), SPARSE_PER_MILLION.draw(random, shape)]
            at = search(nodes[number % cluster.replicas], now, share * np.concatenate(both, axis=1))
            at, then = at + ROUND_TRIPS.median, "found"
        elif what == "found":
            at, then = serve(links[reader], now, BYTES * 8 / (cluster.gigabits * 1e9)), "sent"
        elif what == "sent":
            at, then = serve(readers[reader], now, float(ANSWER.draw(random))), "answered"
        else:
            ended[number] = now
            continue
        heapq.heappush(events, (at, next(order), then, number))
    return (ended - came)[questions // 10 :]


CLUSTERS = [  # nodes as docs/scale.md works them out: everything in memory, then mapped from disk
    *(Cluster(10, readers, 1) for readers in (1, 4, 16)),
    Cluster(10, 16, 1, replicas=4),
    Cluster(10, 16, 1, replicas=4, gigabits=0.25),
    *(Cluster(100, readers, 9) for readers in (1, 4, 16)),
    Cluster(100, 16, 9, replicas=4),
    Cluster(100, 4, 1),
    *(Cluster(1000, readers, 86) for readers in (1, 4, 16)),
    Cluster(1000, 16, 86, replicas=4),
    Cluster(1000, 4, 9),
]


def main(questions: int) -> None:
    """Print the table."""
    loads = " | ".join(f"{load:.0%}: questions/s, p95 ms" for load in LOADS)
    print(f"| million passages | readers | query nodes | Gb/s | {loads} | busy first, at questions/s |")
    print("| ---: | ---: | ---: | ---: | " + "---: | " * len(LOADS) + "--- |")
    for cluster in CLUSTERS:
        name, most = cluster.busiest()
        cells = []
        for load in LOADS:
            times = simulate(cluster, load * most, questions)
            cells.append(f"{load * most:.3g}, {1e3 * float(np.percentile(times, 95)):.0f}")
        nodes = f"{cluster.replicas} × {cluster.nodes}"
        print(
            f"| {cluster.millions:g} | {cluster.readers} | {nodes} | {cluster.gigabits:g} | "
            + " | ".join(cells) + f" | {name}, {most:.3g} |", flush=True,
        )  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3000)
