"""The dashboard of who asks: do they get problems, and quickly?"""

from __future__ import annotations

from deploy.grafana.boards import ALERTS, Board, Row
from deploy.grafana.panels import BLUE, GREEN, RED, YELLOW, Query, lines, number, steps
from deploy.grafana.queries import DRAW_ROUTES, gauge, quantile, rate, share

SECONDS = "http_server_request_duration_seconds"
REQUESTS = f"{SECONDS}_count"
FAILED = 'http_response_status_code=~"5.."'
FOCUS = 'focus=~"$focus"'
_UP = {"0": ("down", RED), "1": ("up", GREEN)}
_LEADS = {"0": ("none", RED), "1": ("yes", GREEN)}

_WELL = Row(
    "Is it well?",
    [
        number(
            "Alerts",
            "How many alerts fire. Red: look which under Alerting, and do what docs/operations.md "
            "says.",
            Query(f"count({ALERTS}) or vector(0)"),
            unit="none",
            colours=steps(GREEN, (1, RED)),
        ),
        number(
            "Requests failed",
            "Share of the last 5 minutes' requests that were answered with a 5xx status. "
            "Red: see errors by route below, then /ready and the log of the web processes.",
            Query(share(REQUESTS, FAILED, window="5m", idle="0")),
            unit="percentunit",
            decimals=2,
            colours=steps(GREEN, (0.005, YELLOW), (0.02, RED)),
        ),
        number(
            "Draw p99",
            "99 of 100 draws of the last 5 minutes took no longer. A few milliseconds are usual. "
            "High: are all routes slow (machine, PostgreSQL) or only draws (filters, locks)?",
            Query(quantile(0.99, SECONDS, DRAW_ROUTES, window="5m")),
            unit="s",
            colours=steps(GREEN, (0.1, YELLOW), (0.25, RED)),
            nothing="no draws",
        ),
        number(
            "Draws a second",
            "Requests for a problem a second, over 5 minutes. None at a busy hour: do clients "
            "reach us?",
            Query(rate(REQUESTS, DRAW_ROUTES, window="5m")),
            unit="reqps",
            colours=steps(BLUE),
        ),
        number(
            "Empty draws",
            "Draws of the last hour that found no problem. Many: see by focus below, and order "
            "problems.",
            Query(f"{rate('quiz_draws_empty_total', window='1h')} * 3600"),
            unit="none",
            decimals=0,
            colours=steps(GREEN, (10, YELLOW), (100, RED)),
        ),
        number(
            "Processes",
            "Processes that have reported to the database within half a minute. "
            "0 of a kind: start it; its log says why it ended.",
            Query(gauge("quiz_processes", by="kind"), "{{kind}}"),
            unit="none",
            colours=steps(RED, (1, GREEN)),
        ),
        number(
            "Kafka",
            "Whether the dispatcher reaches the broker. Down: orders wait, draws go on; nothing is "
            "lost.",
            Query(gauge("quiz_broker_up_ratio")),
            unit="none",
            colours=steps(RED, (1, GREEN)),
            words=_UP,
        ),
        number(
            "A dispatcher leads",
            "Whether a dispatcher holds the lock. None: orders wait; is the process running?",
            Query(gauge("quiz_dispatcher_leading_ratio")),
            unit="none",
            colours=steps(RED, (1, GREEN)),
            words=_LEADS,
            nothing="none",
        ),
    ],
)

