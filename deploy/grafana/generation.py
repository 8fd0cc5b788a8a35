"""The dashboard of how problems are made: how far, how well, and for how much."""

from __future__ import annotations

from grafana_foundation_sdk.builders import timeseries

from deploy.grafana.boards import Board, Row
from deploy.grafana.panels import BLUE, GREEN, RED, YELLOW, Query, lines, number, steps
from deploy.grafana.queries import gauge, mean, quantile, rate, rise, share

ENDED = "quiz_items_ended_total"
ATTEMPTS = "quiz_item_attempts_total"
STATEMENTS = "quiz_statements_total"
CALLS = "quiz_model_calls_total"
TOKENS = "quiz_model_tokens_total"
COST = "quiz_model_cost_total"
MODEL_SECONDS, MODEL = "gen_ai_client_operation_duration_seconds", "gen_ai_request_model"
OLDEST = "quiz_items_oldest_waiting_seconds"
STAGE = "quiz_item_stage_duration_seconds"
JUDGED = 'state=~"generated|rejected"'
TRIED = 'state=~"generated|rejected|failed"'
BY_A_MODEL = 'generator!="rules"'
REJECTED = 'state="rejected"'
GENERATED = 'state="generated"'
FAILED = 'state="failed"'


def _share_of_sentences(title: str, outcome: str, told: str) -> timeseries.Panel:
    """The share of the sentences that had an outcome, by the error that was to be made."""
    counted = share(STATEMENTS, f'outcome="{outcome}"', by="error_type", window="1h")
    return lines(title, told, Query(counted, "{{error_type}}"), unit="percentunit", most=1)


_WELL = Row(
    "Is it well?",
    [
        number(
            "Oldest person's order",
            "How long the oldest interactive item has been due. Red: are there workers, is "
            "generation paused, is a budget used up, is the writer stopped?",
            Query(gauge(OLDEST, 'priority="interactive"')),
            unit="s",
            colours=steps(GREEN, (60, YELLOW), (300, RED)),
        ),
        number(
            "Items not ended",
            "Items of open orders, those in work included.",
            Query(f"sum({gauge('quiz_items', by='priority, state')})"),
            unit="short",
            colours=steps(BLUE),
        ),
        number(
            "Problems an hour",
            "Problems made within the last hour.",
            Query(rise(ENDED, GENERATED, window="1h")),
            unit="short",
            decimals=0,
            colours=steps(BLUE),
        ),
        number(
            "Rejected",
            "Share of the last hour's drafts that were judged unfit. Red: see statements by error "
            "type.",
            Query(share(ENDED, REJECTED, JUDGED, window="1h", idle="0")),
            unit="percentunit",
            decimals=1,
            colours=steps(GREEN, (0.1, YELLOW), (0.2, RED)),
        ),
        number(
            "Given up",
            "Share of the last hour's items that were given up after ITEM_MAX_ATTEMPTS technical "
            "failures. Red: the workers' log; when mended, manage.py requests retry.",
            Query(share(ENDED, FAILED, TRIED, window="1h", idle="0")),
            unit="percentunit",
            decimals=1,
            colours=steps(GREEN, (0.05, YELLOW), (0.2, RED)),
        ),
        number(
            "Calls of models gone wrong",
            "Share of the last hour's calls that failed, timed out or were refused. Red: the "
            "model's server; problems are put back and made later.",
            Query(share(CALLS, 'outcome!="ok"', window="1h", idle="0")),
            unit="percentunit",
            decimals=1,
            colours=steps(GREEN, (0.05, YELLOW), (0.2, RED)),
        ),
        number(
            "Cost of 24 hours",
            "US dollars of the last 24 hours by OPENAI_PRICES.",
            Query(rise(COST, window="24h")),
            unit="currencyUSD",
            decimals=2,
            colours=steps(BLUE),
        ),
        number(
            "Budget used",
            "Share of the day's budget (UTC) that is used. At 100 % what a model writes waits for "
            "midnight UTC.",
            Query(gauge("quiz_budget_used_ratio", by="kind"), "{{kind}}"),
            unit="percentunit",
            decimals=0,
            colours=steps(GREEN, (0.8, YELLOW), (1, RED)),
            nothing="no budget set",
        ),
    ],
)

