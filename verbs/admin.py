"""Verbs in the admin: looking them up, their forms, correcting them, and the caches' button."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from quizservice import listening
from verbs import corrections, services
from verbs.french.vocabulary import PERSON_NAMES, Person
from verbs.models import Verb, VerbOverride
from verbs.spelling import fold, split_citation


def _form_label(name: str) -> str:
    tense, _, person = name.partition(".")
    return f"{tense}, {PERSON_NAMES[Person(person)].replace('_', ' ')}"


class CorrectionForm(forms.ModelForm):
    """A new correction; a later one of the same field takes the place of the earlier."""

    field = forms.ChoiceField(
        choices=[
            ("", "---------"),
            ("Fields", [(name, name.replace("_", " ")) for name in corrections.CORRECTABLE]),
            ("Forms", [(name, _form_label(name)) for name in corrections.FORMS]),
        ],
        widget=UnfoldAdminSelectWidget,
    )

    class Meta:
        model = VerbOverride
        fields = ["field", "value", "reason"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        given = {name: cleaned[name] for name in ("field", "value", "reason") if name in cleaned}
        if len(given) == 3:  # else Django has said already what is missing
            # the author is the person at the screen: known, and no input of the form
            for wrong in corrections.objections(author="staff", **given):
                self.add_error(wrong.field, wrong.detail)
        return cleaned

    def validate_constraints(self) -> None:
        """Left to the service, which replaces an earlier correction."""


class CorrectionInline(TabularInline):
    model = VerbOverride
    form = CorrectionForm
    fields = ["field", "value", "reason", "author", "created_at"]
    readonly_fields = ["author", "created_at"]
    verbose_name = "correction"
    verbose_name_plural = "corrections"
    extra = 0

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Verb)
class VerbAdmin(ModelAdmin):
    list_display = [
        "shown_citation",
        "auxiliary",
        "translation",
        "classification",
        "level",
        "frequency_rank",
        "last_used_at",
    ]
    list_filter = [
        "level",
        "classification",
        "auxiliary",
        "reflexive",
        "is_irregular",
        "can_have_cod",
        "can_have_coi",
    ]
    search_fields = ["folded"]
    search_help_text = "Infinitive or translation; accents and case do not matter."
    ordering = ["folded", "frequency_rank"]
    inlines = [CorrectionInline]
    list_before_template = "admin/verbs/refresh_caches.html"
    change_form_outer_after_template = "admin/verbs/conjugations.html"

    @display(description="verb", ordering="folded")
    def shown_citation(self, obj: Verb) -> str:
        return obj.citation

    # --- nothing of a verb is edited: corrections are added beside it ---

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [one.name for one in Verb._meta.fields if one.name not in ("id", "folded")]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return self.get_readonly_fields(request, obj)

    def save_model(self, request: HttpRequest, obj: Verb, form: Any, change: bool) -> None:
        """A verb has no field to save."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        for override in formset.deleted_objects:
            corrections.withdraw(override)
        for override in formset.new_objects:
            corrections.correct(
                form.instance,
                field=override.field,
                value=override.value,
                reason=override.reason,
                author=request.user.get_username(),
            )

    # --- search, forms, caches ---

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Verb], search_term: str
    ) -> tuple[QuerySet[Verb], bool]:
        if search_term:
            infinitive, marked = split_citation(search_term)
            named = Q(folded__contains=fold(infinitive))
            if marked:
                named &= Q(reflexive=True)
            queryset = queryset.filter(named | Q(translation__icontains=search_term))
        return queryset, False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        verb = self.get_object(request, object_id)
        context = {**(extra_context or {}), "conjugations": _table(verb) if verb else {}}
        page: HttpResponse = super().change_view(request, object_id, form_url, context)
        return page

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = dict(extra_context or {})
        if self.has_change_permission(request):
            context["refresh_caches_url"] = reverse("admin:verbs_refresh_caches")
        page: HttpResponse = super().changelist_view(request, context)
        return page

    def get_urls(self) -> list[URLPattern]:
        refresh = self.admin_site.admin_view(self.refresh_caches)
        return [
            path("refresh-caches", refresh, name="verbs_refresh_caches"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def refresh_caches(self, request: HttpRequest) -> HttpResponse:
        """Have every process drop its caches and read the verbs again."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        messages.success(request, f"{listening.reload_everywhere().message}.")
        return redirect("admin:verbs_verb_changelist")


def _table(verb: Verb) -> dict[str, Any]:
    """The conjugation as the table component of the admin takes it."""
    names = list(PERSON_NAMES.values())
    return {
        "headers": ["tense", *(name.replace("_", " ") for name in names)],
        "rows": [
            [row["tense"], *(row[name] or "–" for name in names)]
            for row in services.conjugations(verb)
        ],
    }
