"""The tables of the loop, by topic. Import them from here."""

from gongzhi.cases.models.categories import Category
from gongzhi.cases.models.clocks import Clock, ClockPause, Supervision
from gongzhi.cases.models.evidence import CaseFile, SignedStatement
from gongzhi.cases.models.exports import Export
from gongzhi.cases.models.figures import FigureCursor, StaleFigure, UnitFigure
from gongzhi.cases.models.flags import AnswerNetwork, Flag, FlagRow, FlagRuling
from gongzhi.cases.models.governing import (
    Expert,
    ExpertQuestion,
    Extension,
    MeetingDecision,
    PanelMember,
    SpotCheck,
)
from gongzhi.cases.models.learning import LearntModel, Proposal
from gongzhi.cases.models.matters import Case, CaseSight
from gongzhi.cases.models.pairs import CasePair
from gongzhi.cases.models.petitions import Petition, PetitionReview
from gongzhi.cases.models.posters import PosterLink
from gongzhi.cases.models.search import CaseTerms, PublicTerms
from gongzhi.cases.models.story import Attachment, Rating, Transition
from gongzhi.cases.models.together import CaseMerge, HelpCall

__all__ = [
    "AnswerNetwork",
    "Attachment",
    "Case",
    "CaseFile",
    "CaseMerge",
    "CasePair",
    "CaseSight",
    "CaseTerms",
    "Category",
    "Clock",
    "ClockPause",
    "Expert",
    "ExpertQuestion",
    "Export",
    "Extension",
    "FigureCursor",
    "Flag",
    "FlagRow",
    "FlagRuling",
    "HelpCall",
    "LearntModel",
    "MeetingDecision",
    "PanelMember",
    "Petition",
    "PetitionReview",
    "PosterLink",
    "Proposal",
    "PublicTerms",
    "Rating",
    "SignedStatement",
    "SpotCheck",
    "StaleFigure",
    "Supervision",
    "Transition",
    "UnitFigure",
]
