"""The component tags for `{% load components %}`: every piece of interface that more than one page uses.

A tag only arranges values it is given; it reads no database. Its markup is the template of the same name
in `templates/_components/`. COMPONENTS.md lists the tags; the gallery at `/components` shows every state.
"""

from gongzhi.core.components import deadlines, fields, frames, lists, pieces
from gongzhi.core.components.drawing import register

__all__ = ["deadlines", "fields", "frames", "lists", "pieces", "register"]
