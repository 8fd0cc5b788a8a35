"""The panels of the dashboards: what all of a kind have in common, so that a dashboard reads as a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, table, timeseries
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models import common as common_models
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

#: Every dashboard carries it, and links to the others that do.
TAG = "language-quiz"
SOURCE = models.DataSourceRef(type_val="prometheus", uid="${datasource}")

GREEN, YELLOW, RED, BLUE = "green", "yellow", "red", "blue"


@dataclass(frozen=True, slots=True)
class Query:
    """A query with what its line is called: ``legend`` may name labels, ``{{route}}``."""

    expr: str
    legend: str = ""


def steps(first: str, *more: tuple[float, str]) -> dashboard.ThresholdsConfig:
    """Colours by value: the first from the bottom on, each further one from its value on."""
    found = [models.Threshold(None, first), *(models.Threshold(at, colour) for at, colour in more)]
    return dashboard.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(found)


def number(
    title: str,
    description: str,
    queries: Query | Sequence[Query],
    *,
    unit: str,
    colours: dashboard.ThresholdsConfig,
    decimals: int | None = None,
    nothing: str = "no data",
    words: dict[str, tuple[str, str]] | None = None,
    width: int = 3,
) -> stat.Panel:
    """A large number, coloured by how well it is; ``words`` say a value in a word and a colour.

    ``nothing`` is shown where the query finds nothing.
    """
    panel = (
        stat.Panel()
        .title(title)
        .description(description)
        .datasource(SOURCE)
        .targets(_targets(queries, instant=True))
        .unit(unit)
        .thresholds(colours)
        .no_value(nothing)
        .color_mode(common_models.BigValueColorMode.BACKGROUND)
        .graph_mode(common_models.BigValueGraphMode.NONE)
        .text_mode(common_models.BigValueTextMode.AUTO)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .height(4)
        .span(width)
    )
    if decimals is not None:
        panel.decimals(decimals)
    if words:
        panel.mappings([_in_words(words)])
    return panel


def _in_words(words: dict[str, tuple[str, str]]) -> models.ValueMap:
    results = {
        value: models.ValueMappingResult(text=text, color=colour)
        for value, (text, colour) in words.items()
    }
    return models.ValueMap(results)


def lines(
    title: str,
    description: str,
    queries: Query | Sequence[Query],
    *,
    unit: str,
    stacked: bool = False,
    bars: bool = False,
    limit: float | None = None,
    most: float | None = None,
    interval: str = "",
    width: int = 8,
) -> timeseries.Panel:
    """Lines over time, or bars; ``limit`` draws a dashed line where an alert fires or a budget ends.

    ``most``: the upper end of the scale. ``interval``: the shortest step, ``1h`` for bars of an hour.
    """
    panel = (
        timeseries.Panel()
        .title(title)
        .description(description)
        .datasource(SOURCE)
        .targets(_targets(queries))
        .unit(unit)
        .min(0)
        .line_width(1)
        .show_points(common_models.VisibilityMode.AUTO)
        .legend(_legend())
        .tooltip(_tooltip())
        .height(9)
        .span(width)
    )
    _draw(panel, stacked=stacked, bars=bars)
    if most is not None:
        panel.max(most)
    if interval:
        panel.interval(interval)
    if limit is not None:
        _draw_limit(panel, limit)
    return panel


def _draw(panel: timeseries.Panel, *, stacked: bool, bars: bool) -> None:
    panel.fill_opacity(60 if bars else 25 if stacked else 5)
    if bars:
        panel.draw_style(common_models.GraphDrawStyle.BARS)
    if stacked:
        panel.stacking(common.StackingConfig().mode(common_models.StackingMode.NORMAL).group("A"))


def _draw_limit(panel: timeseries.Panel, limit: float) -> None:
    dashed = common_models.GraphTresholdsStyleMode.DASHED
    panel.thresholds(steps("transparent", (limit, RED)))
    panel.thresholds_style(common.GraphThresholdsStyleConfig().mode(dashed))


def _legend() -> common.VizLegendOptions:
    return (
        common.VizLegendOptions()
        .display_mode(common_models.LegendDisplayMode.TABLE)
        .placement(common_models.LegendPlacement.BOTTOM)
        .show_legend(True)
        .calcs(["lastNotNull", "max"])
        .sort_by("Last *")
        .sort_desc(True)
    )


def _tooltip() -> common.VizTooltipOptions:
    return (
        common.VizTooltipOptions()
        .mode(common_models.TooltipDisplayMode.MULTI)
        .sort(common_models.SortOrder.DESCENDING)
    )


def matrix(
    title: str,
    description: str,
    query: str,
    *,
    rows: str,
    columns: str,
    colours: dashboard.ThresholdsConfig,
    width: int = 24,
    height: int = 11,
) -> table.Panel:
    """A heat map of the values now: a row for each value of one label, a column for each of another."""
    matrix_of = {
        "columnField": columns,
        "rowField": rows,
        "valueField": "Value",
        "emptyValue": "empty",
    }
    return (
        _table(title, description, [Query(query)], width, height)
        .thresholds(colours)
        .with_transformation(models.DataTransformerConfig("groupingToMatrix", options=matrix_of))
        .override_by_field_type(
            "number",
            [
                models.DynamicConfigValue(
                    "custom.cellOptions", {"type": "color-background", "mode": "basic"}
                ),
                models.DynamicConfigValue("custom.align", "center"),
            ],
        )
    )


def listing(
    title: str,
    description: str,
    columns: Sequence[tuple[str, str, str]],
    *,
    labels: Sequence[str],
    sort_by: str,
    colours: dict[str, dashboard.ThresholdsConfig] | None = None,
    width: int = 24,
    height: int = 11,
) -> table.Panel:
    """A table of the values now: a row for each combination of labels.

    ``columns``: a title, a unit and a query each. The rows are those of the first column, lowest value of
    ``sort_by`` on top.
    """
    queries = [Query(query) for _, _, query in columns]
    panel = (
        _table(title, description, queries, width, height)
        .with_transformation(models.DataTransformerConfig("merge", options={}))
        .with_transformation(_organised(labels, [title for title, _, _ in columns]))
        .sort_by([common.TableSortByFieldState().display_name(sort_by).desc(False)])
    )
    for column, unit, _ in columns:
        settings = [models.DynamicConfigValue("unit", unit)]
        if colours and column in colours:
            coloured = {"type": "color-background", "mode": "basic"}
            settings.append(models.DynamicConfigValue("thresholds", colours[column].build()))
            settings.append(models.DynamicConfigValue("custom.cellOptions", coloured))
        panel.override_by_name(column, settings)
    return panel


def _organised(labels: Sequence[str], titles: Sequence[str]) -> models.DataTransformerConfig:
    """The labels first, then the values under their titles."""
    named = {f"Value #{_letter(at)}": title for at, title in enumerate(titles)}
    order = [*labels, *named]
    return models.DataTransformerConfig(
        "organize",
        options={
            "excludeByName": {"Time": True},
            "indexByName": {name: at for at, name in enumerate(order)},
            "renameByName": named,
        },
    )


def _table(
    title: str, description: str, queries: Sequence[Query], width: int, height: int
) -> table.Panel:
    return (
        table.Panel()
        .title(title)
        .description(description)
        .datasource(SOURCE)
        .targets(_targets(queries, instant=True, table=True))
        .no_value("nothing")
        .height(height)
        .span(width)
    )


def _targets(
    queries: Query | Sequence[Query], *, instant: bool = False, table: bool = False
) -> list[Builder[Dataquery]]:
    several = [queries] if isinstance(queries, Query) else queries
    found: list[Builder[Dataquery]] = []
    for at, query in enumerate(several):
        target = prometheus.Dataquery().expr(query.expr).ref_id(_letter(at))
        target = target.instant() if instant else target.range()
        if table:
            target.format(PromQueryFormat.TABLE)
        if query.legend:
            target.legend_format(query.legend)
        found.append(target)
    return found


def _letter(at: int) -> str:
    return chr(ord("A") + at)
