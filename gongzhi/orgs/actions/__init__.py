"""All writes of the organisation, one function each. Split by subject; import them from here."""

from gongzhi.orgs.actions.accounts import (
    AccountNameTaken,
    change_own_password,
    close_account,
    create_account,
    record_factor,
    record_sign_in,
    reopen_account,
    reset_password,
)
from gongzhi.orgs.actions.divisions import ImportReport, import_divisions
from gongzhi.orgs.actions.posts import (
    AlreadyAppointed,
    GrantsTooMuch,
    NotOneself,
    RoleNotForUnit,
    appoint,
    end_post,
    may_grant,
)
from gongzhi.orgs.actions.tokens import issue_token, record_token_use, revoke_token
from gongzhi.orgs.actions.units import (
    CodeTaken,
    MovesUnderItself,
    UnitEnded,
    UnitsBelow,
    create_unit,
    end_unit,
    kinds_below,
    move_unit,
    rename_unit,
)

__all__ = [
    "AccountNameTaken",
    "AlreadyAppointed",
    "CodeTaken",
    "GrantsTooMuch",
    "ImportReport",
    "MovesUnderItself",
    "NotOneself",
    "RoleNotForUnit",
    "UnitEnded",
    "UnitsBelow",
    "appoint",
    "change_own_password",
    "close_account",
    "create_account",
    "create_unit",
    "end_post",
    "end_unit",
    "import_divisions",
    "issue_token",
    "kinds_below",
    "may_grant",
    "move_unit",
    "record_factor",
    "record_sign_in",
    "record_token_use",
    "rename_unit",
    "reopen_account",
    "reset_password",
    "revoke_token",
]
