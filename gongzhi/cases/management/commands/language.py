"""`gongzhi language`: train, use and judge a classifier of texts."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gongzhi.cases.actions import learning
from gongzhi.cases.queries import proposals
from gongzhi.core import clock
from gongzhi.core.actor import SYSTEM
from gongzhi.core.errors import DomainError
from gongzhi.language import storing, tables, training


class Command(BaseCommand):
    help = "Train, use and judge a classifier of texts (columns text,label)."
    # What is asked of files needs no pages: checking these loads them all, a second and tens of megabytes.
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True)
        train = parts.add_parser(
            "train", help="train on a file; without one, learn the county's proposals anew and compare"
        )
        train.add_argument("--labelled", type=Path, metavar="FILE.csv")
        train.add_argument("--out", type=Path, metavar="MODEL")
        predict = parts.add_parser("predict", help="label the texts of a file")
        predict.add_argument("file", type=Path, metavar="FILE.csv")
        predict.add_argument("--model", type=Path, required=True)
        predict.add_argument("--out", type=Path, required=True, metavar="OUT.csv")
        judge = parts.add_parser("evaluate", help="mean F1 over five fixed folds, beside a plain model")
        judge.add_argument("--labelled", type=Path, metavar="FILE.csv")

    def handle(self, *, part: str, **options: Any) -> None:
        try:
            getattr(self, f"_{part}")(options)
        except DomainError as error:
            raise CommandError(f"{error} {error.hint}".strip()) from error

    def _train(self, options: Mapping[str, Any]) -> None:
        labelled, out = options["labelled"], options["out"]
        if labelled is None and out is None:
            self._learn()
            return
        if out is None:
            raise CommandError("--out MODEL is missing: where the model shall lie.")
        if labelled is None:
            decided = proposals.decided_for_job()
            model = training.train_fields(decided.texts, decided.labels)
        else:
            texts, labels = tables.read_labelled(labelled)
            model = training.train_fields(texts, {"label": labels})
        storing.save(out, model)
        one = next(iter(model.values()))
        self.stdout.write(f"{one.facts['texts']} texts, {len(one.labels)} labels: {out}")

    def _learn(self) -> None:
        row = learning.ask(by=SYSTEM, at=clock.now(), by_worker=False)
        self.stdout.write(f"model {row.pk}: {learning.run(row.pk)}")
        row.refresh_from_db()
        for field, each in row.figures.items():
            self.stdout.write(f"{field}  new {each['new']:.4f}  old {each['old']:.4f}  of {each['texts']}")
        if row.problem:
            raise CommandError(row.problem)

    def _predict(self, options: Mapping[str, Any]) -> None:
        model = next(iter(storing.load(options["model"]).values()))
        guesses = (
            (text, guess.label, guess.confidence)
            for text in tables.read_texts(options["file"])
            for guess in [model.classify(text, reasons=False)]
        )
        self.stdout.write(f"{tables.write_labels(options['out'], guesses)} texts: {options['out']}")

    def _evaluate(self, options: Mapping[str, Any]) -> None:
        if options["labelled"]:
            texts, labels = tables.read_labelled(options["labelled"])
        else:
            decided = proposals.decided_for_job()
            texts, labels = list(decided.texts), list(decided.labels["category"])
        self.stdout.write("fold  ours  plain")
        ours, plain = training.evaluate(texts, labels, told=self.stdout.write)
        for label, score in sorted(ours.by_label.items()):
            self.stdout.write(f"{label}  {score:.4f}  {plain.by_label[label]:.4f}")
        self.stdout.write(f"macro-F1  {ours.macro_f1:.4f}  {plain.macro_f1:.4f}")
        self.stdout.write(f"accuracy  {ours.accuracy:.4f}  {plain.accuracy:.4f}")