_ORDERS = Row(
    "Orders",
    [
        lines(
            "Items by state",
            "waiting: in the database; published: in Kafka; processing: a worker has it. Only "
            "waiting grows: no dispatcher, or the broker is down; only published grows: no "
            "workers.",
            Query(gauge("quiz_items", by="priority, state"), "{{priority}} {{state}}"),
            unit="short",
            stacked=True,
        ),
        lines(
            "Oldest that waits",
            "How long the oldest due item has waited. Interactive above the dashed line: an alert "
            "fires. Bulk may take hours; after REQUEST_TTL the rest of an order is dropped.",
            Query(gauge(OLDEST, by="priority"), "{{priority}}"),
            unit="s",
            limit=300,
        ),
        lines(
            "Lag of Kafka",
            "Messages that workers have not dealt with; at most PUBLISH_WINDOW a topic. It should "
            "fall to 0 between orders. Grows: more workers, or a slow model.",
            Query(gauge("quiz_kafka_lag", by="priority"), "{{priority}}"),
            unit="short",
        ),
        lines(
            "Items ended an hour",
            "By how they ended. failed can be tried again (manage.py requests retry); expired were "
            "dropped unmade after REQUEST_TTL.",
            Query(f"{rate(ENDED, by='state')} * 3600", "{{state}}"),
            unit="short",
            stacked=True,
        ),
        lines(
            "Attempts by outcome an hour",
            "waiting: put back to be tried later; claim lost: it took longer than its lease, and "
            "another worker took over. Many of either: a slow or failing model.",
            Query(f"{rate(ATTEMPTS, by='outcome')} * 3600", "{{outcome}}"),
            unit="short",
            stacked=True,
        ),
        lines(
            "Published an hour",
            "again: messages that were lost and published once more. Some after a restart of Kafka "
            "are well; always: workers get them and do not answer for them.",
            Query(
                f"{rate('quiz_publish_messages_total', by='priority, kind')} * 3600",
                "{{priority}} {{kind}}",
            ),
            unit="short",
        ),
    ],
)

_SECONDS = Row(
    "Where the time goes",
    [
        lines(
            "Mean seconds of an attempt by stage",
            "What makes an item slow: wait = from due to claimed (more workers), write and rewrite "
            "= the model, judge and repair = the engine or the model that judges, store = "
            "PostgreSQL.",
            Query(mean(STAGE, by="stage"), "{{stage}}"),
            unit="s",
            width=6,
        ),
        lines(
            "p95 by stage",
            "95 of 100 took no longer.",
            Query(quantile(0.95, STAGE, by="stage"), "{{stage}}"),
            unit="s",
            width=6,
        ),
        lines(
            "Seconds of an attempt",
            "From claim to end. Near ITEM_LEASE: claims are lost, and the work is done twice.",
            [
                Query(
                    quantile(0.5, "quiz_item_duration_seconds", by="generator"),
                    "p50 {{generator}}",
                ),
                Query(
                    quantile(0.95, "quiz_item_duration_seconds", by="generator"),
                    "p95 {{generator}}",
                ),
            ],
            unit="s",
            width=6,
        ),
        lines(
            "Seconds of publishing",
            "p95 until Kafka has confirmed a batch. Slow: the broker's disk or network.",
            Query(
                quantile(0.95, "quiz_publish_duration_seconds", by="priority, outcome"),
                "{{priority}} {{outcome}}",
            ),
            unit="s",
            width=6,
        ),
    ],
)