_REQUESTS = Row(
    "Requests",
    [
        lines(
            "Requests by route",
            "Requests a second. Probes are not counted. A route that is new here: somebody tries "
            "addresses.",
            Query(rate(REQUESTS, by="http_route"), "{{http_route}}"),
            unit="reqps",
            stacked=True,
        ),
        lines(
            "Errors by route and status",
            "Answers a second with 4xx or 5xx. 5xx are ours: the log has them with their trace. "
            "401 and 403: see keys refused; 404 of a draw: no problem fits; 422: a client asks "
            "wrongly.",
            Query(
                rate(
                    REQUESTS,
                    'http_response_status_code=~"[45].."',
                    by="http_route, http_response_status_code",
                ),
                "{{http_response_status_code}} {{http_route}}",
            ),
            unit="reqps",
        ),
        lines(
            "Share of failed requests",
            "Share of requests that were answered with a 5xx status. The dashed line is where the "
            "alert fires.",
            Query(share(REQUESTS, FAILED, idle="0"), "5xx"),
            unit="percentunit",
            limit=0.02,
        ),
        lines(
            "Seconds of a draw",
            "Quantiles of draws. The p99 alone rises: locks or a checkpoint; all rise: too much "
            "load, or filters that combine tag, verb and error type. The dashed line is where the "
            "alert fires.",
            [
                Query(quantile(0.5, SECONDS, DRAW_ROUTES), "p50"),
                Query(quantile(0.95, SECONDS, DRAW_ROUTES), "p95"),
                Query(quantile(0.99, SECONDS, DRAW_ROUTES), "p99"),
            ],
            unit="s",
            limit=0.25,
        ),
        lines(
            "p95 by route",
            "95 of 100 requests took no longer. One route slow: its statement (traces show it); "
            "all: the machine.",
            Query(quantile(0.95, SECONDS, by="http_route"), "{{http_route}}"),
            unit="s",
        ),
        lines(
            "p50 and p99 by route",
            "Half of the requests, and 99 of 100, took no longer.",
            [
                Query(quantile(0.5, SECONDS, by="http_route"), "p50 {{http_route}}"),
                Query(quantile(0.99, SECONDS, by="http_route"), "p99 {{http_route}}"),
            ],
            unit="s",
        ),
    ],
)

_DRAWS = Row(
    "Draws and keys",
    [
        lines(
            "Problems given out by focus",
            "Problems a second, by what they are. One focus much more than usual: will its stock "
            "last (Pool)?",
            Query(rate("quiz_draws_total", FOCUS, by="focus"), "{{focus}}"),
            unit="ops",
            stacked=True,
        ),
        lines(
            "Empty draws by what was asked",
            "Draws a second that found nothing: focus and language as asked, any = not asked for, "
            "several = more than one. Order problems for it, or tell the app's owner that there "
            "can be none.",
            Query(rate("quiz_draws_empty_total", by="focus, language"), "{{focus}}, {{language}}"),
            unit="ops",
        ),
        lines(
            "Problems given out by language",
            "Problems a second by the language of their translations.",
            Query(rate("quiz_draws_total", FOCUS, by="language"), "{{language}}"),
            unit="ops",
            stacked=True,
        ),
        lines(
            "Keys refused by reason",
            "Refused requests a second. unknown, revoked, expired: an app with an old key; rate: "
            "its limit; missing, malformed, guessing: somebody tries.",
            Query(rate("quiz_keys_refused_total", by="reason"), "{{reason}}"),
            unit="reqps",
            stacked=True,
        ),
        lines(
            "Cache hits",
            "Share of look-ups that a cache answers. Low for long: the process does not listen to "
            "PostgreSQL (see its log, and DATABASE_LISTEN_URL with a pooler), so each request asks "
            "the database.",
            Query(share("quiz_cache_lookups_total", 'result="hit"', by="cache"), "{{cache}}"),
            unit="percentunit",
            most=1,
        ),
        lines(
            "Processes by kind",
            "Live processes. A line that dips: something restarts again and again.",
            Query(gauge("quiz_processes", by="kind"), "{{kind}}"),
            unit="none",
        ),
    ],
)

BOARD = Board(
    name="service",
    title="Language quiz: service",
    description="Do those who ask for problems get them, and quickly? Top row first.",
    rows=[_WELL, _REQUESTS, _DRAWS],
    chosen_by={"focus": "quiz_pool_stock"},
)
