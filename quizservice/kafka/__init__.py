"""A Kafka transport for Celery that loses no task.

**What it guarantees.** A task that was published without an error runs at least once, whatever
worker, broker connection or rebalance fails meanwhile, as long as Kafka keeps the message. It may
run more than once, so tasks must bear that. In detail:

- ``apply_async`` returns when the brokers confirmed the message (all replicas, idempotent
  producer), or raises kombu's OperationalError: ``KafkaUnavailable`` when none answers within
  ``connect_timeout``, ``KafkaPublishError`` when none confirms within ``publish_timeout``. Inside
  ``batch()`` it returns at once and the end of the block waits and raises. A broker that comes
  back is used again without a restart.
- ``publish`` does the same for many calls of one task at once, near the speed of a bare producer,
  and says where each message stands; ``progress`` says whether it is still to come.
- An offset is committed only when all work before it is finished. So a worker that dies leaves
  its unfinished tasks to the others; they start when the broker notices (session timeout).
- Polling never stops, however long tasks run, so a busy worker keeps its partitions.
- A worker that is told to stop finishes what runs, commits and leaves the group. If the brokers
  are away it ends nevertheless.
- A message that cannot be decoded is copied to the dead-letter topic and does not stop the rest.

**Use.** ``import quizservice.kafka`` registers the URL scheme ``quizkafka`` and must come before
the Celery application is made. These settings belong to it: ``task_acks_late`` and
``task_reject_on_worker_lost`` on, ``worker_prefetch_multiplier`` 1 (a partition belongs to one
worker, so what a busy one fetched ahead waits), ``task_ignore_result`` on, ``task_publish_retry``
off (the producer retries), ``worker_enable_remote_control`` and events off, and workers started
``--without-gossip --without-mingle --without-heartbeat``: Kafka has no fanout. A URL scheme with a
``+`` would load kombu's own Kafka transport. ``options.Options`` documents
``broker_transport_options``; user and password stand in the URL, and nothing here shows them.
Priorities and delays do not exist here. ``purge`` needs Apache Kafka; ``differences`` tells where
its topics are not as the options want them.

**How.** Channels share one producer a process; each that consumes has one Kafka consumer. All
workers form one consumer group, in which each subscribes to its own queues; a queue is the topic
of its name. Nothing but the thread below touches a Kafka consumer, because a call from a second
thread waits until a poll returns.

===================  ==============================================================================
thread               does
===================  ==============================================================================
``kafka-consumer``   one a consuming channel: polls, pauses while window and read-ahead are
                     full, commits finished work, answers rebalances (``consumer.GroupConsumer``)
``kafka-reports``    one a producer: receives confirmations that no publishing thread receives by
                     itself, and errors while nothing is published (``producer``)
main loop            Celery's: takes deliveries from ``Transport.inbox``, starts tasks
pool threads         Celery's: run tasks and acknowledge, which only changes the ledger
===================  ==============================================================================

Locks, none of them held while another is taken: ``Ledger._lock`` (``offsets``; what is in work),
``producer._lock`` (which producer is the process's), ``ConfirmingProducer._lock`` (how many threads
receive confirmations), ``Throttle._lock`` (``clients``; log lines). Kafka is called under none but
``producer._lock``, under which a producer is made, which waits for no broker. Events:
``GroupConsumer._wake`` (a slot is free), ``GroupConsumer._stopping`` (the thread has to end),
``ConfirmingProducer._news`` (there are confirmations to receive), ``Confirmations._complete``
(all that a thread waits for came).

A child process made by ``fork`` leaves the parent's clients alone and makes its own on first use
(``clients``).
"""

from __future__ import annotations

from kombu.transport import TRANSPORT_ALIASES

from quizservice.kafka.audit import differences
from quizservice.kafka.errors import KafkaPublishError, KafkaRefused, KafkaUnavailable
from quizservice.kafka.offsets import Position
from quizservice.kafka.options import Options
from quizservice.kafka.producer import batch
from quizservice.kafka.publishing import publish
from quizservice.kafka.template import Call
from quizservice.kafka.topics import Progress, lag, ping, progress, purge

__all__ = [
    "SCHEME",
    "Call",
    "KafkaPublishError",
    "KafkaRefused",
    "KafkaUnavailable",
    "Options",
    "Position",
    "Progress",
    "batch",
    "differences",
    "lag",
    "ping",
    "progress",
    "publish",
    "purge",
]

#: The scheme of broker URLs that use this transport.
SCHEME = "quizkafka"

TRANSPORT_ALIASES[SCHEME] = "quizservice.kafka.transport:Transport"
