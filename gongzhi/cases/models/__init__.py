"""The tables of the loop, by topic. Import them from here."""

from gongzhi.cases.models.categories import Category
from gongzhi.cases.models.clocks import Clock, ClockPause, Supervision
from gongzhi.cases.models.figures import FigureCursor, StaleFigure, UnitFigure
from gongzhi.cases.models.matters import Case, CaseSight
from gongzhi.cases.models.search import CaseTerms, PublicTerms
from gongzhi.cases.models.story import Attachment, Rating, Transition

__all__ = [
    "Attachment",
    "Case",
    "CaseSight",
    "CaseTerms",
    "Category",
    "Clock",
    "ClockPause",
    "FigureCursor",
    "HelpCall",
    "MeetingDecision",
    "PanelMember",
    "PublicTerms",
    "Rating",
    "StaleFigure",
    "Supervision",
    "Transition",
    "UnitFigure",
]
