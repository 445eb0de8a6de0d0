"""All reads of the organisation, split by subject; import them from here.

Units are public facts (codes, names, telephones of offices). `find_unit`, `unit_at` and `units_by_id` answer
without a viewer so that residents can name their village; what a member of staff works with goes through
`get_unit` and the lists, which keep to the scope of his posts.
"""

from gongzhi.orgs.queries.dates import day_of, is_valid, not_ended_on, valid_on
from gongzhi.orgs.queries.people import (
    Holding,
    TokenLine,
    actor_for,
    appointable,
    find_account,
    get_account,
    get_post,
    heads_of,
    holders,
    holders_for_job,
    list_accounts,
    lock_post,
    lock_user,
    posts_at,
    posts_of,
)
from gongzhi.orgs.queries.tokens import (
    actor_for_token,
    get_own_token,
    get_token,
    hash_token,
    token_hashes,
    tokens_of,
)
from gongzhi.orgs.queries.units import (
    SEARCH_LIMIT,
    UnitLine,
    ancestors,
    children,
    find_unit,
    get_unit,
    lines_below,
    lock_unit,
    search_units,
    subtree,
    top_units,
    unit_at,
    units_by_id,
)

__all__ = [
    "SEARCH_LIMIT",
    "Holding",
    "TokenLine",
    "UnitLine",
    "actor_for",
    "actor_for_token",
    "ancestors",
    "appointable",
    "children",
    "day_of",
    "find_account",
    "find_unit",
    "get_account",
    "get_own_token",
    "get_post",
    "get_token",
    "get_unit",
    "hash_token",
    "heads_of",
    "holders",
    "holders_for_job",
    "is_valid",
    "lines_below",
    "list_accounts",
    "lock_post",
    "lock_unit",
    "lock_user",
    "not_ended_on",
    "posts_at",
    "posts_of",
    "search_units",
    "subtree",
    "token_hashes",
    "tokens_of",
    "top_units",
    "unit_at",
    "units_by_id",
    "valid_on",
]
