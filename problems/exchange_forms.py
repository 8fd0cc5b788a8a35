"""What is asked before an import: the file, and then what shall become of its problems."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from problems.exchange.importing import MAX_BYTES
from problems.models import Problem


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".csv,.json,text/csv,application/json", "data-most": str(MAX_BYTES)}
        ),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty."),
        },
    )


class ImportForm(forms.Form):
    """``objections``: whether the grammar check objects to anything."""

    status = forms.ChoiceField(
        label=_("New problems are"),
        choices=[
            (Problem.Status.DRAFT, _("drafts: nobody sees them until somebody publishes them")),
            (Problem.Status.REVIEW, _("in review: a colleague looks at them first")),
            (Problem.Status.LIVE, _("live: learners get them at once")),
        ],
        initial=Problem.Status.DRAFT,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the new problems shall be.")},
    )
    overrule = forms.BooleanField(
        label=_("Import although the grammar check objects"),
        required=False,
        help_text=_("The check speaks only where it is certain. You may know better."),
    )

    def __init__(self, *args: Any, objections: bool, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not objections:
            del self.fields["overrule"]
        if not new:  # nothing to choose
            del self.fields["status"]

    def clean_overrule(self) -> bool:
        if not self.cleaned_data["overrule"]:
            raise forms.ValidationError(
                gettext("Tick this, or mend the sentences in the file and send it again.")
            )
        return True


class ExportForm(forms.Form):
    form = forms.ChoiceField(
        label=_("Format"),
        choices=[
            ("csv", _("CSV with commas: LibreOffice, Google Sheets, Excel in English")),
            ("csv_semicolon", _("CSV with semicolons: Excel in French")),
            ("json", _("JSON: for programs")),
        ],
        initial="csv",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a format.")},
    )
