"""The plan of docs/scaling.md: its tables are what the model computes, and the model agrees with itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks import scale_model
from tests.benchmarks.measure import Options

PAGE = Path(__file__).resolve().parent.parent / "docs" / "scaling.md"


def test_the_page_has_the_tables_of_the_model(capsys: pytest.CaptureFixture[str]) -> None:
    scale_model.run(Options(server=None))  # type: ignore[arg-type]  # it needs none
    printed = [line for line in capsys.readouterr().out.splitlines() if line.startswith("|")]
    assert len(printed) > 30
    page = PAGE.read_text(encoding="utf-8").splitlines()
    assert [line for line in printed if line not in page] == []


@pytest.mark.parametrize("load", scale_model.LOADS, ids=lambda load: load.name)
def test_what_fits_keeps_up_and_twice_as_much_does_not(load: scale_model.Load) -> None:
    costs = scale_model.Costs()
    plan = scale_model.fitting(load, costs)
    full = scale_model.fullness(load, plan, costs)
    assert max(full.values()) <= scale_model.FULL + 1e-9
    # a load that its fullest resource cannot carry leaves a queue that only grows: an hour of it
    name, times = scale_model.first_full(load, plan, costs)
    heavier = scale_model.Load("heavier", load.draws * times * 2, load.problems * times * 2)
    assert scale_model.simulate(heavier, plan, costs)[name] > scale_model.HOUR / 2
    calm = scale_model.simulate(load, plan, costs)
    assert max(calm[one] for one in scale_model.OF_DRAWS) < 10
    assert calm == scale_model.simulate(load, plan, costs)
