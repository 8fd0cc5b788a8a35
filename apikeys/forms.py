"""The forms of the admin that issue, change, rotate and revoke a key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from apikeys import services
from apikeys.history import MAX_REASON
from apikeys.models import MAX_RPM, READ, SCOPES, ApiKey
from apikeys.networks import WrongLines, read_lines
from apikeys.wording import SCOPE_WORDS
from quizservice.ids import uuid7

#: What of a key can be set and changed.
FIELDS = tuple(services.DEFAULTS)
#: The choice of a grace of one's own, in seconds.
OTHER = "other"


class NetworksWidget(UnfoldAdminTextareaWidget):
    """The list of networks, with what helps to write it: one's own address, and a field to try one."""

    template_name = "apikeys/networks.html"
    #: The address that the reader's own requests come from, as the service sees it.
    my_address = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        return {**context, "my_address": self.my_address}


class NetworksField(forms.CharField):
    """Networks, some on each line; cleaned to a list."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed("\n".join(initial or []), "\n".join(str(data or "").split()))

    def clean(self, value: Any) -> list[str]:
        try:
            return read_lines(super().clean(value))
        except WrongLines as wrong:
            raise forms.ValidationError(wrong.lines) from None


class KeyForm(forms.ModelForm):
    """What a key shall be. ``values()`` is what ``services.issue`` and ``change`` take when it is valid.

    ``new_id`` is the id that a new key will have: a form that is sent twice makes one key.
    """

    new_id = forms.UUIDField(required=False, initial=uuid7, widget=forms.HiddenInput)
    permissions_scope = forms.MultipleChoiceField(
        label=_("Permissions"),
        choices=[(scope, SCOPE_WORDS[scope]) for scope in SCOPES],
        initial=[READ],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    rate_limit_rpm = forms.IntegerField(
        label=_("Requests a minute"),
        min_value=1,
        max_value=MAX_RPM,
        initial=100,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_(
            "What is above is refused (429) until the next minute. With 400 or more, most requests are "
            "counted without asking the database, and so a little faster."
        ),
    )
    allowed_ips = NetworksField(
        label=_("Allowed addresses"),
        required=False,
        max_length=5000,
        widget=NetworksWidget(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_(
            "Addresses or networks such as 203.0.113.0/24, one a line. Empty: any address may call."
        ),
    )
    expires_at = forms.SplitDateTimeField(
        label=_("Expires at"),
        required=False,
        widget=UnfoldAdminSplitDateTimeWidget,
        help_text=_("In UTC. Empty: it never expires."),
    )

    class Meta:
        model = ApiKey
        fields = FIELDS
        widgets = dict.fromkeys(("name", "description", "client_name"), UnfoldAdminTextInputWidget)
        labels = {
            "name": _("Name"),
            "description": _("Description"),
            "client_name": _("Client"),
        }
        help_texts = {
            "name": _("What the key is for, such as “phone app”."),
            "client_name": _("Whose it is: the company or the team."),
        }

    def clean_expires_at(self) -> datetime | None:
        moment: datetime | None = self.cleaned_data["expires_at"]
        stays = moment == self.initial.get("expires_at")
        if moment is not None and moment <= timezone.now() and not stays:
            raise forms.ValidationError(gettext("The expiry lies in the past."))
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
            return {**given, "key_id": self.cleaned_data.get("new_id")}
        return {name: given[name] for name in self.changed_data if name in given}


class RotationForm(forms.Form):
    """How long the key so far lives on; ``prefix_so_far`` is its, so that a double click rotates once."""

    prefix_so_far = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    grace = forms.ChoiceField(
        label=_("The old key goes on working for"),
        choices=[
            ("0", _("no time: it stops at once")),
            ("3600", _("1 hour")),
            ("86400", _("1 day")),
            (str(services.MAX_GRACE), _("7 days")),
            (OTHER, _("another time, in seconds:")),
        ],
        initial="3600",
        widget=UnfoldAdminRadioSelectWidget,
    )
    seconds = forms.IntegerField(
        label=_("Seconds"),
        required=False,
        min_value=0,
        max_value=services.MAX_GRACE,
        widget=UnfoldAdminIntegerFieldWidget,
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("grace") == OTHER and cleaned.get("seconds") is None and not self.errors:
            self.add_error("seconds", gettext("Say how many seconds, or choose another time."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What ``services.rotate`` takes when the form is valid."""
        grace = self.cleaned_data["grace"]
        seconds = self.cleaned_data["seconds"] if grace == OTHER else int(grace)
        return {
            "grace_seconds": seconds,
            "prefix_so_far": self.cleaned_data["prefix_so_far"] or None,
        }


class RevocationForm(forms.Form):
    """Why keys are revoked."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("Kept in the key's history, such as “lost with a laptop” or “contract ended”."),
    )
