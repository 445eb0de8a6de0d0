"""What is proposed about a matter: by the model in use, or by the key words of subjects and rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gongzhi.cases import learning_rules, learnt_files
from gongzhi.cases.lifecycle import Tier, Urgency
from gongzhi.cases.models import Case, Category, LearntModel, Proposal
from gongzhi.cases.queries import categories
from gongzhi.rulebook.queries import in_force

FIELDS = tuple(learning_rules.FIELDS)
_GRAVITY = {str(name): n for names in (Tier, Urgency) for n, name in enumerate(names)}
"""Of tiers and urgencies that words speak for, the gravest is proposed: a person looks at it sooner."""


@dataclass(frozen=True, slots=True)
class Guess:
    """One value proposed, how sure from 0 to 1, and the words that led there."""

    value: str
    confidence: float
    words: tuple[str, ...] = ()
    by_subject: bool = False
    """It is what the proposed subject says, and nothing more."""
    learnt: bool = False
    """The model said it, not key words."""


Guesses = Mapping[str, Guess]


def text_of(case: Case) -> str:
    return f"{case.title}\n{case.text}"


def chosen_from(*, at: datetime) -> float:
    """Return the confidence from which a proposal stands on the form as chosen."""
    return in_force(learning_rules.PROPOSALS, at=at).params.chosen_from


def model_in_use() -> LearntModel | None:
    """Return the model in use. One query."""
    return LearntModel.objects.filter(state=LearntModel.State.IN_USE).first()


def readable(model: LearntModel | None) -> LearntModel | None:
    """Return the model, or None where its file is lost, broken or of another version: key words speak then.
    Loads it."""
    return model if model and learnt_files.is_readable(model.file) else None


def of_case(case: Case, *, at: datetime) -> Guesses:
    """Return what was proposed for a case, or what key words propose while the worker has not come to it.
    One or two queries; never loads a model."""
    rows = Proposal.objects.filter(case=case)
    kept = {
        row.field: Guess(row.value, row.confidence, tuple(row.words.split()), by_subject=row.by_subject)
        for row in rows
    }
    return kept or by_words(text_of(case), subjects=list(categories.list_categories()), at=at)


def guess(
    text: str, *, subjects: Sequence[Category], model: LearntModel | None, at: datetime
) -> dict[str, Guess]:
    """Return the proposals for a text, the model going before the key words. For the worker: loads it."""
    found = by_words(text, subjects=subjects, at=at)
    learnt = learnt_files.model(model.file) if model else {}
    reading = None
    for field, classifier in learnt.items():
        reading = reading or classifier.read(text)
        shares = classifier.shares(reading)
        if field == "category":
            known = {row.code for row in subjects}
            value, sure = _subject(shares, known, enough=chosen_from(at=at))
        else:
            value, sure = next(iter(shares.items()))
        if value:
            label = value if value in shares else next(name for name in shares if name.startswith(value))
            found[field] = Guess(value, sure, classifier.words_for(reading, label), learnt=True)
    return found


def _subject(shares: Mapping[str, float], known: set[str], *, enough: float) -> tuple[str, float]:
    """Return the likeliest subject in use; where none is sure enough, the one above it that is."""
    usable = {code: share for code, share in shares.items() if code in known}
    if not usable:
        return "", 0.0
    best = next(iter(usable))
    code = best
    while code:
        share = sum(each for other, each in usable.items() if other.startswith(code))
        if code in known and share >= enough:
            return code, min(share, 1.0)
        code = code[: -categories.LEVEL_SIGNS]
    return best, usable[best]


def by_words(text: str, *, subjects: Sequence[Category], at: datetime) -> dict[str, Guess]:
    """Return what key words propose. The confidence is the share of the signs that speak for it, one more
    counted against: a start for a new county, not measured."""
    rule = in_force(learning_rules.PROPOSALS, at=at).params
    found: dict[str, Guess] = {"tier": Guess(Tier.SMALL, rule.usual_tier)}
    spoken = {row.code: hit for row in subjects if (hit := _hits(row.words, text))}
    if spoken:
        best = max(spoken, key=lambda code: (len(spoken[code]), sum(map(len, spoken[code])), len(code), code))
        against = max((_signs(hit) for code, hit in spoken.items() if not _is_line(code, best)), default=0)
        sure = _sure(_signs(spoken[best]), against)
        found["category"] = Guess(best, sure, spoken[best])
        subject = next(row for row in subjects if row.code == best)
        found["kind"] = Guess(subject.kind, sure, spoken[best], by_subject=True)
        found["urgency"] = Guess(subject.urgency, sure, spoken[best], by_subject=True)
    for field in ("kind", "tier", "urgency"):
        said = {
            row.value: hit for row in rule.key_words if row.field == field and (hit := _hits(row.said, text))
        }
        if said:
            value = max(said, key=lambda name: (_GRAVITY.get(name, len(said[name])), name))
            against = max((_signs(hit) for name, hit in said.items() if name != value), default=0)
            found[field] = Guess(value, _sure(_signs(said[value]), against), said[value])
    return found


def _hits(words: str, text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words.split() if word in text))


def _signs(hits: Sequence[str]) -> int:
    return sum(map(len, hits))


def _sure(speaking: int, against: int) -> float:
    return speaking / (speaking + against + 1)


def _is_line(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def explained(guesses: Guesses) -> dict[str, Guess]:
    """Return the proposals with confidences as whole hundredths, as they are shown and kept."""
    return {field: replace(each, confidence=round(each.confidence, 2)) for field, each in guesses.items()}
