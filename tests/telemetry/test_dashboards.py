"""The dashboards and rules ask for what the service really sends."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.grafana import dashboards
from quizservice.catalogue import CATALOGUE, Kind, prometheus_name
from tests.flows.stack import answers, free_port, wait_for
from tests.telemetry.conftest import Observed
from tests.telemetry.exposition import history, known
from tests.telemetry.promql import Series, check, labels_of, metrics_of
from tests.telemetry.test_alerts import RULES, promtool, tool

#: What Grafana puts in place of variables, in this order.
VARIABLES = {
    "$__rate_interval": "5m",
    "$namespace": "language-quiz",
    "$focus": ".*",
    "$level": ".*",
}


@dataclass(frozen=True)
class Asked:
    """A query of a dashboard or rule, with where it stands."""

    where: str
    query: str
    legend: str = ""


def filled(query: str) -> str:
    """A query as Grafana sends it."""
    for name, value in VARIABLES.items():
        query = query.replace(name, value)
    assert "$" not in query, query
    return query


@cache
def boards() -> dict[str, dict[str, Any]]:
    """The committed dashboards by the name of their files."""
    return {path.name: json.loads(path.read_text()) for path in dashboards.FOLDER.glob("*.json")}


def panels() -> list[tuple[str, dict[str, Any]]]:
    """Every panel that shows something, with the dashboard's file."""
    return [
        (name, panel)
        for name, board in boards().items()
        for panel in board["panels"]
        if panel["type"] != "row"
    ]


def asked_by_panels() -> list[Asked]:
    return [
        Asked(f"{name}, {panel['title']}", filled(one["expr"]), one.get("legendFormat", ""))
        for name, panel in panels()
        for one in panel["targets"]
    ]


def asked_by_variables() -> list[Asked]:
    """Of ``label_values(metric, label)`` the label is checked as a legend is."""
    found = []
    for name, board in boards().items():
        for one in board["templating"]["list"]:
            if one["type"] == "query":
                inside = one["query"].removeprefix("label_values(").removesuffix(")")
                query, _, label = inside.rpartition(", ")
                legend = f"{{{{{label}}}}}"
                found.append(Asked(f"{name}, variable {one['name']}", filled(query), legend))
    return found


def rules() -> list[dict[str, Any]]:
    groups = [group for path in RULES for group in yaml.safe_load(path.read_text())["groups"]]
    return [rule for group in groups for rule in group["rules"]]


def with_rules(there: dict[str, Series]) -> dict[str, Series]:
    """What there is besides: what the rules record, and the alerts themselves."""
    everything = dict(there)
    alert_labels: dict[str, set[str]] = {"alertname": set(), "alertstate": {"pending", "firing"}}
    for rule in rules():
        labels = labels_of(rule["expr"], everything) or frozenset()
        if "record" in rule:
            everything[rule["record"]] = Series("gauge", _values(rule["expr"], everything, labels))
        else:
            for name, value in {"alertname": rule["alert"], **rule["labels"]}.items():
                alert_labels.setdefault(name, set()).add(value)
    found = {name: frozenset(values) for name, values in alert_labels.items()}
    return {**everything, "ALERTS": Series("gauge", found)}


def _values(
    query: str, there: dict[str, Series], labels: frozenset[str]
) -> dict[str, frozenset[str]]:
    """The values that a query's labels can have: those of the metrics that it asks for."""
    sources = [there[name] for name in metrics_of(query) if name in there]
    return {
        label: frozenset().union(*(one.labels.get(label, frozenset()) for one in sources))
        for label in labels
    }


# --- the checker itself ---------------------------------------------------------------------------

_LABELS = {"focus": frozenset({"negation", "auxiliary"}), "language": frozenset({"eng"})}
THERE = {
    "quiz_draws_total": Series("counter", _LABELS),
    "quiz_pool_fresh": Series("gauge", {"focus": frozenset({"negation"})}),
    "seconds_bucket": Series("counter", {"le": frozenset({"1.0"}), "focus": frozenset({"x"})}),
}


