"""The project's secret keys. All calls need the scope `manage`."""

from typing import Any
from uuid import UUID

from marshmallow import EXCLUDE, Schema, fields, validate

from sayso_server.administration import keys
from sayso_server.api.access import backend_call
from sayso_server.api.backend import blueprint
from sayso_server.api.backend.strict_schema import StrictSchema
from sayso_server.api.fields import List, MomentField
from sayso_server.api.refusals import may_refuse
from sayso_server.errors import Conflict
from sayso_server.storage.projects.keys import SCOPES


class KeyInput(StrictSchema):
    scopes = List(
        fields.String(validate=validate.OneOf(SCOPES)),
        required=True,
        validate=validate.Length(1, len(SCOPES)),
        metadata={"description": "What the key may do; only scopes that the calling key has"},
    )


class KeyOutput(Schema):
    id = fields.UUID(required=True)
    hint = fields.String(required=True, metadata={"description": "The key's last characters"})
    scopes = fields.List(fields.String(), required=True)
    created_at = MomentField(required=True)
    last_used_at = MomentField(
        required=True,
        allow_none=True,
        metadata={"description": "May be up to two minutes late; null if never used"},
    )


class NewKey(KeyOutput):
    key = fields.String(
        required=True, metadata={"description": "The secret; it is shown only this once"}
    )


class KeyList(Schema):
    keys = fields.List(fields.Nested(KeyOutput), required=True)


class Revocation(Schema):
    class Meta:
        unknown = EXCLUDE

    last = fields.Boolean(
        load_default=False,
        metadata={"description": "Revoke it even if it is the last key with the scope `manage`"},
    )


@blueprint.route("/keys")
@blueprint.response(200, KeyList)
def list_keys() -> dict[str, Any]:
    """List the secret keys that are not revoked, oldest first, without their secrets."""
    backend = backend_call("manage")
    # Flush this process's buffer first, so that `last_used_at` is up to date.
    backend.dependencies.key_use.flush(backend.dependencies.store, backend.now)
    return {"keys": keys.of_project(backend.dependencies.store, backend.project.id)}


@blueprint.route("/keys", methods=["POST"])
@blueprint.arguments(KeyInput())
@may_refuse(Conflict)
@blueprint.response(201, NewKey)
def make_key(call: dict[str, Any]) -> dict[str, Any]:
    """Create another secret key. Its secret is only in this reply."""
    backend = backend_call("manage")
    key, secret = keys.make(
        backend.dependencies.store,
        backend.project.id,
        call["scopes"],
        backend.actor,
        backend.now,
        granting=backend.project.scopes,
    )
    return {
        "id": key.id,
        "hint": key.hint,
        "scopes": key.scopes,
        "created_at": key.created_at,
        "last_used_at": None,
        "key": secret,
    }


@blueprint.route("/keys/<uuid:key_id>", methods=["DELETE"])
@blueprint.arguments(Revocation(), location="query")
@may_refuse(Conflict)
@blueprint.response(204)
def revoke_key(query: dict[str, Any], key_id: UUID) -> str:
    """Revoke a key, within a second on every node. It may be the calling key. The last key with
    the scope `manage` is revoked only with `?last=true`."""
    backend = backend_call("manage")
    keys.revoke(
        backend.dependencies.store,
        backend.project.id,
        key_id,
        backend.actor,
        backend.now,
        also_the_last=query["last"],
    )
    backend.dependencies.project_cache.forget()
    return ""
