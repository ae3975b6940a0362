"""Encoding spread over a Dask cluster: a scheduler and two workers on this machine, one of them killed."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import time

import numpy as np
import pytest

from index.building import build
from index.building.partitions import encode_partition, encoded_by, made_by, partitions_of
from index.building.spreading import Spread
from index.encoder import HashingEncoder
from index.encoder.calibration import Calibration
from index.errors import EncoderError, SettingsError
from index.search.searcher import open_searcher
from tests.conftest import ROOT
from tests.milvus_server import free_port
from tests.small_corpus import CountingEncoder, articles

READY_WITHIN_S = 120


class SlowEncoder(HashingEncoder):
    """A hashing encoder that takes its time, so that a worker can be killed while it encodes."""

    def encode_passages(self, texts, *, progress=None):
        time.sleep(0.3)
        return super().encode_passages(texts, progress=progress)


@pytest.fixture(scope="module")
def cluster():
    """The address of a scheduler, and its two workers."""
    address = f"127.0.0.1:{free_port()}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__COMM__RETRY__COUNT": "1"}

    def begun(module, *arguments):
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    host, port = address.split(":")
    scheduler = begun(
        "distributed.cli.dask_scheduler", "--host", host, "--port", port, "--no-dashboard", "--no-jupyter"
    )
    workers = [
        begun(
            "distributed.cli.dask_worker",
            f"tcp://{address}",
            *("--host", host, "--nthreads", "1", "--no-dashboard", "--no-nanny", "--death-timeout", "100"),
        )
        for _number in range(2)
    ]
    try:
        from distributed import Client

        deadline = time.monotonic() + READY_WITHIN_S
        while True:
            with contextlib.suppress(OSError), Client(f"tcp://{address}", timeout=10) as client:
                client.wait_for_workers(2, timeout=READY_WITHIN_S)
                break
            assert time.monotonic() < deadline, "no cluster came up"
        yield f"dask://{address}", workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait(timeout=20)


def test_partitions_hold_every_row_once_and_the_longest_first():
    texts = ["a" * (number * 7 % 31) for number in range(100)]
    parts = list(partitions_of(texts, 16))
    assert sorted(row for part in parts for row in part) == list(range(100))
    assert len(texts[parts[0][0]]) == 30 and all(len(part) <= 16 for part in parts)


def test_partition_is_encoded_alike_wherever_it_is():
    encoder = HashingEncoder(dimension=16)
    calibration = Calibration.of(encoder)
    once = encoded_by(encoder, calibration, ["river", "نهر school"])
    again = encoded_by(encoder, calibration, ["river", "نهر school"])
    assert np.array_equal(once.vectors, again.vectors)
    with pytest.raises(EncoderError):
        encode_partition(("./no-such-folder", 16, ""), calibration.content(), ["river"])


def test_worker_that_is_killed_half_way_loses_nothing(cluster):
    address, workers = cluster
    encoder = SlowEncoder(dimension=16)
    calibration = Calibration.of(encoder)
    texts = [f"text {number} river" for number in range(3_000)]
    with Spread(address, made_by(encoder), calibration.content(), function=_encoded_slowly) as spread:
        found = {}
        for number, (rows, encoded) in enumerate(spread.encode(texts)):
            if number == 2:
                workers[0].kill()
            found.update(zip(rows, encoded.vectors, strict=True))
    whole = encoded_by(encoder, calibration, texts)
    assert np.array_equal(np.stack([found[row] for row in range(len(texts))]), whole.vectors)


def _encoded_slowly(made, calibration, texts):
    return encoded_by(SlowEncoder(dimension=made[1]), Calibration.load(io.BytesIO(calibration)), texts)


def test_index_encoded_by_a_cluster_is_the_one_encoded_here(cluster, encoder, tmp_path):
    address, _workers = cluster
    few = articles(4)
    build(few, tmp_path / "here", encoder=encoder, progress=False)
    build(few, tmp_path / "spread", encoder=encoder, encode_with=address, progress=False)
    with (
        open_searcher(tmp_path / "here", encoder=encoder) as here,
        open_searcher(tmp_path / "spread", encoder=encoder) as there,
    ):
        ours, theirs = here.search("river نهر"), there.search("river نهر")
        assert [hit.passage for hit in ours] == [hit.passage for hit in theirs]
        assert [hit.score for hit in ours] == pytest.approx([hit.score for hit in theirs], abs=2e-3)


@pytest.mark.parametrize("address", ["dask://", "tcp://127.0.0.1:1", "dask"])
def test_address_of_no_cluster_is_told_in_one_line(address, tmp_path):
    with pytest.raises(SettingsError, match="dask://scheduler:8786"):
        build(articles(1), tmp_path, encoder=CountingEncoder(), encode_with=address, progress=False)