@pytest.mark.parametrize(
    ("query", "legend"),
    [
        ("sum by (focus) (rate(quiz_draws_total[5m]))", "{{focus}}"),
        ('quiz_draws_total{focus=~"nega.+"}', "{{ language }}"),
        ('quiz_draws_total{focus!="auxiliary"} and on (focus) quiz_pool_fresh < 3', "{{language}}"),
        (
            "histogram_quantile(0.9, sum by (le, focus) (rate(seconds_bucket[5m]))) > 0",
            "{{focus}}",
        ),
        ("sum(rate(quiz_draws_total[5m])) or vector(0)", ""),
        ("-3600 * deriv((max by (focus) (quiz_pool_fresh))[6h:5m])", "{{focus}}"),
        ("sum without (language) (quiz_draws_total) / quiz_pool_fresh", "{{focus}}"),
    ],
)
def test_the_checker_lets_a_right_query_pass(query: str, legend: str) -> None:
    assert check(query, THERE, legend) == []


@pytest.mark.parametrize(
    ("query", "legend", "said"),
    [
        ("sum(rate(quiz_drawn_total[5m]))", "", "there is no metric quiz_drawn_total"),
        ('quiz_draws_total{tense="present"}', "", "quiz_draws_total has no label tense"),
        ('quiz_draws_total{focus="negatoin"}', "", "negatoin is none of"),
        ('quiz_draws_total{focus=~"negation|negatoin"}', "", "negatoin is none of"),
        ('quiz_draws_total{focus=~"nogo.+"}', "", "fits none of"),
        ("sum by (tense) (quiz_draws_total)", "", "there is no label tense any more"),
        ("sum by (focus) (sum by (language) (quiz_draws_total))", "", "no label focus any more"),
        ("sum by (focus) (quiz_draws_total)", "{{language}}", "the legend names language"),
        ("quiz_draws_total / quiz_pool_fresh", "", "never meet"),
        ("quiz_draws_total and on (level) quiz_pool_fresh", "", "no label level any more"),
        ("rate(quiz_pool_fresh[5m])", "", "rate of quiz_pool_fresh, which is a gauge"),
        ("deriv(quiz_draws_total[5m])", "", "deriv of quiz_draws_total, which is a counter"),
        ("histogram_quantile(0.9, sum(rate(seconds_bucket[5m])))", "", "no label le any more"),
        ("sum(rate(quiz_draws_total[5m])", "", "cannot be read"),
    ],
)
def test_the_checker_finds_a_wrong_query(query: str, legend: str, said: str) -> None:
    assert said in "; ".join(check(query, THERE, legend))


# --- the files ------------------------------------------------------------------------------------


def test_the_dashboards_are_what_the_script_writes() -> None:
    committed = {path.name: path.read_text() for path in dashboards.FOLDER.iterdir()}
    assert committed == dashboards.written(), "run: python -m deploy.grafana.dashboards"


@pytest.mark.parametrize(
    ("name", "panel"), panels(), ids=lambda one: one if isinstance(one, str) else one["title"]
)
def test_a_panel_says_what_it_shows_and_in_what_unit(name: str, panel: dict[str, Any]) -> None:
    assert panel["title"]
    assert panel["description"].endswith((".", "?"))
    settings = panel["fieldConfig"]
    assert settings["defaults"].get("unit") or panel["type"] == "table"
    for one in panel["targets"]:
        grouped = labels_of(filled(one["expr"]), _anything()) or panel["type"] == "table"
        named = one.get("legendFormat") or panel["type"] in ("stat", "table") or not grouped
        assert named, f"the lines of {one['expr']} have no readable name"


@cache
def _anything() -> dict[str, Series]:
    """Each metric that is asked for, with any labels: where only the shape of a query matters."""
    names = {name for one in asked_by_panels() for name in metrics_of(one.query)}
    return {name: Series("", dict.fromkeys(_ALL_LABELS, frozenset())) for name in names}


