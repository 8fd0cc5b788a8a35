"""The alert rules of ``deploy/prometheus``: readable, each fired by its test, each with something to do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "prometheus"
RULES = sorted((FOLDER / "rules").glob("*.yaml"))
TESTS = sorted((FOLDER / "tests").glob("*.yaml"))


def alerts() -> list[dict[str, Any]]:
    """Every alert of every file; some have two rules under one name."""
    groups = [group for path in RULES for group in yaml.safe_load(path.read_text())["groups"]]
    return [rule for group in groups for rule in group["rules"] if "alert" in rule]


def tried(*, firing: bool) -> set[str]:
    """The alerts of which some test says that they fire, or that they do not."""
    cases = [case for path in TESTS for case in yaml.safe_load(path.read_text())["tests"]]
    return {
        one["alertname"]
        for case in cases
        for one in case.get("alert_rule_test", [])
        if bool(one["exp_alerts"]) is firing
    }


def tool(name: str) -> str:
    """Where promtool or prometheus is.

    A test that needs it and does not find it fails where REQUIRE_PROMTOOL is set, else is skipped.
    """
    found = shutil.which(name)
    if found is None:
        if os.environ.get("REQUIRE_PROMTOOL"):
            pytest.fail(f"{name} is not there: install Debian's package prometheus")
        pytest.skip(f"{name} is not there")
    return found


def promtool(*arguments: str) -> str:
    """What promtool says, when it finds nothing wrong."""
    done = subprocess.run(
        [tool("promtool"), *arguments], cwd=FOLDER, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_promtool_reads_the_rules_and_the_configuration() -> None:
    assert "SUCCESS" in promtool("check", "rules", *map(str, RULES))
    assert "rule files found" in promtool("check", "config", "prometheus.yaml")


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_promtool_fires_the_alerts(path: Path) -> None:
    assert "SUCCESS" in promtool("test", "rules", str(path))


def test_every_alert_is_fired_by_a_test_and_left_alone_by_another() -> None:
    names = {rule["alert"] for rule in alerts()}
    assert names - tried(firing=True) == set()
    assert names - tried(firing=False) == set()


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_an_alert_says_how_bad_it_is_what_it_means_and_where_to_read_on(rule: Any) -> None:
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["labels"]["service"] == "language-quiz"
    said = rule["annotations"]
    assert said["summary"]
    assert said["description"] != said["summary"]
    assert said["runbook"] == f"docs/operations.md#alert-{rule['alert'].lower()}"
    assert anchor(said["runbook"]) in anchors(), "docs/operations.md lacks this alert's section"


def test_operations_explain_no_alert_that_is_gone() -> None:
    known = {anchor(rule["annotations"]["runbook"]) for rule in alerts()}
    assert {one for one in anchors() if one.startswith("alert-")} <= known


def anchor(address: str) -> str:
    return address.partition("#")[2]


def anchors() -> set[str]:
    """The anchors of the headings in docs/operations.md, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}
