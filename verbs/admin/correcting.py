"""Correcting a field or a form of a verb, and taking a correction back."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from quizservice.errors import Unprocessable
from verbs import corrections, names
from verbs.french.grammar_book import without_subject
from verbs.models import Verb, VerbOverride


def may(request: HttpRequest, permission: str) -> bool:
    """Whether the person has a permission."""
    user: Any = request.user
    return bool(user.has_perm(permission))


def may_correct(request: HttpRequest) -> bool:
    """Whether the person may correct verbs."""
    return may(request, "verbs.add_verboverride")


def may_withdraw(request: HttpRequest) -> bool:
    """Whether the person may take corrections back."""
    return may(request, "verbs.delete_verboverride")


class CorrectionForm(forms.Form):
    """What holds instead, and why."""

    value = forms.CharField(label=gettext_lazy("Corrected"), required=False, strip=True)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"maxlength": 500}),
        help_text=gettext_lazy(
            "Others see it beside the form: the source that you looked it up in."
        ),
    )

    def __init__(self, *args: Any, verb: Verb, field: str, author: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.verb, self.field, self.author = verb, field, author
        choices = names.choices(field)
        spelling = {"autocapitalize": "off", "autocomplete": "off", "spellcheck": "false"}
        self.fields["value"].widget = (
            UnfoldAdminSelectWidget(choices=choices)
            if choices
            else UnfoldAdminTextInputWidget(attrs={**spelling, "lang": "fr", "maxlength": 200})
        )

    def clean_value(self) -> str:
        value: str = self.cleaned_data["value"]
        if self.field in corrections.FORMS:
            return without_subject(value, reflexive=self.verb.reflexive)
        return value

    def save(self) -> VerbOverride | None:
        """Make the correction; None when it is refused, and the errors stand in the form then."""
        try:
            return corrections.correct(
                self.verb,
                field=self.field,
                author=self.author,
                value=self.cleaned_data["value"],
                reason=self.cleaned_data["reason"],
            )
        except Unprocessable as refused:
            for error in refused.errors:
                self.add_error(error.field if error.field in self.fields else None, error.detail)
            return None


class CorrectingMixin:
    """Adds to the admin of verbs the page that corrects, and the button that withdraws."""

    admin_site: Any
    opts: Any

    def correcting_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:verb_id>/correct/", view(self.correct), name="verbs_verb_correct"),
            path(
                "<uuid:verb_id>/withdraw/<uuid:override_id>/",
                view(self.withdraw),
                name="verbs_verb_withdraw",
            ),
        ]

    def page_context(self, request: HttpRequest, verb: Verb) -> dict[str, Any]:
        """What every page about one verb has."""
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": verb,
            "title": verb.citation,
        }

    def correct(self, request: HttpRequest, verb_id: uuid.UUID) -> HttpResponse:
        """The page that corrects the field or form that ``?field=`` names."""
        page: HttpResponse = require_http_methods(["GET", "HEAD", "POST"])(self._correct)(
            request, verb_id
        )
        return page

    def _correct(self, request: HttpRequest, verb_id: uuid.UUID) -> HttpResponse:
        if not may_correct(request):
            raise PermissionDenied
        verb = get_object_or_404(Verb.objects.prefetch_related("overrides"), id=verb_id)
        field = request.GET.get("field", "")
        if not field:
            return HttpResponseRedirect(page_of(verb))  # to choose one there
        if field not in corrections.CORRECTABLE and field not in corrections.FORMS:
            raise Http404(_("No field or form of a verb is called “%s”.") % field[:50])
        override = next((row for row in verb.overrides.all() if row.field == field), None)
        held = corrections.held(verb, field)
        form = CorrectionForm(
            request.POST or None,
            verb=verb,
            field=field,
            author=request.user.get_username(),
            initial={"value": held},
        )
        if request.method == "POST" and form.is_valid() and (made := form.save()):
            self._say_corrected(request, verb, made, held)
            return HttpResponseRedirect(f"{page_of(verb)}#{field}")
        context = {
            **self.page_context(request, verb),
            "form": form,
            "field_name": names.field_name(field),
            "is_form": field in corrections.FORMS,
            "override": override,
            "held": names.shown(field, held),
            "ruled": names.shown(field, corrections.ruled(verb, field)),
            "may_withdraw": may_withdraw(request),
        }
        return render(request, "admin/verbs/correct.html", context)

    @staticmethod
    def _say_corrected(request: HttpRequest, verb: Verb, made: VerbOverride, before: str) -> None:
        messages.success(
            request,
            _(
                "%(verb)s, %(what)s: “%(value)s” holds now instead of “%(before)s”, in every process "
                "and after every load of the verbs."
            )
            % {
                "verb": verb.citation,
                "what": names.field_name(made.field),
                "value": names.shown(made.field, made.value),
                "before": names.shown(made.field, before),
            },
        )

    def withdraw(
        self, request: HttpRequest, verb_id: uuid.UUID, override_id: uuid.UUID
    ) -> HttpResponse:
        """Take a correction back and return to the page that ``next`` names, else to the verb."""
        page: HttpResponse = require_POST(self._withdraw)(request, verb_id, override_id)
        return page

    def _withdraw(
        self, request: HttpRequest, verb_id: uuid.UUID, override_id: uuid.UUID
    ) -> HttpResponse:
        if not may_withdraw(request):
            raise PermissionDenied
        verb = get_object_or_404(Verb, id=verb_id)
        override = verb.overrides.filter(id=override_id).select_related("verb").first()
        if override is None:
            messages.info(request, _("This correction has been withdrawn already."))
        else:
            ruled = corrections.withdraw(override, by=request.user.get_username())
            messages.success(
                request,
                _("%(verb)s, %(what)s: the correction is withdrawn, “%(value)s” holds again.")
                % {
                    "verb": verb.citation,
                    "what": names.field_name(override.field),
                    "value": names.shown(override.field, ruled),
                },
            )
        return HttpResponseRedirect(_next(request) or f"{page_of(verb)}#corrections")


def page_of(verb: Verb) -> str:
    """The address of a verb's page."""
    return reverse("admin:verbs_verb_change", args=[verb.id])


def _next(request: HttpRequest) -> str | None:
    """The page to return to, if it is one of ours."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return target if target and safe else None
