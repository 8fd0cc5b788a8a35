"""The history of all keys, or of one: who did what, when and from where. Nobody edits it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.views import ChangeList

from apikeys.admin.parts import MEDIA, page_of
from apikeys.models import ApiKey, KeyEvent

_KIND, _KEY = "kind__exact", "key__id__exact"


class EventChangeList(ChangeList):
    """Knows whose history it is, when it is that of one key."""

    @property
    def whose(self) -> ApiKey | None:
        texts = self.params.get(_KEY)
        try:
            return ApiKey.objects.filter(id=UUID(str(texts))).first() if texts else None
        except ValueError:
            return None

    @property
    def everybody(self) -> str:
        """The address of the same for all keys."""
        return str(self.get_query_string(remove=[_KEY, "p"]))

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """Kinds of steps: name, address of the list narrowed to it, and whether it is."""
        chosen = self.params.get(_KIND, "")
        everything = (str(_("All")), self.get_query_string(remove=[_KIND, "p"]), not chosen)
        return [
            everything,
            *(
                (str(kind.label), self.get_query_string({_KIND: kind.value}, ["p"]), kind == chosen)
                for kind in KeyEvent.Kind
            ),
        ]


@admin.register(KeyEvent)
class KeyEventAdmin(ModelAdmin):
    list_display = ["when", "whose", "kind_badge", "what_changed", "who", "from_where"]
    list_display_links = None
    list_select_related = ["key"]
    list_per_page = 50
    search_fields = ["key__name", "key__key_prefix", "by", "reason", "address"]
    search_help_text = _("Key, user, address or reason")
    ordering = ["-id"]
    list_before_template = "admin/apikeys/kinds.html"

    @property
    def media(self) -> Any:
        return super().media + MEDIA

    @display(description=_("when"))
    def when(self, event: KeyEvent) -> str:
        return render_to_string("admin/apikeys/cells/moment.html", {"at": event.at})

    @display(description=_("key"))
    def whose(self, event: KeyEvent) -> str:
        context = {"key": event.key, "address": page_of(event.key_id)}
        return render_to_string("admin/apikeys/cells/whose.html", context)

    @display(description=_("step"))
    def kind_badge(self, event: KeyEvent) -> str:
        return render_to_string("admin/apikeys/cells/kind.html", {"event": event})

    @display(description=_("what changed"))
    def what_changed(self, event: KeyEvent) -> str:
        return render_to_string("admin/apikeys/cells/changes.html", {"event": event})

    @display(description=_("by"))
    def who(self, event: KeyEvent) -> str:
        return event.by

    @display(description=_("from"))
    def from_where(self, event: KeyEvent) -> str:
        return event.address or ""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[EventChangeList]:
        return EventChangeList

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A step has no page of its own: the key's tells it."""
        event = self.get_object(request, unquote(object_id))
        if event is None:
            raise Http404
        return redirect(page_of(event.key_id))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may see keys may see what was done to them."""
        user: Any = request.user
        return bool(user.has_perm("apikeys.view_apikey"))
