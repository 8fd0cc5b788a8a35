"""The form of the admin that issues a key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from apikeys import services
from apikeys.models import MAX_RPM, READ, SCOPES, ApiKey


class NewKeyForm(forms.ModelForm):
    """What a key shall be. ``values()`` is what ``services.issue`` takes when the form is valid."""

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
    allowed_ips = forms.CharField(
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
        fields = [
            "name",
            "description",
            "client_name",
            "permissions_scope",
            "rate_limit_rpm",
            "allowed_ips",
            "expires_at",
        ]
        widgets = dict.fromkeys(("name", "description", "client_name"), UnfoldAdminTextInputWidget)

    def clean_allowed_ips(self) -> list[str]:
        try:
            return services.normalised_networks(self.cleaned_data["allowed_ips"].split())
        except ValueError as error:
            raise forms.ValidationError(f"{error}.") from None

    def clean_expires_at(self) -> datetime | None:
        moment: datetime | None = self.cleaned_data["expires_at"]
        if moment is not None and moment <= timezone.now():
            raise forms.ValidationError("The expiry lies in the past.")
        return moment

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
