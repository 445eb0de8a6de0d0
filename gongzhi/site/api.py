"""The root of the API at /api/v1: who calls, how it refuses, which parts it has. OpenAPI at openapi.json."""

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.security import HttpBearer

from gongzhi.cases.api import router as cases
from gongzhi.cases.api.case_files import router as case_files
from gongzhi.cases.api.exports import router as exports
from gongzhi.cases.api.flags import router as flags
from gongzhi.cases.api.likely import router as likely
from gongzhi.core import api as core_api
from gongzhi.core import clock
from gongzhi.core.actor import Actor
from gongzhi.core.errors import NotAllowed
from gongzhi.followup.api import router as followups
from gongzhi.hotline.api import router as hotline
from gongzhi.knowledge.api import router as knowledge
from gongzhi.mediation.api import router as mediation
from gongzhi.orgs import queries as orgs
from gongzhi.orgs.actions import record_token_use
from gongzhi.orgs.network import network_mark
from gongzhi.orgs.permissions import Permission, posts_granting
from gongzhi.workbench.api import router as batches


class Bearer(HttpBearer):
    """A token made by `gongzhi token`; stands for its person with the posts held at the moment of the
    call."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        at = clock.now()
        caller = orgs.caller_for(token, at, network=network_mark(request))
        record_token_use(token_id=caller.token_id, last_used_at=caller.last_used_at, at=at)
        actor = caller.actor
        if not posts_granting(actor, Permission.API_USE):
            raise NotAllowed
        return actor


api = NinjaAPI(
    title="Gongzhi",
    version="1",
    description="Register, find and move matters with the rights of the token's person.",
    auth=Bearer(),
    parser=core_api.CleanParser(),
    docs_url=None,
    urls_namespace="api",
)
core_api.install(api)
api.add_router("", cases)
api.add_router("", exports)
api.add_router("", likely)
api.add_router("", flags)
api.add_router("", case_files)
api.add_router("", batches)
api.add_router("", hotline)
api.add_router("", followups)
api.add_router("", mediation)
api.add_router("", knowledge)
