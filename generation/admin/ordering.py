"""The order form in the admin, what it says while it is filled in, and its suggestions of verbs."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action
from unfold.enums import ActionVariant

import verbs.services
from generation import ordering, samples, wording
from generation.forms import USUAL_COUNTS, OrderForm, prefilled
from generation.samples import Sample
from generation.services import AlreadyOrdered
from problems import names
from quizservice.errors import Unprocessable
from quizservice.numbers import grouped

#: Verbs that are suggested at once.
SUGGESTIONS = 12


class OrderingMixin:
    """What :class:`GenerationRequestAdmin` has for ordering problems."""

    opts: Any
    admin_site: Any
    actions_list = ["order"]

    def has_order_permission(self, request: HttpRequest) -> bool:
        """Whether somebody may order."""
        codename = get_permission_codename("add", self.opts)
        user: Any = request.user
        return bool(user.has_perm(f"{self.opts.app_label}.{codename}"))

    def ordering_urls(self) -> list[URLPattern]:
        """The addresses that the form asks while it is filled in."""
        view = self.admin_site.admin_view
        return [
            path("order/estimate", view(self.estimate), name="generation_order_estimate"),
            path("order/verbs", view(self.suggest_verbs), name="generation_order_verbs"),
        ]

    @action(
        description=gettext_lazy("Order problems"),
        url_path="order",
        icon="add",
        permissions=["order"],
        variant=ActionVariant.PRIMARY,
    )
    def order(self, request: HttpRequest) -> HttpResponse:
        """The order form; a valid one becomes a request."""
        form = OrderForm(request.POST or None, initial=prefilled(request.GET))
        more: dict[str, Any] = {}
        if request.method == "POST" and form.is_valid():
            try:
                return self._placed(request, form)
            except Unprocessable as refused:
                form.add_refusal(refused)
            except ordering.Unconfirmed as large:
                order = form.order()
                more["confirm"] = {
                    "value": ordering.confirmation_of(order),
                    "estimate": wording.estimate_in_words(large.estimate),
                }
            except AlreadyOrdered as earlier:
                more["earlier"] = earlier.request
                form = form.with_new_token()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Order problems"),
            "form": form,
            "counts": USUAL_COUNTS,
            **_previewed(form),
            **more,
        }
        return TemplateResponse(request, "admin/generation/order.html", context)

    def _placed(self, request: HttpRequest, form: OrderForm) -> HttpResponse:
        """The page of the order that the form makes, or has made before."""
        token = form.cleaned_data["token"]
        try:
            made = ordering.place(
                form.order(),
                ordered_by=cast("User", request.user),
                token=token,
                confirmed=request.POST.get("confirmed", ""),
            )
        except AlreadyOrdered as earlier:
            if not earlier.same:
                raise
            made = earlier.request
            messages.info(request, _("This order was made already: here it is."))
        else:
            said = ngettext(
                "%(count)s problem ordered.", "%(count)s problems ordered.", made.requested_count
            )
            messages.success(request, said % {"count": grouped(made.requested_count)})
        return redirect(reverse("admin:generation_generationrequest_change", args=[made.id]))

    def estimate(self, request: HttpRequest) -> HttpResponse:
        """What an order would need and look like, as a part of the form's page."""
        if not self.has_order_permission(request):
            raise PermissionDenied
        context = _previewed(OrderForm(request.GET))
        return TemplateResponse(request, "admin/generation/order_preview.html", context)

    def suggest_verbs(self, request: HttpRequest) -> HttpResponse:
        """Infinitives that begin as the text does, the most frequent first; accents do not matter."""
        if not self.has_order_permission(request):
            raise PermissionDenied
        text = request.GET.get("q", "").strip()[:50]
        found = verbs.services.matching(search=text) if text.isprintable() and text else None
        rows = [] if found is None else list(found.order_by("frequency_rank")[:SUGGESTIONS])
        return JsonResponse({"found": list(dict.fromkeys(verb.citation for verb in rows))})


def _previewed(form: OrderForm) -> dict[str, Any]:
    """What is said beside the form: an estimate and a sample, or why no such order can be made."""
    bound = form if form.is_bound else form.filled_in()
    if bound.is_valid():
        try:
            found = samples.preview(bound.order())
        except Unprocessable as refused:
            bound.add_refusal(refused)
        else:
            return {
                "estimate": wording.estimate_in_words(found.estimate),
                "sample": found.sample and _shown(found.sample),
                "button": _button(found.estimate.problems),
            }
    return {"refusals": list(_refusals(bound))}


def _refusals(form: OrderForm) -> list[dict[str, str]]:
    """What stands in the way, each text once, with the fields that it names."""
    told: dict[str, list[dict[str, str]]] = {}
    for name, errors in form.errors.items():
        fields = (
            [{"label": str(form[name].label), "anchor": f"field-{name}"}]
            if name in form.fields
            else []
        )
        for error in errors:
            told.setdefault(str(error), []).extend(fields)
    return [{"text": text, "fields": fields} for text, fields in told.items()]  # type: ignore[dict-item]


def _button(count: int) -> str:
    said = ngettext("Order %(count)s problem", "Order %(count)s problems", count)
    return said % {"count": grouped(count)}


def _shown(sample: Sample) -> dict[str, Any]:
    """A sample for the page: sentences with their error marked, or prompts with what each is for."""
    statements = []
    for one in sample.draft.statements if sample.draft else ():
        start, end = one.span or (len(one.text), len(one.text))
        statements.append(
            {
                "is_correct": one.is_correct,
                "text": format_html(
                    '{}<mark class="c-mark">{}</mark>{}',
                    one.text[:start],
                    one.text[start:end],
                    one.text[end:],
                )
                if start < end
                else one.text,
                "said": one.translation if one.is_correct else one.explanation,
            }
        )
    prompts = [
        {
            "title": str(names.ERRORS.get(brief.error_type or "", _("The correct sentence"))),
            "system": prompt.system,
            "user": prompt.user,
        }
        for brief, prompt in sample.prompts
    ]
    plan = sample.plan
    said = [names.FOCUSES[plan.focus], names.TENSES[plan.tense]]
    if level := (sample.draft.level if sample.draft else plan.level):
        said.append(level)
    return {
        "about": ", ".join(map(str, said)),
        "title": sample.title,
        "instructions": sample.instructions,
        "statements": statements,
        "prompts": prompts,
        "version": sample.prompts[0][1].version if sample.prompts else "",
    }
