"""The files for operators against the program: settings, measurements, names."""

import json
import re
from pathlib import Path

import pytest
import yaml

from assistant.settings import Settings
from assistant.web.observing.metrics import Metrics
from tests.api_site import articles
from tests.fake_assistant import FakeAssistant

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"


@pytest.fixture(scope="module")
def measured():
    """The names of all measurements, as Prometheus stores them."""
    text = Metrics().text(FakeAssistant(articles())).decode()
    names = set()
    for name, kind in re.findall(r"# TYPE (\w+) (\w+)", text):
        names |= {f"{name}_bucket", f"{name}_sum", f"{name}_count"} if kind == "histogram" else {name}
    return names


def test_dashboard_and_alerts_ask_for_measurements_that_there_are(measured):
    dashboard = json.loads((DEPLOY / "grafana" / "mustanad.json").read_text(encoding="utf-8"))
    rules = yaml.safe_load((DEPLOY / "alerts.yml").read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    asked += [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    for expression in asked:
        names = set(re.findall(r"mustanad_\w+", expression))
        assert names and names <= measured, expression


def test_dashboard_has_panels_that_do_not_lie_on_each_other():
    panels = json.loads((DEPLOY / "grafana" / "mustanad.json").read_text(encoding="utf-8"))["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(set(taken)) == len(taken) and max(x for x, _y in taken) < 24


@pytest.mark.parametrize("name", ["environment.example", "Dockerfile", "compose.yaml", "mustanad.service"])
def test_settings_of_the_examples_are_known(name):
    known = {setting for setting, _default, _about in Settings.describe()} | {"MUSTANAD_UPSTREAM"}
    assert set(re.findall(r"MUSTANAD_[A-Z_]+", (DEPLOY / name).read_text(encoding="utf-8"))) <= known


def test_example_of_an_environment_is_one():
    lines = (DEPLOY / "environment.example").read_text(encoding="utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert Settings.from_environment(given).workers == 2


def test_container_is_not_root_and_compose_gives_it_nothing_to_write_but_its_data():
    dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert "USER mustanad" in dockerfile and "HEALTHCHECK" in dockerfile
    service = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]["mustanad"]
    assert service["read_only"] and service["cap_drop"] == ["ALL"]
    writable = [volume for volume in service["volumes"] if not volume.endswith(":ro")]
    assert writable == ["data:/data"]
