"""What the three dashboards share: variables, links to each other, marks where an alert fired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import dashboard as models

from deploy.grafana.panels import SOURCE, TAG
from deploy.grafana.queries import NAMESPACE

#: Chooses the alerts of this service.
ALERTS = 'ALERTS{alertstate="firing", service="language-quiz"}'


@dataclass(frozen=True, slots=True)
class Row:
    """A headline with the panels below it."""

    title: str
    panels: Sequence[Builder[models.Panel]]


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard: its file's name and address, title, what it is for, and its rows, most important first.

    ``chosen_by``: labels that its readers may narrow it by, each with the metric whose values are offered.
    """

    name: str
    title: str
    description: str
    rows: Sequence[Row]
    chosen_by: dict[str, str] = field(default_factory=dict)


def build(board: Board) -> models.Dashboard:
    """The dashboard as Grafana reads it."""
    made = (
        dashboard.Dashboard(board.title)
        .uid(f"{TAG}-{board.name}")
        .description(board.description)
        .tags([TAG])
        .timezone("browser")
        .refresh("1m")
        .time("now-6h", "now")
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
        .readonly()
        .link(
            dashboard.DashboardLink("")
            .type(models.DashboardLinkType.DASHBOARDS)
            .tags([TAG])
            .include_vars(True)
            .keep_time(True)
        )
        .annotation(
            dashboard.AnnotationQuery()
            .name("Alerts")
            .datasource(SOURCE)
            .enable(True)
            .icon_color("red")
            .expr(ALERTS)
        )
        .variables(_variables(board))
    )
    for row in board.rows:
        made.with_row(dashboard.Row(row.title))
        for panel in row.panels:
            made.with_panel(panel)
    built = made.build()
    for at, one in enumerate(built.panels or [], 1):
        one.id_val = at
    return built


def _variables(board: Board) -> list[Builder[models.VariableModel]]:
    source = (
        dashboard.DatasourceVariable("datasource")
        .label("Prometheus")
        .description("where the metrics are")
        .type("prometheus")
    )
    namespace = (
        dashboard.QueryVariable("namespace")
        .label("Installation")
        .description("service.namespace of the processes; several may share a Prometheus")
        .datasource(SOURCE)
        .query("label_values(quiz_cache_lookups_total, job)")
        .regex("/^(.+)\\/[^\\/]+$/")
        .refresh(models.VariableRefresh.ON_DASHBOARD_LOAD)
        .sort(models.VariableSort.ALPHABETICAL_ASC)
    )
    chosen = [
        dashboard.QueryVariable(label)
        .label(label.capitalize())
        .datasource(SOURCE)
        .query(f"label_values({metric}{{{NAMESPACE}}}, {label})")
        .multi(True)
        .include_all(True)
        .all_value(".*")
        .current(models.VariableOption(True, ["All"], ["$__all"]))
        .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(models.VariableSort.ALPHABETICAL_ASC)
        for label, metric in board.chosen_by.items()
    ]
    return [source, namespace, *chosen]
