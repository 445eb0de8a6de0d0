"""Who may what, by name: sets of the cast. Made by hand from the duties of each role, never from the code."""

DESKS = frozenset({"clerk", "village_head", "town_dispatcher", "town_head", "county_dispatcher"})
"""Keep the desk of the village, or of a centre above it."""
HANDLERS = frozenset({"clerk", "village_head"})
REGISTRARS = DESKS | {"line_person"}
ANALYST, MANAGER = frozenset({"analyst"}), frozenset({"manager"})
VILLAGE = REGISTRARS | {"supervisor"} | ANALYST
"""Whose posts have the village 三元村, and what is raised there, in sight."""
STRANGERS = frozenset({"peer_clerk", "peer_dispatcher", "officer"})
UNIT = VILLAGE | MANAGER
EVERYONE = UNIT | STRANGERS
PUBLIC = EVERYONE | {"anonymous"}
AUDITORS = frozenset({"supervisor", "manager"})
APPOINTERS = frozenset({"village_head", "town_head", "manager"})
DISPATCH_SOMEWHERE = DESKS | {"peer_clerk", "peer_dispatcher"}
REGISTER_SOMEWHERE = REGISTRARS | {"peer_clerk", "peer_dispatcher"}
SETTLE_SOMEWHERE = HANDLERS | {"line_person", "town_head", "peer_clerk"}
HANDLE_SOMEWHERE = DISPATCH_SOMEWHERE | {"officer"}
NO_FIGURES = MANAGER | {"line_person"}
FIGURES_SOMEWHERE = EVERYONE - NO_FIGURES
NOBODY: frozenset[str] = frozenset()
MEDIATION = VILLAGE - {"line_person"}
"""Who knows of a dispute in the village; a three-line person only of those he mediates."""
MEDIATORS = frozenset({"clerk", "village_head"})
"""The mediator of the dispute, and the head of its committee."""
TAKE_UP = REGISTER_SOMEWHERE
MEDIATION_FIGURES = EVERYONE - MANAGER - {"line_person", "officer"}
HOTLINE = frozenset({"town_dispatcher", "town_head", "county_dispatcher", "supervisor"}) | ANALYST
"""Who sees calls of the town's line."""
HOTLINE_SOMEWHERE = HOTLINE | {"peer_dispatcher"}
CALL_TAKERS = frozenset({"town_dispatcher", "town_head", "county_dispatcher"})
"""Who takes calls of the town's line."""
HIGHER = frozenset({"town_dispatcher", "town_head", "county_dispatcher", "supervisor"})
"""Stand above the village and may give it more time."""
PASS_ON = REGISTRARS - HANDLERS
"""May pass on what the resident said: all who register for others, but not the unit that answered."""
ABOVE = frozenset({"town_head", "supervisor"})
FLAG_RULERS = ABOVE
"""Look at what seems suspicious in the village's work."""
CALLERS = HIGHER
"""Call residents of the village back about its answers."""
CALL_SOMEWHERE = CALLERS | {"peer_dispatcher"}
OFFICER = frozenset({"officer"})
NO_CASES = frozenset({"manager"})
"""Whose role sees no case at all: told so, whatever the case."""
WRITE_ARTICLES = HANDLE_SOMEWHERE
"""Write articles for their unit."""
KEEP_ARTICLES = DESKS | {"supervisor"}
"""See the making of an article of the village."""
PUBLISH_ARTICLES = frozenset({"village_head", "town_head", "county_dispatcher", "supervisor"})
"""Publish and withdraw articles of the village, but for their own words."""
