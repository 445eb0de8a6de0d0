"""What matters are found by: the terms of their words, written by the worker."""

from typing import ClassVar

from django.db import models

from gongzhi.cases.models.matters import Case
from gongzhi.core.models import BaseModel, FieldClass
from gongzhi.language.fields import TermsField, TermsIndex


class CaseTerms(BaseModel):
    """The terms of all that was said in a case, with marks of the units that see it. For staff only."""

    field_classes: ClassVar[dict[str, FieldClass]] = {"terms": FieldClass.PERSONAL}

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="+")
    terms = TermsField()

    class Meta:
        indexes = [TermsIndex(fields=["terms"], key="case_id", name="case_terms_words")]


class PublicTerms(BaseModel):
    """The terms of the words released for a case, and of nothing else: nobody finds one by private words."""

    field_classes: ClassVar[dict[str, FieldClass]] = {"terms": FieldClass.PUBLIC}

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="+")
    terms = TermsField()

    class Meta:
        indexes = [TermsIndex(fields=["terms"], key="case_id", name="public_terms_words")]