_QUALITY = Row(
    "How good drafts are",
    [
        lines(
            "Statements by outcome an hour",
            "What became of the sentences: accepted as written, repaired by the engine, written "
            "again, unsure (a teacher reviews), rejected.",
            Query(f"{rate(STATEMENTS, by='outcome')} * 3600", "{{outcome}}"),
            unit="short",
            stacked=True,
        ),
        _share_of_sentences(
            "Reject rate by error type",
            "rejected",
            "Share of sentences that were rejected; none = the correct sentence. One type much "
            "higher: its prompt (admin, Prompts), or the model does not know that error.",
        ),
        _share_of_sentences(
            "Repair rate by error type",
            "repaired",
            "Share of sentences whose error the engine made itself. High: the model's errors are "
            "none; the problems are sound all the same, but the tokens were for nothing.",
        ),
        lines(
            "Rejected problems by generator",
            "Share of finished items that were judged unfit. The dashed line is where the alert "
            "fires.",
            Query(share(ENDED, REJECTED, JUDGED, by="generator", window="1h"), "{{generator}}"),
            unit="percentunit",
            limit=0.2,
        ),
        _share_of_sentences(
            "Rewrite rate by error type",
            "rewritten",
            "Share of sentences that were accepted only after they had been written again: each "
            "costs a call more.",
        ),
        _share_of_sentences(
            "Unsure by error type",
            "unsure",
            "Share of sentences that neither the engine nor the judge could confirm: these "
            "problems wait in review.",
        ),
    ],
)

_MODELS = Row(
    "Models and cost",
    [
        lines(
            "Calls by outcome an hour",
            "refused: key, right, credit or content; timeout, away, error: the model's server. "
            "docs/model.md says what the service does about each.",
            Query(f"{rate(CALLS, by='model, outcome')} * 3600", "{{model}} {{outcome}}"),
            unit="short",
            stacked=True,
        ),
        lines(
            "Seconds of a call",
            "p50 and p95 of the calls of each model, as the client sees them. Near OPENAI_TIMEOUT: "
            "the server is overloaded; fewer slots or another model help.",
            [
                Query(quantile(0.5, MODEL_SECONDS, by=MODEL), f"p50 {{{{{MODEL}}}}}"),
                Query(quantile(0.95, MODEL_SECONDS, by=MODEL), f"p95 {{{{{MODEL}}}}}"),
            ],
            unit="s",
        ),
        lines(
            "Tokens an hour",
            "By model and type.",
            Query(f"{rate(TOKENS, by='model, type')} * 3600", "{{model}} {{type}}"),
            unit="short",
            stacked=True,
        ),
        lines(
            "Budget used",
            "Share of the day's budget. A steep line: cancel or pause a large order before it is "
            "used up.",
            Query(gauge("quiz_budget_used_ratio", by="kind"), "{{kind}}"),
            unit="percentunit",
            limit=1,
        ),
        lines(
            "Cost an hour by model",
            "US dollars, a bar an hour.",
            Query(rise(COST, by="model", window="1h"), "{{model}}"),
            unit="currencyUSD",
            stacked=True,
            bars=True,
            interval="1h",
        ),
        lines(
            "Cost of 24 hours by model",
            "US dollars of the 24 hours before each moment.",
            Query(rise(COST, by="model", window="24h"), "{{model}}"),
            unit="currencyUSD",
            stacked=True,
        ),
        lines(
            "Cost of a problem",
            "US dollars for each problem that was made by a model, rejected drafts included. "
            "Rises: more drafts are rejected or written again, or the model is another one.",
            Query(
                f"{rise(COST, window='1h')} / ({rise(ENDED, GENERATED, BY_A_MODEL, window='1h')} > "
                "0)",
                "a problem",
            ),
            unit="currencyUSD",
        ),
        lines(
            "Tokens of a problem",
            "Tokens for each problem that was made by a model, rejected drafts included; about "
            "4,000 are usual.",
            Query(
                f"{rise(TOKENS, window='1h')}"
                f" / ({rise(ENDED, GENERATED, BY_A_MODEL, window='1h')} > 0)",
                "a problem",
            ),
            unit="short",
        ),
    ],
)

BOARD = Board(
    name="generation",
    title="Language quiz: generation and cost",
    description="Are problems made, are they good, and what do they cost? Top row first.",
    rows=[_WELL, _ORDERS, _SECONDS, _QUALITY, _MODELS],
)
