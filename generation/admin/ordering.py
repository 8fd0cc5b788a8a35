"""The order form in the admin."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.decorators import action
from unfold.enums import ActionVariant

from generation import services
from generation.forms import OrderForm
from quizservice.errors import Unprocessable


def _prefilled(request: HttpRequest) -> dict[str, Any]:
    """Initial values of the order form from the address: a repeated parameter is several choices."""
    several = {"grammatical_focus", "tenses_used", "error_types"}
    return {
        name: values if name in several else ", ".join(values)
        for name, values in request.GET.lists()
    }


class OrderingMixin:
    """What :class:`GenerationRequestAdmin` has for ordering problems."""

    opts: Any
    admin_site: Any
    actions_list = ["order"]

    def has_order_permission(self, request: HttpRequest) -> bool:
        codename = get_permission_codename("add", self.opts)
        return bool(request.user.has_perm(f"{self.opts.app_label}.{codename}"))

    @action(
        description="Order problems",
        url_path="order",
        icon="add",
        permissions=["order"],
        variant=ActionVariant.PRIMARY,
    )
    def order(self, request: HttpRequest) -> HttpResponse:
        """The order form; a valid one becomes a request."""
        form = OrderForm(request.POST or None, initial=_prefilled(request))
        if request.method == "POST" and form.is_valid():
            try:
                made = services.submit(form.order(), ordered_by=cast("User", request.user))
            except Unprocessable as refused:
                form.add_refusal(refused)
            else:
                messages.success(request, f"{made.requested_count} problems ordered.")
                return redirect(
                    reverse("admin:generation_generationrequest_change", args=[made.id])
                )
        context = {**self.admin_site.each_context(request), "title": "Order problems", "form": form}
        return TemplateResponse(request, "admin/generation/order.html", context)
