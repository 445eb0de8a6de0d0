"""Every field that holds people's words or names has a class; none of it reaches a log."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.db.models import Model
from django.test import Client

from gongzhi.cases.lifecycle import State
from gongzhi.cases.models import Case
from gongzhi.core import clock, metrics
from gongzhi.core.fields import EncryptedTextField
from gongzhi.core.logs import JsonLines, PlainLines
from gongzhi.core.models import BaseModel, FieldClass
from tests.cast import Cast
from tests.stage import Program, Stage, picture, receipt_of

ABOUT_PEOPLE = frozenset(
    {
        "name",
        "phone",
        "mail",
        "email",
        "address",
        "text",
        "words",
        "body",
        "note",
        "title",
        "answer",
        "sentence",
    }
    | {"comment", "reason_words", "network", "mark", "login", "username", "waiting", "data", "error"}
)
"""A field with one of these in its name is about people until its model says otherwise."""

NOT_ABOUT_PEOPLE = {
    "cases.learntmodel.figures": "how well a model did",
    "core.timedjobrun.name": "the name of a job",
    "core.sharedentry.value": "counts of tries, under keyed names",
    "cases.casemerge.clocks": "keys of clocks",
    "cases.expert.subjects": "codes of subjects",
    "cases.flag.facts": "counts, shares and moments",
    "followup.draw.heaps": "public numbers of matters",
    "mediation.dispute.signs": "codes of the list of signs of risk",
    "core.timedjobrun.error": "the class of a failure, never its text",
    "audit.auditevent.code": "the code of an event",
    "audit.auditevent.actor_key": "the key of an account, as in every foreign key",
    "audit.auditevent.actor_posts": "roles and codes of units",
    "audit.auditevent.door": "page, api, job",
    "audit.auditevent.unit_code": "the code of a unit",
    "audit.auditevent.subject": "the public number of a thing",
    "audit.auditevent.request_id": "a random number",
    "audit.auditevent.salt": "a random number",
    "cases.figurecursor.name": "the name of a cursor",
    "workbench.batchitem.mark": "a digest of where a matter stands",
    "workbench.batchitem.reason": "a sentence of the system",
    "cases.flag.mark": "a month, or a month and a digest of an answer",
    "cases.export.with_words": "whether words stand in a file",
    "cases.figurecursor.gaps": "numbers of rows",
}
"""Fields that look like it and hold something else, with what they hold."""


def models_of_ours() -> Iterator[type[Model]]:
    for model in apps.get_models(include_auto_created=True):
        if model.__module__.startswith("gongzhi."):
            yield model


def own_fields() -> Iterator[tuple[str, type[Model], "models.Field[object, object]"]]:
    for model in models_of_ours():
        for field in model._meta.concrete_fields:
            yield f"{model._meta.label_lower}.{field.name}", model, field


def class_of(model: type[Model], field: str) -> FieldClass:
    classes: dict[str, FieldClass] = getattr(model, "field_classes", {})
    return classes.get(field, FieldClass.INTERNAL)


def is_about_people(field: "models.Field[object, object]") -> bool:
    """Whether a field holds free text, or has a name that says it is about somebody."""
    if isinstance(field, EncryptedTextField | models.TextField | models.EmailField | models.JSONField):
        return True
    if not isinstance(field, models.CharField) or field.choices:
        return False
    return bool(set(field.name.split("_")) & ABOUT_PEOPLE)


@pytest.mark.once
def test_every_model_of_ours_classifies_its_fields() -> None:
    silent = [model._meta.label for model in models_of_ours() if "field_classes" not in vars(model)]
    assert silent == []


@pytest.mark.once
def test_a_class_is_given_only_to_fields_that_exist() -> None:
    for model in models_of_ours():
        classes: dict[str, FieldClass] = getattr(model, "field_classes", {})
        known = {field.name for field in model._meta.concrete_fields}
        assert set(classes) <= known, model._meta.label
        assert all(isinstance(each, FieldClass) for each in classes.values())


@pytest.mark.once
def test_a_field_that_holds_peoples_words_or_names_has_a_class() -> None:
    unclassified = [
        name
        for name, model, field in own_fields()
        if is_about_people(field)
        and field.name not in getattr(model, "field_classes", {})
        and name not in NOT_ABOUT_PEOPLE
    ]
    assert unclassified == [], "give them a class in field_classes, or say in NOT_ABOUT_PEOPLE what they hold"


@pytest.mark.once
def test_the_list_of_what_is_not_about_people_names_only_fields_without_a_class() -> None:
    without = {name for name, model, field in own_fields() if field.name not in model.field_classes}  # type: ignore[attr-defined]
    assert set(NOT_ABOUT_PEOPLE) <= without


@pytest.mark.once
def test_every_encrypted_field_is_personal_or_sensitive() -> None:
    light = [
        name
        for name, model, field in own_fields()
        if isinstance(field, EncryptedTextField)
        and class_of(model, field.name) not in (FieldClass.PERSONAL, FieldClass.SENSITIVE)
    ]
    assert light == []


@pytest.mark.once
def test_ways_to_reach_a_reporter_are_sealed_in_the_database() -> None:
    for field in ("reporter_name", "reporter_phone", "reporter_mail"):
        assert isinstance(Case._meta.get_field(field), EncryptedTextField)
        assert class_of(Case, field) is FieldClass.SENSITIVE


@pytest.mark.once
def test_all_tables_come_from_the_base_that_asks_for_classes() -> None:
    other = [model._meta.label for model in models_of_ours() if not issubclass(model, BaseModel)]
    # An account comes from Django’s own base; the shared cache and the proof of the keys keep their own keys.
    assert set(other) <= {"orgs.User", "core.SharedEntry", "core.KeyProof"}


# What was said and who said it stays out of logs and figures

SECRETS = {
    "text": "老槐树下的秘密暗号甲乙丙",
    "name": "欧阳隐名",
    "phone": "13987654321",
    "mail": "ouyang.hidden@example.org",
    "place_detail": "三组十七号后院",
    "words": "我不想让人知道的补充",
}


@pytest.mark.django_db
def test_no_log_line_and_no_figure_holds_what_was_said_or_who_said_it(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(hours=3))
    caplog.set_level(logging.DEBUG)
    visitor = Client(raise_request_exception=False)
    form = {"token": str(uuid4()), "place": cast.units.village.code, **SECRETS}
    del form["words"]
    bad = SimpleUploadedFile(f"{SECRETS['name']}.jpg", b"no picture")
    assert visitor.post("/raise/", form | {"pictures": bad}).status_code == 422
    photo = SimpleUploadedFile(f"{SECRETS['name']}.jpg", picture(), "image/jpeg")
    assert visitor.post("/raise/", form | {"pictures": photo}).status_code == 302
    case = Case.objects.get()
    receipt = receipt_of(case)
    assert visitor.get(f"/t/{receipt['number']}/{receipt['code']}/").status_code == 200
    added = {"token": str(uuid4()), "words": SECRETS["words"]}
    assert visitor.post(f"/t/{receipt['number']}/{receipt['code']}/add/", added).status_code == 302
    assert visitor.post("/track/", {"number": case.number, "secret": SECRETS["phone"]}).status_code == 302
    visitor.post("/account/login/", {"login": SECRETS["name"], "password": SECRETS["words"]})
    visitor.get("/nowhere/", {"q": SECRETS["phone"]})
    visitor.get(f"/nowhere/{SECRETS['phone']}/")
    clerk = Program(cast.clerk)
    body = {"text": SECRETS["text"], "place": cast.units.village.code, "reporter_phone": SECRETS["phone"]}
    assert clerk.post("/cases", body).status_code == 201
    assert clerk.post("/cases", body | {"reporter_mail": SECRETS["name"]}).status_code == 422
    assert (
        clerk.post(f"/cases/{case.number}/moves", {"move": "nonsense", "words": SECRETS["words"]}).status_code
        == 422
    )
    Stage(cast, at).in_state(State.CLOSED)
    said = "\n".join(each.format(record) for record in caplog.records if record.name != "django.db.backends"
                     for each in (JsonLines(), PlainLines()))  # fmt: skip
    assert caplog.records, "something was logged"
    figures = metrics.render().decode()
    for what, secret in SECRETS.items():
        assert secret not in said, what
        assert secret not in figures, what
    assert receipt["code"] not in said
    assert receipt["code"] not in figures
    assert case.number not in figures
