"""Organisations, users, keys: who stands where, who may see and do what."""

from fastapi import APIRouter

from trace_backend.orgs.endpoints import router as _tree_router
from trace_backend.orgs.models import Organisation, OrganisationType, User
from trace_backend.orgs.repository import in_scope, visible_organisation
from trace_backend.orgs.service import add_organisation, add_tenant, add_user, make_key
from trace_backend.orgs.session_endpoints import router as _session_router
from trace_backend.orgs.sign_in import sign_in

router = APIRouter()
router.include_router(_tree_router)
router.include_router(_session_router)

__all__ = [
    "Organisation",
    "OrganisationType",
    "User",
    "add_organisation",
    "add_tenant",
    "add_user",
    "in_scope",
    "make_key",
    "router",
    "sign_in",
    "visible_organisation",
]
