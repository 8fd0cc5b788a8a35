"""What the pages show in the tests: people, problems, orders, keys and their use, made by the services.

Nothing of it is changed between tests (``tests.browser.snapshot``), so that a test may count on it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import Group, User
from django.utils import timezone

import apikeys.services
import apikeys.statistics
import generation.services
import problems.services
from apikeys.models import ApiKey
from apikeys.tally import Tally
from generation import running, spending, steering
from generation.metering import Call, Purpose
from generation.models import GenerationItem, GenerationRequest
from generation.planning import Constraints
from problems import feedback, serving
from problems.models import Problem
from problems.pool import Filters
from quizservice.ids import uuid7
from verbs.french.vocabulary import Focus

PASSWORD = "correct horse battery"
#: A person of each role: her name, and the group that the role is.
PEOPLE = {
    "teacher": ("ana", "Teacher"),
    "staff": ("bo", "Staff"),
    "key manager": ("kim", "Key manager"),
    "superuser": ("sam", ""),
    "newcomer": ("newt", ""),  # may log in, and has no role yet
}
_STUBS = "tests.stubs.writers"
_MODEL = "gpt-4o-mini"


@dataclass
class Scene:
    """Ids of what there is.

    ``problems`` by status, and "reported": live ones with open reports; ``orders`` by what became of them;
    ``keys`` by name; ``secrets``: the texts of the keys that are still good.
    """

    users: dict[str, User] = field(default_factory=dict)  # by role
    problems: dict[str, list[uuid.UUID]] = field(default_factory=dict)
    orders: dict[str, uuid.UUID] = field(default_factory=dict)
    keys: dict[str, uuid.UUID] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)


def build() -> Scene:
    """Make it all; the verbs are loaded already."""
    scene = Scene()
    _people(scene)
    _keys(scene)
    _orders(scene)
    _problems(scene)
    _learners(scene)
    return scene


def work(request_id: uuid.UUID, count: int | None = None) -> list[str]:
    """Do what workers do with ``count`` items of an order (all that wait): the states they end in."""
    waiting = GenerationItem.objects.filter(request_id=request_id, state__in=["waiting", "queued"])
    ids = list(waiting.order_by("position").values_list("id", flat=True)[:count])
    return [running.run_item(item_id) for item_id in ids]


def _people(scene: Scene) -> None:
    hasher = PBKDF2PasswordHasher()  # the server's; tests hash otherwise
    password = hasher.encode(PASSWORD, salt="tests", iterations=1000)
    for role, (name, group) in PEOPLE.items():
        user = User.objects.create(
            username=name,
            email=f"{name}@example.org",
            password=password,
            is_staff=True,
            is_superuser=role == "superuser",
        )
        if group:
            user.groups.add(Group.objects.get(name=group))
        scene.users[role] = user


def _keys(scene: Scene) -> None:
    now = timezone.now()
    for name, values in {
        "duo": {"client_name": "Duo", "rate_limit_rpm": 600},
        "partner": {"client_name": "Éditions Lumière", "permissions_scope": ["write"]},
        "operator": {"permissions_scope": ["admin"], "allowed_ips": ["127.0.0.0/8", "::1/128"]},
        "trial": {"client_name": "Trial", "expires_at": now + timedelta(days=5)},
        "unused": {"description": "Nobody has ever called with it."},
        "rotated": {"client_name": "Classroom"},
        "revoked": {"client_name": "Gone"},
        "try": {"description": "The public page", "rate_limit_rpm": 600},
    }.items():
        text, key = apikeys.services.issue(name=name, **values)  # type: ignore[arg-type]
        scene.keys[name], scene.secrets[name] = key.id, text
    keys = {key.name: key for key in ApiKey.objects.all()}
    text, _ = apikeys.services.rotate(keys["rotated"], grace_seconds=86_400)
    scene.secrets["rotated"] = text
    apikeys.services.revoke(keys["revoked"])
    del scene.secrets["revoked"]
    _usage({keys["duo"].id: 90, keys["partner"].id: 25, keys["trial"].id: 3})


def _usage(busy: dict[uuid.UUID, int]) -> None:
    """About so many requests an hour of each key, at noon twice as many as in the morning, for two days."""
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    counts = {}
    for key_id, most in busy.items():
        for moment in (hour - timedelta(hours=back) for back in range(48)):
            number = most * (1 + moment.hour % 12) // 6 + 1
            counts[key_id, moment] = Tally(
                requests=number,
                errors=number // 20,
                throttled=number // 40,
                last=moment.timestamp(),
            )
    apikeys.statistics.record_usage(counts)


def _order(
    scene: Scene, name: str, count: int, *, generator: str = "rules", focus: str = ""
) -> GenerationRequest:
    constraints = Constraints(focuses=(Focus(focus),)) if focus else Constraints()
    order = generation.services.Order(count=count, generator=generator, constraints=constraints)
    request = generation.services.submit(order, ordered_by=scene.users["staff"])
    scene.orders[name] = request.id
    return request


def _orders(scene: Scene) -> None:
    work(_order(scene, "completed", 20).id)
    work(_order(scene, "running", 12).id, 5)
    _order(scene, "pending", 40)
    work(_order(scene, "failed", 3, generator=f"{_STUBS}.DeadWriter").id)
    work(_order(scene, "rejected", 2, generator=f"{_STUBS}.WrongWriter").id)
    cancelled = _order(scene, "cancelled", 4)
    work(cancelled.id, 1)
    steering.cancel(cancelled, by="bo")
    for number, item in enumerate(GenerationItem.objects.filter(request_id=cancelled.id)):
        call = Call(Purpose.WRITE, _MODEL, "v1", 900 + number, 250, seconds=1.5)
        spending.account(item, [call])


def _problems(scene: Scene) -> None:
    ids = list(Problem.objects.order_by("id").values_list("id", flat=True))
    review, draft, retired, live = ids[:4], ids[4:6], ids[6:8], ids[8:]
    Problem.objects.filter(id__in=review).update(status=Problem.Status.REVIEW)
    Problem.objects.filter(id__in=draft).update(status=Problem.Status.DRAFT)
    for problem_id in retired:
        problems.services.retire(problem_id)
    scene.problems = {"review": review, "draft": draft, "retired": retired, "live": live}


def _learners(scene: Scene) -> None:
    """Some problems are drawn and answered, two are reported."""
    duo, partner = scene.keys["duo"], scene.keys["partner"]
    for number in range(len(scene.problems["live"]) // 2):
        for served in serving.serve(Filters()):
            for learner in range(6):
                feedback.record_answer(
                    served.id,
                    index=(learner * number) % 4,
                    learner=f"learner {learner}",
                    elapsed_ms=4000,
                    key_id=duo,
                )
    first, second = scene.problems["live"][:2]
    scene.problems["reported"] = [first, second]
    comment = "Les deux dernières phrases me semblent justes."
    feedback.report(first, reason="wrong_answer", comment=comment, key_id=duo)
    feedback.report(first, reason="ambiguous", comment="L'une ou l'autre ?", key_id=partner)
    feedback.report(second, reason="unnatural", key_id=uuid7())