_ALL_LABELS = ("job", "instance", "le", *{a for one in CATALOGUE.values() for a in one.attributes})


def test_the_dashboards_lead_to_each_other_and_share_their_choices() -> None:
    found = boards()
    assert len(found) == 3
    for board in found.values():
        (link,) = board["links"]
        assert set(link["tags"]) <= set(board["tags"])
        assert (link["includeVars"], link["keepTime"]) == (True, True)
        names = [one["name"] for one in board["templating"]["list"]]
        assert names[:2] == ["datasource", "namespace"]


def test_grafana_is_told_where_the_dashboards_are() -> None:
    folder = dashboards.FOLDER.parent / "provisioning"
    (provider,) = yaml.safe_load((folder / "dashboards/dashboards.yaml").read_text())["providers"]
    composed = yaml.safe_load((folder.parents[2] / "compose.yaml").read_text())
    mounted = composed["services"]["grafana"]["volumes"]
    assert f"./deploy/grafana/dashboards:{provider['options']['path']}:ro" in mounted
    assert "./deploy/grafana/provisioning:/etc/grafana/provisioning:ro" in mounted
    sources = yaml.safe_load((folder / "datasources/datasources.yaml").read_text())["datasources"]
    hosts = {urllib.parse.urlsplit(one["url"]).hostname for one in sources}
    assert hosts <= set(composed["services"])


def test_every_metric_of_ours_is_shown() -> None:
    shown = {name for one in asked_by_panels() for name in metrics_of(one.query)}
    for one in CATALOGUE.values():
        name = prometheus_name(one)
        wanted = {f"{name}_sum", f"{name}_bucket"} if one.kind is Kind.HISTOGRAM else {name}
        assert wanted & shown, f"no panel shows {one.name}"


# --- against what the service sends ---------------------------------------------------------------


@pytest.mark.flow
@pytest.mark.django_db
def test_every_query_fits_what_the_service_sends(observed: Observed) -> None:
    there = with_rules(known(observed.metrics))
    asked = [*asked_by_panels(), *asked_by_variables()]
    asked += [Asked(f"rule {one.get('alert') or one['record']}", one["expr"]) for one in rules()]
    wrong = {one.where: check(one.query, there, one.legend) for one in asked}
    assert {where: said for where, said in wrong.items() if said} == {}


@pytest.mark.flow
@pytest.mark.django_db
def test_prometheus_answers_every_panel(observed: Observed, tmp_path: Path) -> None:
    """A real Prometheus with a history that ends in what was observed: no query fails or finds nothing."""
    until = int(time.time()) // 120 * 120 - 600
    text = tmp_path / "history.txt"
    with text.open("w") as file:
        for line in history(observed.metrics, until=until, hours=2, every=120):
            file.write(f"{line}\n")
    promtool("tsdb", "create-blocks-from", "openmetrics", str(text), str(tmp_path / "data"))
    with _prometheus(tmp_path) as url:
        empty = [one.where for one in asked_by_panels() if not _found(url, one.query, until)]
    assert empty == []


@contextmanager
def _prometheus(folder: Path) -> Iterator[str]:
    """A Prometheus that scrapes nothing, on the blocks in ``folder/data``."""
    (folder / "prometheus.yaml").write_text("global: {}\n")
    port = free_port()
    process = subprocess.Popen(
        [
            *(tool("prometheus"), f"--config.file={folder}/prometheus.yaml"),
            *(f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{port}"),
        ],
        stdout=(folder / "log").open("w"),
        stderr=subprocess.STDOUT,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for("Prometheus", lambda: answers(f"{url}/-/ready"), timeout=30)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


def _found(url: str, query: str, at: int) -> list[Any]:
    """What Prometheus finds at a moment; raises where it says that the query is wrong."""
    body = urllib.parse.urlencode({"query": query, "time": at}).encode()
    with urllib.request.urlopen(f"{url}/api/v1/query", body, timeout=20) as answer:
        found: list[Any] = json.load(answer)["data"]["result"]
    return found
