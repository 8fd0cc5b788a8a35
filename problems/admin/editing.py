"""The page of a problem in the admin: read, edited and saved through the services."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from unfold.admin import StackedInline

from problems import editing
from problems.admin.problem_pages import ProblemPagesMixin, permits
from problems.forms import FIELDS, ProblemForm
from problems.models import MAX_STATEMENTS, Problem, Statement
from problems.statement_forms import StatementForm, StatementFormSet
from quizservice.errors import ServiceError

#: What the buttons that save do besides, by their value.
PUBLISH, CLOSE = "publish", "close"


class StatementInline(StackedInline):
    """The statements; who may change a problem may change them."""

    model = Statement
    form = StatementForm
    formset = StatementFormSet
    fields = [*StatementForm.Meta.fields, "key", "place"]
    ordering = ["position"]
    max_num = MAX_STATEMENTS

    def get_extra(self, request: HttpRequest, obj: Problem | None = None, **kwargs: Any) -> int:
        """A blank card for each statement of a new problem; on others as many as the address asks for."""
        return 4 if obj is None else int("more" in request.GET)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return permits(request, "problems.view_problem")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return permits(request, "problems.change_problem")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        name = "add_problem" if obj is None or obj._state.adding else "change_problem"
        return permits(request, f"problems.{name}")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request, obj)


class EditingMixin(ProblemPagesMixin):
    """What :class:`ProblemAdmin` has for the page of one problem."""

    form = ProblemForm
    inlines = [StatementInline]
    change_form_template = "admin/problems/edit.html"
    warn_unsaved_form = True
    fieldsets = [(None, {"fields": [*FIELDS, "seen", "reason", "overrule"]})]

    # --- the page ---

    def get_form(
        self, request: HttpRequest, obj: Problem | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        made = super().get_form(request, obj, change=change, **kwargs)
        made.refusal = getattr(request, "refusal", None)
        return made

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        problem: Problem | None = kwargs.get("obj")
        formset = context["inline_admin_formsets"][0].formset
        context |= {
            "statements": formset,
            "sheet": editing.sheet(problem) if problem is not None else None,
            "editable": self._may_save(request, problem),
            "title": self._title(problem),
            "subtitle": None,
        }
        form = context["adminform"].form
        if problem is not None and form.is_bound and getattr(form, "stale", False):
            context["meanwhile"] = editing.meanwhile(form, formset)
        page: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return page

    def _may_save(self, request: HttpRequest, problem: Problem | None) -> bool:
        if problem is None:
            return bool(self.has_add_permission(request))
        return bool(self.has_change_permission(request, problem))

    def _title(self, problem: Problem | None) -> str:
        return gettext("New problem") if problem is None else gettext("Problem")

    # --- changes: the services decide ---

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A refusal of a service, which is rolled back as a whole, is said on the page as it was typed."""
        try:
            answer: HttpResponse = super().changeform_view(
                request, object_id, form_url, extra_context
            )
        except ServiceError as refused:
            if getattr(request, "refusal", None) is not None:
                raise
            request.refusal = refused  # type: ignore[attr-defined]
            return self.changeform_view(request, object_id, form_url, extra_context)
        return answer

    def save_model(self, request: HttpRequest, obj: Problem, form: Any, change: bool) -> None:
        """Stored with its statements: see ``save_related``."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        [statements] = formsets
        then = request.POST.get("_save", "")
        form.instance.pk = editing.save(
            form,
            statements,
            by=request.user,  # type: ignore[arg-type]
            publish=then == PUBLISH,
            close_reports=then == CLOSE,
        )

    def construct_change_message(self, *args: Any, **kwargs: Any) -> list[Any]:
        return []

    def log_addition(self, *args: Any) -> None:
        """The problem's own history tells it."""

    def log_change(self, *args: Any) -> None:
        """The problem's own history tells it."""

    def response_add(
        self, request: HttpRequest, obj: Problem, post_url_continue: str | None = None
    ) -> HttpResponse:
        """A new problem is shown: what comes next is to publish it, or to have it looked at."""
        messages.success(request, self._saved(request))
        if "_addanother" in request.POST:
            return redirect("admin:problems_problem_add")
        return redirect("admin:problems_problem_change", obj.pk)

    def response_change(self, request: HttpRequest, obj: Problem) -> HttpResponse:
        messages.success(request, self._saved(request))
        if "_continue" in request.POST:
            return redirect(request.get_full_path())
        answer: HttpResponse = self.response_post_save_change(request, obj)
        return answer

    def _saved(self, request: HttpRequest) -> str:
        return {
            PUBLISH: gettext("The problem is saved and live."),
            CLOSE: gettext("The problem is saved, and its reports are closed."),
        }.get(request.POST.get("_save", ""), gettext("The problem is saved."))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self.history_page(request, unquote(object_id))
