"""A short run of the readers' fuzzing; `make fuzz` is the long one."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from tests.faults.fuzz_readers import check, inputs
from tests.faults.fuzz_samples import SAMPLES

pytest.importorskip("trafilatura", reason="pip install -r requirements-formats.txt")


@pytest.mark.parametrize("suffix", SAMPLES)
def test_samples_are_read_without_a_fault(suffix):
    for sample in SAMPLES[suffix]:
        check(suffix, sample)


@pytest.mark.parametrize("suffix", SAMPLES)
def test_reader_gives_drafts_or_refuses(suffix):
    @settings(
        max_examples=60 if suffix in (".html", ".pdf", ".epub") else 200,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(inputs(suffix))
    def run(content: bytes) -> None:
        check(suffix, content)

    run()
