"""The pages of users and roles: a teacher is made with a name, a password and a role."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminRadioSelectWidget,
)

from quizservice.console import people

#: The choice beside the roles, for who may do everything.
SUPERUSER = "superuser"


def described(group: Group) -> str:
    """A role as it is offered: its name, and what somebody with it does."""
    meaning = people.meaning(group)
    return f"{people.label(group)}: {meaning}" if meaning else people.label(group)


class NewUserForm(UserCreationForm):
    """A name, a password, and what the person is to do here."""

    usable_password = None  # everybody logs in with a password
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        widget=UnfoldAdminRadioSelectWidget,
        help_text=gettext_lazy("More than one can be chosen later."),
    )

    class Meta(UserCreationForm.Meta):
        fields = ["username", "first_name", "last_name", "email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(group.pk), described(group)) for group in Group.objects.order_by("id")]
        choices.append((SUPERUSER, _("Superuser: may do everything, also give roles")))
        self.fields["role"].choices = choices

    @property
    def groups(self) -> list[Group]:
        """The role that was chosen, as a list of groups."""
        role = self.cleaned_data["role"]
        return [] if role == SUPERUSER else list(Group.objects.filter(pk=role))


class UserForm(UserChangeForm):
    """What may be changed of a user; whether he may log in here follows from his roles."""

    by: User  # who changes, set by the page

    class Meta(UserChangeForm.Meta):
        field_classes = UserChangeForm.Meta.field_classes

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if groups := cast("forms.ModelMultipleChoiceField | None", self.fields.get("groups")):
            groups.label_from_instance = described  # type: ignore[assignment,method-assign]
            groups.queryset = Group.objects.order_by("id")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if people.takes_own_rights(
            self.instance,
            by=self.by,
            is_active=cleaned.get("is_active", True),
            is_superuser=cleaned.get("is_superuser", True),
        ):
            said = _("You cannot take this from yourself: ask another superuser to do it.")
            self.add_error("is_superuser" if cleaned.get("is_active", True) else "is_active", said)
        return cleaned


class RoleFilter(admin.SimpleListFilter):
    title = gettext_lazy("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        groups = Group.objects.order_by("id")
        return [
            *((str(group.pk), people.label(group)) for group in groups),
            (SUPERUSER, _("Superuser")),
            ("none", _("No role")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        match self.value():
            case None:
                return queryset
            case "superuser":
                return queryset.filter(is_superuser=True)
            case "none":
                return queryset.filter(is_superuser=False, groups=None)
            case role if role.isdecimal():
                return queryset.filter(groups=int(role))
        return queryset.none()


admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):
    """Users with their roles. Whoever may change users, but is no superuser, makes and changes none."""

    form = UserForm
    add_form = NewUserForm
    add_form_template = None
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "full_name", "email", "roles", "active", "last_login"]
    list_filter = [RoleFilter, "is_active"]
    search_fields = ["username", "first_name", "last_name", "email"]
    search_help_text = gettext_lazy("Search by name or e-mail address")
    ordering = ["username"]
    filter_horizontal = []
    readonly_fields = ["last_login", "date_joined"]
    add_fieldsets = [
        (None, {"fields": ["username", ("first_name", "last_name"), "email", "role"]}),
        (gettext_lazy("Password"), {"fields": ["password1", "password2"]}),
    ]
    fieldsets = [
        (None, {"fields": ["username", ("first_name", "last_name"), "email", "password"]}),
        (gettext_lazy("Roles"), {"fields": ["groups", "is_superuser", "is_active"]}),
        (gettext_lazy("Dates"), {"fields": [("last_login", "date_joined")]}),
    ]

    class Media:
        css = {"all": ["console/people.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        users: QuerySet[User] = super().get_queryset(request)
        return users.prefetch_related("groups")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type("UserForm", (form,), {"by": request.user}) if obj else form

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelMultipleChoiceField | None:
        if db_field.name == "groups":
            kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
            kwargs["label"] = _("Roles")
            kwargs["help_text"] = _("Whoever has a role may log in here.")
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    # --- the list ---

    @display(description=gettext_lazy("name"), ordering="last_name")
    def full_name(self, obj: User) -> str:
        return obj.get_full_name()

    @display(description=gettext_lazy("roles"))
    def roles(self, obj: User) -> str:
        names = [people.label(group) for group in obj.groups.all()]
        if obj.is_superuser:
            names.insert(0, _("Superuser"))
        return ", ".join(names) or _("none")

    @display(description=gettext_lazy("state"), label={"active": "success", "off": "danger"})
    def active(self, obj: User) -> tuple[str, str]:
        return ("active", _("active")) if obj.is_active else ("off", _("switched off"))

    # --- who may do what: only superusers decide what somebody may do ---

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        own = obj is not None and obj == request.user
        return _is_superuser(request) and not own

    # --- saving ---

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.is_superuser = form.cleaned_data["role"] == SUPERUSER
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change:
            people.let_in(form.instance)
        else:
            people.give_roles(form.instance, form.groups)

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        said = _("%(name)s can log in now, at %(address)s, with the password that you chose.")
        address = request.build_absolute_uri(reverse("admin:index"))
        messages.info(request, said % {"name": obj.get_username(), "address": address})
        page: HttpResponse = ModelAdmin.response_add(self, request, obj, post_url_continue)
        return page


def _is_superuser(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.is_superuser


@admin.register(Group)
class RoleAdmin(DjangoGroupAdmin, ModelAdmin):
    """Roles: those that the service keeps are looked at; others are made here."""

    list_display = ["shown_name", "meaning", "members"]
    search_fields = ["name"]
    search_help_text = gettext_lazy("Search by name")
    ordering = ["id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        groups: QuerySet[Group] = super().get_queryset(request)
        return groups.annotate(_members=Count("user"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        kept = obj is not None and people.is_role(obj)
        return not kept and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        kept = obj is not None and people.is_role(obj)
        return not kept and bool(super().has_delete_permission(request, obj))

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # it would not spare the roles that are kept
        return actions

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest | None = None, **kwargs: Any
    ) -> forms.ModelMultipleChoiceField | None:
        if db_field.name == "permissions":
            kwargs["queryset"] = Permission.objects.select_related("content_type").filter(
                content_type__app_label__in=_APPS
            )
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @display(description=gettext_lazy("role"), ordering="name")
    def shown_name(self, obj: Group) -> str:
        return people.label(obj)

    @display(description=gettext_lazy("what it is for"))
    def meaning(self, obj: Group) -> str:
        return people.meaning(obj)

    @display(description=gettext_lazy("people"))
    def members(self, obj: Any) -> int:
        return int(obj._members)


#: Apps in which there is something to permit.
_APPS = ("problems", "verbs", "generation", "apikeys", "quizservice", "auth")
