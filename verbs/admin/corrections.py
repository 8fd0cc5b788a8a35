"""All corrections of verbs that hold, and the history of those that were made and withdrawn."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.decorators import display

from verbs import corrections, names
from verbs.admin.correcting import may_withdraw, page_of
from verbs.models import CorrectionEvent, VerbOverride
from verbs.spelling import fold, split_citation


class LeadingToVerbs(ChangeList):
    """A list whose rows lead to the pages of their verbs."""

    def url_for_result(self, result: Any) -> str:
        return f"{page_of(result.verb)}#{result.field}"


class ReadOnly(ModelAdmin):
    """A list to look through: its rows are changed on the pages of the verbs."""

    list_display_links = ["citation"]
    list_select_related = ["verb"]
    search_help_text = gettext_lazy("Verb, author or reason")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return LeadingToVerbs

    @display(description=gettext_lazy("verb"), ordering="verb__folded")
    def citation(self, obj: Any) -> str:
        return str(obj.verb.citation)

    @display(description=gettext_lazy("what"), ordering="field")
    def what(self, obj: Any) -> str:
        return names.field_name(obj.field)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A row has no page but its verb's."""
        missing: HttpResponse = self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return missing

    def searched(self, queryset: QuerySet[Any], text: str, person: str) -> QuerySet[Any]:
        """Rows whose verb, person or reason has a text; accents do not matter in verbs."""
        infinitive, _marked = split_citation(text)
        return queryset.filter(
            Q(verb__folded__contains=fold(infinitive))
            | Q(**{f"{person}__icontains": text})
            | Q(reason__icontains=text)
        )


@admin.register(VerbOverride)
class CorrectionAdmin(ReadOnly):
    """What holds now, beside what lexicon and rules say."""

    list_display = [
        "citation",
        "what",
        "ruled",
        "corrected",
        "author",
        "reason",
        "created_at",
        "act",
    ]
    list_filter = ["author"]
    search_fields = ["verb__folded"]
    ordering = ["-created_at"]
    list_before_template = "admin/verbs/corrections_before.html"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[VerbOverride], search_term: str
    ) -> tuple[QuerySet[VerbOverride], bool]:
        return (
            self.searched(queryset, search_term, "author") if search_term else queryset,
            False,
        )

    def get_list_display(self, request: HttpRequest) -> list[str]:
        return [name for name in self.list_display if name != "act" or may_withdraw(request)]

    @display(description=gettext_lazy("by rule"))
    def ruled(self, obj: VerbOverride) -> SafeString:
        text = names.shown(obj.field, corrections.ruled(obj.verb, obj.field))
        return format_html('<del class="c-delete" lang="fr">{}</del>', text)

    @display(description=gettext_lazy("corrected"))
    def corrected(self, obj: VerbOverride) -> SafeString:
        return format_html(
            '<ins class="c-insert" lang="fr">{}</ins>', names.shown(obj.field, obj.value)
        )

    @display(description=gettext_lazy("withdraw"))
    def act(self, obj: VerbOverride) -> SafeString:
        # the form of the list posts to the button's own address
        return format_html(
            '<button type="submit" class="c-button" formaction="{}" name="next" value="{}">{}'
            '<span class="c-hidden"> {}, {}</span></button>',
            reverse("admin:verbs_verb_withdraw", args=[obj.verb_id, obj.id]),
            reverse("admin:verbs_verboverride_changelist"),
            _("Withdraw"),
            obj.verb.citation,
            names.field_name(obj.field),
        )


@admin.register(CorrectionEvent)
class HistoryAdmin(ReadOnly):
    """Who corrected what, and who took it back."""

    list_display = [
        "citation",
        "what",
        "happened",
        "before_shown",
        "value_shown",
        "by",
        "at",
        "reason",
    ]
    list_filter = ["kind", "by"]
    search_fields = ["verb__folded"]
    ordering = ["-id"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[CorrectionEvent], search_term: str
    ) -> tuple[QuerySet[CorrectionEvent], bool]:
        return self.searched(queryset, search_term, "by") if search_term else queryset, False

    @display(
        description=gettext_lazy("what happened"), label={"made": "success", "withdrawn": "warning"}
    )
    def happened(self, obj: CorrectionEvent) -> tuple[str, str]:
        return obj.kind, obj.get_kind_display()

    @display(description=gettext_lazy("before"))
    def before_shown(self, obj: CorrectionEvent) -> str:
        return names.shown(obj.field, obj.before)

    @display(description=gettext_lazy("since then"))
    def value_shown(self, obj: CorrectionEvent) -> str:
        return names.shown(obj.field, obj.value)
