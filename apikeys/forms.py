"""The forms of the admin that issue, change and rotate a key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from apikeys import services
from apikeys.models import MAX_RPM, READ, SCOPES, ApiKey

#: What of a key can be set and changed.
FIELDS = tuple(services.DEFAULTS)


class NetworksField(forms.CharField):
    """Networks of a list, one a line."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed("\n".join(initial or []), "\n".join(str(data or "").split()))


class KeyForm(forms.ModelForm):
    """What a key shall be. ``values()`` is what ``services.issue`` and ``change`` take when it is valid."""

    permissions_scope = forms.MultipleChoiceField(
        label="Permissions",
        choices=[(scope, scope) for scope in SCOPES],
        initial=[READ],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="write includes read, admin includes both.",
    )
    rate_limit_rpm = forms.IntegerField(
        label="Requests a minute",
        min_value=1,
        max_value=MAX_RPM,
        initial=100,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    allowed_ips = NetworksField(
        label="Allowed addresses",
        required=False,
        max_length=5000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="Addresses or networks such as 203.0.113.0/24, one a line; none means any.",
    )
    expires_at = forms.SplitDateTimeField(
        label="Expires at",
        required=False,
        widget=UnfoldAdminSplitDateTimeWidget,
        help_text="UTC; empty means never.",
    )

    class Meta:
        model = ApiKey
        fields = FIELDS
        widgets = dict.fromkeys(("name", "description", "client_name"), UnfoldAdminTextInputWidget)

    def clean_allowed_ips(self) -> list[str]:
        try:
            return services.normalised_networks(self.cleaned_data["allowed_ips"].split())
        except ValueError as error:
            raise forms.ValidationError(f"{error}.") from None

    def clean_expires_at(self) -> datetime | None:
        moment: datetime | None = self.cleaned_data["expires_at"]
        stays = moment == self.initial.get("expires_at")
        if moment is not None and moment <= timezone.now() and not stays:
            raise forms.ValidationError("The expiry lies in the past.")
        return moment

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        # before the form writes its values into the instance
        if not self.errors and not self.instance._state.adding:
            refusal = services.refusal_of_change(self.instance, self.values())
            if refusal:
                raise forms.ValidationError(f"{refusal}.")
        return cleaned

    def values(self) -> dict[str, Any]:
        """The values by field: of a new key all, of another those that the form changed."""
        given = {name: self.cleaned_data[name] for name in FIELDS}
        if self.instance._state.adding:
            return given
        return {name: given[name] for name in self.changed_data}


class RotationForm(forms.Form):
    """How long the key so far lives on, in seconds."""

    grace_seconds = forms.TypedChoiceField(
        label="The old key lives on for",
        coerce=int,
        choices=[
            (0, "no time: it is dead at once"),
            (3600, "an hour"),
            (86_400, "a day"),
            (services.MAX_GRACE, "a week"),
        ],
        initial=3600,
        widget=UnfoldAdminSelectWidget,
    )
