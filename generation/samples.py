"""What an order would ask for or make, looked at before it is made. Nothing is stored."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import verbs.cache
from generation import services
from generation.estimates import Estimate, estimate
from generation.prompts import Prompt
from generation.prompts.briefs import Brief
from generation.services import Order
from generation.writers.base import CannotWrite, Draft, Plan, Writer
from generation.writers.rules import RulesWriter
from problems.wording import title_and_instructions
from verbs.french.overrides import in_force

#: Seeds to try when a scene cannot be composed.
_VARIANTS = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """One problem of an order.

    ``draft``: as the grammar engine has just made it; ``prompts``: what a model would be asked, a sentence
    each. A writer has one or the other. ``title`` and ``instructions`` as learners see them.
    """

    plan: Plan
    title: str
    instructions: str
    draft: Draft | None = None
    prompts: tuple[tuple[Brief, Prompt], ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What can be said of an order before it is made."""

    order: Order
    estimate: Estimate
    sample: Sample | None


def preview(order: Order) -> Preview:
    """Estimate and sample of an order; another sample each time.

    Raises:
        Unprocessable: as :func:`services.submit`; no such order can be made.
    """
    writer, plan = services.plan_one(order, seed=random.getrandbits(32))
    return Preview(order, estimate(order, writer, plan), sample(writer, plan))


def sample(writer: Writer, plan: Plan) -> Sample | None:
    """A problem of a plan; None where the engine finds no scene in a few tries.

    None too of a writer of somebody's own: nobody knows what it does, or how long, when it writes.
    """
    if not writer.paid and writer.name != RulesWriter.name:
        return None
    for variant in range(_VARIANTS):
        try:
            with in_force(verbs.cache.overrides()):
                return _sample(writer, replace(plan, seed=plan.seed + variant))
        except CannotWrite:
            continue
    return None


def _sample(writer: Writer, plan: Plan) -> Sample:
    if writer.paid:
        title, instructions = title_and_instructions(plan.language, plan.focus)
        return Sample(plan, title, instructions, prompts=tuple(writer.prompts(plan)))
    draft = writer.write(plan)
    title, instructions = title_and_instructions(plan.language, plan.focus, one_slot=draft.one_slot)
    return Sample(plan, title, instructions, draft=draft)
