"""The page of a problem in the admin: read, edited and saved through the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.postgres.fields import ArrayField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from problems import services
from problems.doubts import doubts
from problems.forms import ProblemForm, StatementForm, StatementFormSet
from problems.models import MAX_STATEMENTS, Problem, Statement
from problems.origin import origin, pretty
from quizservice.errors import ServiceError

#: Who judged a problem, by its metadata.
JUDGES = {
    "engine": "the grammar engine",
    "engine+model": "the grammar engine, and by a model where the engine was not sure",
}


class StatementInline(TabularInline):
    model = Statement
    form = StatementForm
    formset = StatementFormSet
    fields = StatementForm.Meta.fields
    ordering = ["position"]
    extra = 0
    max_num = MAX_STATEMENTS
    show_change_link = False

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name in {"content", "explanation", "translation"}:
            field.widget = UnfoldAdminTextareaWidget(attrs={"rows": 4, "style": "min-width: 13rem"})
        if field is not None and db_field.name == "error_type":
            field.widget.attrs["style"] = "min-width: 12rem"
        return field


def _origin(problem: Problem) -> dict[str, Any]:
    """How a problem was made, for its page."""
    trace = problem.generation_trace
    metadata = problem.metadata if isinstance(problem.metadata, dict) else {}  # people edit it
    writer, judge = metadata.get("generator"), metadata.get("judge")
    said = [f"Writer: {writer}."] if writer else []
    said += [f"Judged by {JUDGES.get(str(judge), judge)}."] if judge else []
    return {
        "said": " ".join(said),
        "statements": origin(trace),
        "trace": pretty(trace) if trace else "",
    }


class EditingMixin(ModelAdmin):
    """What :class:`ProblemAdmin` has for the page of one problem."""

    form = ProblemForm
    inlines = [StatementInline]
    change_form_before_template = "admin/problems/doubts.html"
    change_form_after_template = "admin/problems/origin.html"
    readonly_fields = [
        "id",
        "shown_status",
        "times_served",
        "last_served",
        "created_at",
        "updated_at",
    ]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "shown_status",
                    "title",
                    "instructions",
                    "grammatical_focus",
                    "level",
                    "target_language_code",
                    "tenses_used",
                    "topic_tags",
                    ("times_served", "last_served"),
                    "overrule",
                ]
            },
        ),
        (
            "Origin",
            {
                "classes": ["collapse"],
                "fields": ["id", "created_at", "updated_at", "metadata"],
            },
        ),
    ]

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(db_field, ArrayField):
            field.widget = UnfoldAdminTextInputWidget()
            field.help_text = "Separated by commas."
        return field

    # --- changes: the services decide ---

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            answer: HttpResponse = super().changeform_view(
                request, object_id, form_url, extra_context
            )
            return answer
        except ServiceError as refused:  # rolled back as a whole
            messages.error(request, refused.detail)
            return redirect(request.path)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        problem: Problem | None = kwargs.get("obj")
        if problem is not None:
            context["doubts"] = doubts(problem.generation_trace)
            context["origin"] = _origin(problem)
        page: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return page

    def save_model(self, request: HttpRequest, obj: Problem, form: Any, change: bool) -> None:
        if not change:
            obj.describe_for_search([str(obj.id)])  # until its statements are stored
        obj.save()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        changed = formset.save(commit=False)
        services.revise_statements(form.instance, changed=changed, deleted=formset.deleted_objects)
