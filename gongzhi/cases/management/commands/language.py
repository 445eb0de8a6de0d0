"""`gongzhi language`: train, use and judge a classifier of texts."""

import argparse
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from gongzhi.cases.queries import proposals
from gongzhi.core.errors import DomainError
from gongzhi.language import classifier, tables, training


class Command(BaseCommand):
    help = "Train, use and judge a classifier of texts (columns text,label)."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True)
        train = parts.add_parser("train", help="train on a file, or on the county's own decided matters")
        train.add_argument("--labelled", type=Path, metavar="FILE.csv")
        train.add_argument("--out", type=Path, required=True, metavar="MODEL")
        predict = parts.add_parser("predict", help="label the texts of a file")
        predict.add_argument("file", type=Path, metavar="FILE.csv")
        predict.add_argument("--model", type=Path, required=True)
        predict.add_argument("--out", type=Path, required=True, metavar="OUT.csv")
        judge = parts.add_parser("evaluate", help="mean F1 over five fixed folds, beside a plain model")
        judge.add_argument("--labelled", type=Path, metavar="FILE.csv")

    def handle(self, *, part: str, **options: Path | None) -> None:
        try:
            getattr(self, f"_{part}")(options)
        except DomainError as error:
            raise CommandError(str(error)) from error

    def _train(self, options: dict[str, Path]) -> None:
        texts, labels = self._labelled(options["labelled"])
        model = training.train(texts, labels)
        model.save(options["out"])
        self.stdout.write(f"{len(texts)} texts, {len(model.labels)} labels: {options['out']}")

    def _predict(self, options: dict[str, Path]) -> None:
        model = classifier.load(options["model"])
        guesses = (
            (text, guess.label, guess.confidence)
            for text in tables.read_texts(options["file"])
            for guess in [model.classify(text, reasons=False)]
        )
        self.stdout.write(f"{tables.write_labels(options['out'], guesses)} texts: {options['out']}")

    def _evaluate(self, options: dict[str, Path]) -> None:
        texts, labels = self._labelled(options["labelled"])
        self.stdout.write("fold  ours  plain")
        ours, plain = training.evaluate(texts, labels, told=self.stdout.write)
        for label, score in sorted(ours.by_label.items()):
            self.stdout.write(f"{label}  {score:.4f}  {plain.by_label[label]:.4f}")
        self.stdout.write(f"macro-F1  {ours.macro_f1:.4f}  {plain.macro_f1:.4f}")
        self.stdout.write(f"accuracy  {ours.accuracy:.4f}  {plain.accuracy:.4f}")

    def _labelled(self, path: Path | None) -> tuple[list[str], list[str]]:
        return tables.read_labelled(path) if path else proposals.decided_for_job()
