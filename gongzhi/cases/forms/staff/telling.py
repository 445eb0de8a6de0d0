"""Forms of what is told beside the loop: words, pictures, what everybody may read."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gongzhi.cases.forms.resident import PicturesField
from gongzhi.cases.forms.staff.moves import MoveForm, readers_field
from gongzhi.cases.queries.evidence import Piece
from gongzhi.core.forms import CleanTextField


class PublishForm(MoveForm):
    def build(self) -> None:
        limits = self.lists.intake
        self.fields["title"] = CleanTextField(
            max_length=limits.title_signs,
            label=_("Public title"),
            error_messages={"required": _("Please write a few words here.")},
        )
        self.fields["text"] = self._public_text(_("What was raised"), limits.text_signs)
        self.fields["answer"] = self._public_text(_("What came of it"), limits.words_signs)
        if self.lists.shots:
            self.fields["shown"] = forms.TypedMultipleChoiceField(
                coerce=int,
                required=False,
                label=_("Pictures that everybody may see"),
                help_text=_("Look for faces, number plates and doors first. What has no tick stays inside."),
                widget=forms.CheckboxSelectMultiple,
                choices=[(str(p.position), _shot_words(p)) for p in self.lists.shots],
            )

    @property
    def shown_rows(self) -> list[tuple[Piece, Any]]:
        """Each picture with its own tick."""
        return list(zip(self.lists.shots, self["shown"], strict=True)) if self.lists.shots else []

    def _public_text(self, label: Any, longest: int) -> CleanTextField:
        return CleanTextField(
            max_length=longest,
            label=label,
            widget=forms.Textarea(attrs={"rows": 7}),
            error_messages={"required": _("Please write a few words here.")},
        )


def _shot_words(piece: Piece) -> str:
    said = gettext("Picture %(n)d (%(what)s)") % {"n": piece.position, "what": piece.purpose_words}
    return f"{said} {piece.caption}".strip()


class AttachForm(MoveForm):
    def build(self) -> None:
        self.fields["pictures"] = PicturesField(
            limits=self.lists.attachments, documents=True, label=_("Photos or PDF documents")
        )
        self.fields["purpose"] = forms.ChoiceField(
            label=_("What the photos show"),
            widget=forms.RadioSelect,
            initial="other",
            required=False,
            choices=[
                ("before", _("How it was before the work")),
                ("after", _("How it is after the work")),
                ("other", _("Something else")),
            ],
        )
        self.fields["words"] = self.words_field(_("What is to be seen"), required=False, rows=2)
        self.fields["public"] = readers_field(_("Who sees them"))

    def clean_pictures(self) -> Any:
        if not self.cleaned_data["pictures"]:
            raise ValidationError(_("Please choose at least one photo or document."))
        return self.cleaned_data["pictures"]


class CommentForm(MoveForm):
    def build(self) -> None:
        self.fields["words"] = self.words_field(_("Comment"), rows=3)
        self.fields["public"] = readers_field(_("Who reads it"))
