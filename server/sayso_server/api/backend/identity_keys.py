"""The project's identity keys, with which a host signs identity tokens for its visitors."""

from typing import Any

from marshmallow import Schema, fields

from sayso_server.administration import identity_keys
from sayso_server.api.access import backend_call
from sayso_server.api.backend import blueprint
from sayso_server.api.fields import MomentField
from sayso_server.api.refusals import may_refuse
from sayso_server.errors import Conflict
from sayso_server.tokens.identity import identity_secret


class IdentityKeyOutput(Schema):
    kid = fields.String(
        required=True, metadata={"description": "The `kid` header of tokens signed with the key"}
    )
    created_at = MomentField(required=True)


class NewIdentityKey(IdentityKeyOutput):
    identity_secret = fields.String(
        required=True,
        metadata={"description": "The secret with which the host's backend signs tokens"},
    )


class IdentityKeyList(Schema):
    identity_keys = fields.List(fields.Nested(IdentityKeyOutput), required=True)


@blueprint.route("/identity-keys")
@blueprint.response(200, IdentityKeyList)
def list_identity_keys() -> dict[str, Any]:
    """List the valid identity keys, oldest first, without their secrets."""
    backend = backend_call("manage")
    keys = identity_keys.of_project(backend.dependencies.store, backend.project.id)
    return {"identity_keys": keys}


@blueprint.route("/identity-keys", methods=["POST"])
@may_refuse(Conflict)
@blueprint.response(201, NewIdentityKey)
def make_identity_key() -> dict[str, Any]:
    """Create an identity key. Tokens of earlier keys stay valid until those are retired."""
    backend = backend_call("manage")
    store, project = backend.dependencies.store, backend.project
    made = identity_keys.make(store, project.id, backend.actor, backend.now)
    backend.dependencies.project_cache.forget()
    key = backend.dependencies.settings.secret_key
    return {
        "kid": made.kid,
        "created_at": made.created_at,
        "identity_secret": identity_secret(key, project.id, made.kid),
    }


@blueprint.route("/identity-keys/<string:kid>", methods=["DELETE"])
@may_refuse(Conflict)
@blueprint.response(204)
def retire_identity_key(kid: str) -> str:
    """Retire an identity key: its tokens are refused, within a second on every node. The only key
    cannot be retired."""
    backend = backend_call("manage")
    store, project = backend.dependencies.store, backend.project
    identity_keys.retire(store, project.id, kid, backend.actor, backend.now)
    backend.dependencies.project_cache.forget()
    return ""
