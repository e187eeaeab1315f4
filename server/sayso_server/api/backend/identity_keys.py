"""The project's identity keys, with which a host signs who its visitors are."""

from typing import Any

from marshmallow import Schema, fields

from sayso_server.administration import identity_keys
from sayso_server.api.access import backend_call
from sayso_server.api.backend import blueprint
from sayso_server.api.fields import Moment
from sayso_server.api.identity import identity_secret
from sayso_server.api.refusals import may_refuse
from sayso_server.errors import Conflict


class IdentityKeyOutput(Schema):
    kid = fields.String(required=True, metadata={"description": "The `kid` of its tokens"})
    created_at = Moment(required=True)


class NewIdentityKey(IdentityKeyOutput):
    identity_secret = fields.String(
        required=True, metadata={"description": "What the host's backend signs tokens with"}
    )


class IdentityKeyList(Schema):
    identity_keys = fields.List(fields.Nested(IdentityKeyOutput), required=True)


@blueprint.route("/identity-keys")
@blueprint.response(200, IdentityKeyList)
def list_identity_keys() -> dict[str, Any]:
    """The keys whose tokens are taken, oldest first, without their secrets."""
    backend = backend_call("manage")
    found = identity_keys.of_project(backend.parts.store, backend.project.id)
    return {"identity_keys": found}


@blueprint.route("/identity-keys", methods=["POST"])
@may_refuse(Conflict)
@blueprint.response(201, NewIdentityKey)
def make_identity_key() -> dict[str, Any]:
    """Make a new identity secret. Tokens of earlier ones are taken until those are retired."""
    backend = backend_call("manage")
    store, project = backend.parts.store, backend.project
    made = identity_keys.make(store, project.id, backend.actor, backend.now)
    backend.parts.directory.forget()
    key = backend.parts.settings.secret_key
    return {
        "kid": made.kid,
        "created_at": made.created_at,
        "identity_secret": identity_secret(key, project.id, made.kid),
    }


@blueprint.route("/identity-keys/<string:kid>", methods=["DELETE"])
@may_refuse(Conflict)
@blueprint.response(204)
def retire_identity_key(kid: str) -> str:
    """Refuse tokens of this key, within a second on every node. The only one is not retired."""
    backend = backend_call("manage")
    store, project = backend.parts.store, backend.project
    identity_keys.retire(store, project.id, kid, backend.actor, backend.now)
    backend.parts.directory.forget()
    return ""
