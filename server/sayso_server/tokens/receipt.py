"""The secret of a receipt: a project id, an invitation id, and a 128-bit HMAC of both. It is not
stored, and a wrong secret is refused without a query."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from uuid import UUID

ID = 16  # bytes of a project's or an invitation's id
IDS = 2 * ID
MAC = 16  # bytes


@dataclass(frozen=True, slots=True)
class ReceiptIds:
    """The ids in a receipt's secret."""

    project_id: UUID
    invitation_id: UUID


def secret_of(key: bytes, project_id: UUID, invitation_id: UUID) -> str:
    """The secret of the receipt for the invitation's response; deterministic."""
    ids = project_id.bytes + invitation_id.bytes
    return base64.urlsafe_b64encode(ids + _mac(key, ids)).decode()


def ids_in(key: bytes, secret: str) -> ReceiptIds | None:
    """The ids in the secret; None when its HMAC is wrong."""
    try:
        decoded = base64.b64decode(secret, altchars=b"-_", validate=True)
    except ValueError:
        return None
    ids, mac = decoded[:IDS], decoded[IDS:]
    if not hmac.compare_digest(mac, _mac(key, ids)):
        return None
    return ReceiptIds(UUID(bytes=ids[:ID]), UUID(bytes=ids[ID:]))


def _mac(key: bytes, ids: bytes) -> bytes:
    return hmac.digest(key, b"receipt:" + ids, hashlib.sha256)[:MAC]
