"""Rules of proposing: key words to begin with, from when on something is chosen already, when a model is
learnt and when it replaces the one before."""

from typing import Literal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from pydantic import Field

from gongzhi.cases import words
from gongzhi.cases.lifecycle import Kind, Tier, Urgency
from gongzhi.cases.rules import _FROM
from gongzhi.rulebook import documents
from gongzhi.rulebook.kinds import Confidence, Level, Params, RuleKind, RuleType, Shown, register

FIELDS = {
    "category": _("Subject"),
    "kind": pgettext_lazy("case", "Kind"),
    "tier": _("Tier"),
    "urgency": _("Urgency"),
}
_VALUES = {
    **{str(key): label for key, label in words.KINDS.items()},
    **{str(key): label for key, label in words.TIERS.items()},
    **{str(key): label for key, label in words.URGENCIES.items()},
}


class KeyWords(Params):
    """Words that speak for one value of one field."""

    shown = {
        "field": Shown(_("field"), choices=FIELDS),
        "value": Shown(_("speaks for"), choices=_VALUES),
        "said": Shown(_("key words, blanks between")),
    }

    field: Literal["kind", "tier", "urgency"]
    value: str = Field(pattern="^(" + "|".join([*Kind, *Tier, *Urgency]) + ")$")
    said: str = Field(min_length=1, max_length=200)


class ProposalParams(Params):
    shown = {
        "chosen_from": Shown(_("chosen already from this confidence"), "share"),
        "usual_tier": Shown(_("confidence of “small” where nothing speaks for more"), "share"),
        "key_words": Shown(_("key words beside those of the subjects")),
    }

    chosen_from: float = Field(ge=0, le=1)
    usual_tier: float = Field(ge=0, le=1)
    key_words: tuple[KeyWords, ...]


PROPOSALS = register(
    RuleKind(
        code="cases.proposals",
        level=Level.OPERATIONAL,
        type=RuleType.INFORMATION,
        title=_("What is proposed when a matter is accepted"),
        sentence=_(
            "Subject, kind, tier and urgency are proposed with the words that led there. A person decides; "
            "below the confidence nothing is chosen already."
        ),
        params=ProposalParams,
        first=ProposalParams(
            chosen_from=0.5,
            usual_tier=0.6,
            key_words=(
                KeyWords(field="kind", value="dispute", said="纠纷 吵架 打架 争地 占了 不认账 赔偿 邻居"),
                KeyWords(field="kind", value="hazard", said="塌方 滑坡 裂缝 漏电 隐患 危房 掉下来 垮塌"),
                KeyWords(field="kind", value="suggestion", said="建议 能不能 希望能 最好"),
                KeyWords(
                    field="kind", value="consultation", said="咨询 请问 怎么办理 如何办理 什么条件 需要哪些"
                ),
                KeyWords(
                    field="tier", value="complex", said="多年 几家 几户 一直没解决 多次反映 两个村 历史遗留"
                ),
                KeyWords(field="tier", value="major", said="全村 全镇 伤亡 死人 群体 上百人 整个组"),
                KeyWords(field="urgency", value="urgent", said="塌方 断水 停电 漏电 堵死 出不去 马上 危险"),
                KeyWords(field="urgency", value="emergency", said="着火 起火 溺水 触电 救命 被埋 爆炸 中毒"),
            ),
        ),
        source=documents.own_proposal(f"{documents.STUDY}三（一）3：小纠纷、复杂问题、重要事项分类处理"),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)


class LearningParams(Params):
    shown = {
        "least": Shown(_("learnt from, at least"), "times"),
        "unseen": Shown(_("decided since the last model, at least"), "times"),
        "every": Shown(_("tried again by itself after"), "days"),
        "worse": Shown(_("one field may lose, at most"), "share"),
    }

    least: int = Field(ge=60)
    unseen: int = Field(ge=30)
    every: int = Field(ge=1, le=366)
    worse: float = Field(ge=0, le=0.5)
    """In macro-F1; the mean over all fields may lose nothing."""


LEARNING = register(
    RuleKind(
        code="cases.learning",
        level=Level.OPERATIONAL,
        type=RuleType.INFORMATION,
        title=_("When proposals are learnt anew"),
        sentence=_(
            "A new model replaces the one in use only if it is not worse on decisions that neither has seen. "
            "Every comparison is kept, and a person can go back."
        ),
        params=LearningParams,
        first=LearningParams(least=200, unseen=60, every=7, worse=0.01),
        source=documents.own_proposal(),
        valid_from=_FROM,
        confidence=Confidence.OWN,
    )
)
