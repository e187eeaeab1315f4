"""The project's secret keys. Whoever may list them may revoke them, so all of it is `manage`."""

from typing import Any
from uuid import UUID

from marshmallow import EXCLUDE, Schema, fields, validate

from sayso_server.administration import keys
from sayso_server.api.access import backend_call
from sayso_server.api.backend import blueprint
from sayso_server.api.backend.typed import Typed
from sayso_server.api.fields import List, Moment
from sayso_server.api.refusals import may_refuse
from sayso_server.errors import Conflict
from sayso_server.storage.keys import SCOPES


class KeyInput(Typed):
    scopes = List(
        fields.String(validate=validate.OneOf(SCOPES)),
        required=True,
        validate=validate.Length(1, len(SCOPES)),
        metadata={"description": "What the key may do; only what the calling key may do itself"},
    )


class KeyOutput(Schema):
    id = fields.UUID(required=True)
    hint = fields.String(required=True, metadata={"description": "The key's last characters"})
    scopes = fields.List(fields.String(), required=True)
    created_at = Moment(required=True)
    last_used_at = Moment(
        required=True,
        allow_none=True,
        metadata={"description": "Up to two minutes behind; null if never"},
    )


class NewKey(KeyOutput):
    key = fields.String(required=True, metadata={"description": "The secret, told this once"})


class KeyList(Schema):
    keys = fields.List(fields.Nested(KeyOutput), required=True)


class Revocation(Schema):
    class Meta:
        unknown = EXCLUDE

    last = fields.Boolean(
        load_default=False,
        metadata={"description": "Revoke it though it is the last key with the scope `manage`"},
    )


@blueprint.route("/keys")
@blueprint.response(200, KeyList)
def list_keys() -> dict[str, Any]:
    """The secret keys that open something, oldest first, without their secrets."""
    backend = backend_call("manage")
    # What has gathered in this process is written first, so that a use just now is told.
    backend.parts.key_use.flush(backend.parts.store, backend.now)
    return {"keys": keys.of_project(backend.parts.store, backend.project.id)}


@blueprint.route("/keys", methods=["POST"])
@blueprint.arguments(KeyInput())
@may_refuse(Conflict)
@blueprint.response(201, NewKey)
def make_key(call: dict[str, Any]) -> dict[str, Any]:
    """Make a further secret key. Its secret is in the reply and nowhere else."""
    backend = backend_call("manage")
    key, secret = keys.make(
        backend.parts.store,
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
    """Revoke a key, within a second on every node; also the calling one. The last key with the
    scope `manage` is revoked with `?last=true` only."""
    backend = backend_call("manage")
    keys.revoke(
        backend.parts.store,
        backend.project.id,
        key_id,
        backend.actor,
        backend.now,
        also_the_last=query["last"],
    )
    backend.parts.directory.forget()
    return ""
