"""Hooks for a schemathesis run: keys for the calls, and a check of our own.

schemathesis loads this file in a separate process; its settings come from the environment.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import schemathesis

KEY = f"Bearer {os.environ['CONTRACT_KEY']}"
KEY_ID = os.environ["CONTRACT_KEY_ID"]
DEBUG_TOKEN = os.environ["CONTRACT_DEBUG_TOKEN"]

# These calls change or delete their project, so each call gets its own project.
SPENDS_A_PROJECT = {"PATCH /v1/project", "DELETE /v1/project", "PUT /v1/policy"}

Case = schemathesis.Case[Any]


def _spare_keys() -> Iterator[str]:
    yield from Path(os.environ["CONTRACT_SPARE_KEYS"]).read_text().split()


_SPARE = _spare_keys()


@schemathesis.hook
def before_call(_context: Any, case: Case, _kwargs: Any) -> None:
    label = case.operation.label
    if label in SPENDS_A_PROJECT and case.headers.get("Authorization") == KEY:
        case.headers["Authorization"] = f"Bearer {next(_SPARE)}"
    if label == "DELETE /v1/keys/{key_id}" and case.path_parameters.get("key_id") == KEY_ID:
        case.path_parameters["key_id"] = "00000000-0000-4000-8000-000000000000"
    if label.endswith("/explain") and _is_good(case) and isinstance(case.body, dict):
        case.body["debug"] = DEBUG_TOKEN  # only a command creates this token


def _is_good(case: Case) -> bool:
    return case.meta is not None and case.meta.generation.mode.is_positive


@schemathesis.check
def refused_for_its_meaning(_context: Any, response: Any, case: Case) -> None:
    """Valid data never fails schema validation; 412 needs a precondition in the request."""
    if not _is_good(case):
        return
    if response.status_code == 422:
        assert response.json()["code"] == "unworkable", response.text
    if response.status_code == 412:
        sent = {name.lower() for name in case.headers}
        revision = isinstance(case.body, dict) and "revision" in case.body
        assert "if-match" in sent or revision, response.text
