"""An order by the form: confirmed where it is large, and made once however often it is sent."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from generation import services
from generation.estimates import Estimate, estimate, to_confirm
from generation.models import GenerationRequest
from generation.services import Order
from quizservice.errors import Conflict


class Unconfirmed(Conflict):
    """The order is above ORDER_CONFIRM_ABOVE, and nobody has said that it is meant."""

    def __init__(self, found: Estimate) -> None:
        super().__init__(_("An order of this size has to be confirmed."))
        self.estimate = found


def confirmation_of(order: Order) -> str:
    """What confirms an order: it is of no use for a larger one or one of another writer."""
    return f"{order.count}/{order.generator or settings.GENERATOR}/{order.model}"


def place(
    order: Order, *, ordered_by: User, token: uuid.UUID | None = None, confirmed: str = ""
) -> GenerationRequest:
    """Accept an order of a form.

    ``token``: of the form, see :func:`services.submit`; ``confirmed``: :func:`confirmation_of` an order
    that a person has confirmed, or "".

    Raises:
        Unprocessable, AlreadyOrdered: as :func:`services.submit`.
        Unconfirmed: when it is larger than ORDER_CONFIRM_ABOVE lets pass unasked.
    """
    if confirmed != confirmation_of(order):
        found = estimate(order, *services.plan_one(order))
        if to_confirm(found):
            raise Unconfirmed(found)
    return services.submit(order, ordered_by=ordered_by, token=token)
