"""Import and export in the admin: a file is looked at first, and what would happen is shown row by row."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from problems.exchange import exporting, importing
from problems.exchange.csv_file import COLUMNS
from problems.exchange_forms import ExportForm, FileForm, ImportForm
from problems.models import MAX_STATEMENTS, Problem, ProblemImport
from quizservice.errors import ServiceError

LIST = "admin:problems_problem_changelist"
#: How many rows of each kind the page of an import shows.
SHOWN = 100


class ExchangeMixin(ModelAdmin):
    """The pages of import and export."""

    def get_urls(self) -> list[URLPattern]:
        def page(view: Callable[..., HttpResponseBase]) -> Any:
            return self.admin_site.admin_view(view)

        own = [
            path("export/", page(self.export_view), name="problems_problem_export"),
            path("import/", page(self.import_view), name="problems_problem_import"),
            path("import/example.csv", page(self.example_view), name="problems_problem_example"),
            path("import/<uuid:import_id>/", page(self.look_view), name="problems_problem_look"),
            path(
                "import/<uuid:import_id>/mistakes.csv",
                page(self.mistakes_view),
                name="problems_problem_mistakes",
            ),
        ]
        urls: list[URLPattern] = own + super().get_urls()
        return urls

    def may_import(self, request: HttpRequest) -> bool:
        """An import adds problems and changes some."""
        return bool(self.has_add_permission(request) and self.has_change_permission(request))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        order = reverse("admin:generation_generationrequest_order")
        may_order = cast("User", request.user).has_perm("generation.add_generationrequest")
        context = {
            "may_import": self.may_import(request),
            "order_address": order if may_order else "",
            "actions_offered": [
                {"name": name, "label": label}
                for name, label in self.get_action_choices(request)
                if name
            ],
        }
        answer: HttpResponse = super().changelist_view(
            request, extra_context=context | (extra_context or {})
        )
        return answer

    # --- export ---

    @admin.action(description=_("Export"), permissions=["view"])
    def export_chosen(self, request: HttpRequest, queryset: QuerySet[Problem]) -> HttpResponseBase:
        """The chosen problems as a file, once its format is chosen."""
        form = ExportForm(request.POST if "form" in request.POST else None)
        if form.is_valid():
            return _file(queryset, form.cleaned_data["form"])
        hidden = [("action", "export_chosen")]
        hidden += [
            (name, value)
            for name in (ACTION_CHECKBOX_NAME, "select_across")
            for value in request.POST.getlist(name)
        ]
        return self._page(
            request,
            "export",
            title=gettext("Export the chosen problems"),
            form=form,
            method="post",
            hidden=hidden,
            back=request.get_full_path(),
        )

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """All problems of a list, with its filters, as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = ExportForm(request.GET if "form" in request.GET else None)
        filters: QueryDict = request.GET.copy()
        filters.pop("form", None)
        request.GET = filters  # type: ignore[assignment]
        found = self.get_changelist_instance(request)
        if form.is_valid():
            return _file(found.get_queryset(request), form.cleaned_data["form"])
        return self._page(
            request,
            "export",
            title=gettext("Export %(problems)s") % {"problems": found.found},
            form=form,
            method="get",
            hidden=[(name, value) for name, values in filters.lists() for value in values],
            back=f"{reverse(LIST)}?{filters.urlencode()}",
        )

    # --- import ---

    def import_view(self, request: HttpRequest) -> HttpResponseBase:
        """Asks for a file; what is in it has a page of its own."""
        self._check_import(request)
        importing.prepare()
        form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                found = importing.look_at(
                    content=file.read(), file_name=file.name, by=request.user.get_username()
                )
                return redirect("admin:problems_problem_look", found.pk)
            except ServiceError as refused:
                form.add_error("file", refused.detail)
        return self._page(
            request,
            "import",
            title=gettext("Import problems"),
            form=form,
            most_problems=importing.MAX_PROBLEMS,
            most_kilobytes=importing.MAX_BYTES // 1000,
            most_statements=MAX_STATEMENTS,
            columns=COLUMNS[:9],
        )

    def example_view(self, request: HttpRequest) -> HttpResponse:
        """A small file to begin with."""
        self._check_import(request)
        return _download("problems.csv", importing.EXAMPLE)

    def look_view(self, request: HttpRequest, import_id: uuid.UUID) -> HttpResponseBase:
        """What an import would do, and the button that does it."""
        self._check_import(request)
        try:
            found = importing.find(import_id, by=request.user.get_username())
            plan = importing.plan_of(found)
        except ServiceError as refused:
            messages.error(request, refused.detail)
            return redirect("admin:problems_problem_import")
        form = ImportForm(
            request.POST or None, objections=bool(plan.objections), new=bool(plan.of_kind("add"))
        )
        if request.method == "POST" and form.is_valid():
            try:
                done = importing.carry_out(
                    import_id,
                    by=request.user.get_username(),
                    seen=request.POST.get("seen"),
                    **form.cleaned_data,
                )
                _tell(request, done)
                return redirect(f"{reverse(LIST)}?sort=-updated")
            except ServiceError as refused:
                messages.error(request, refused.detail)
        return self._page(
            request,
            "look",
            title=gettext("Import %(file)s") % {"file": found.file_name},
            form=form,
            found=found,
            plan=plan,
            shown=f":{SHOWN}",
            shown_number=SHOWN,
            groups=[(kind, plan.of_kind(kind)) for kind in ("refuse", "change", "add", "same")],
            new_import=reverse("admin:problems_problem_import"),
        )

    def mistakes_view(self, request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
        """What is wrong, row by row, as a file."""
        self._check_import(request)
        try:
            found: ProblemImport = importing.find(import_id, by=request.user.get_username())
            text = importing.mistakes(found)
        except ServiceError as refused:
            messages.error(request, refused.detail)
            return redirect("admin:problems_problem_import")
        return _download("mistakes.csv", text)

    def _check_import(self, request: HttpRequest) -> None:
        if not self.may_import(request):
            raise PermissionDenied

    def _page(self, request: HttpRequest, name: str, **context: Any) -> TemplateResponse:
        return TemplateResponse(
            request,
            f"admin/problems/{name}.html",
            {**self.admin_site.each_context(request), "opts": self.opts, **context},
        )


def _file(rows: QuerySet[Problem], form: str) -> StreamingHttpResponse:
    """Problems as a file that is read bit by bit."""
    ending, content_type, _separator = exporting.FORMATS[form]
    day = timezone.localdate().isoformat()
    return StreamingHttpResponse(
        exporting.exported(rows, form=form),
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="problems-{day}.{ending}"'},
    )


def _download(name: str, text: str) -> HttpResponse:
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _tell(request: HttpRequest, done: dict[str, int]) -> None:
    """Say what an import did."""
    said = [
        ngettext("%(n)d problem added.", "%(n)d problems added.", done["added"])
        % {"n": done["added"]},
        ngettext("%(n)d problem changed.", "%(n)d problems changed.", done["changed"])
        % {"n": done["changed"]},
    ]
    if done["same"]:
        same = ngettext(
            "%(n)d problem was as in the file already.",
            "%(n)d problems were as in the file already.",
            done["same"],
        )
        said.append(same % {"n": done["same"]})
    messages.success(request, " ".join(said))
