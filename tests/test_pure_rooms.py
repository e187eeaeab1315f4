"""The check for pure modules finds impure code in every notation."""

import pytest

from tools.pure_rooms import impure_uses


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from datetime import datetime\nnow = datetime.now()", "datetime.datetime.now"),
        ("from datetime import datetime as d\nnow = d.now", "datetime.datetime.now"),
        ("import datetime\nnow = datetime.datetime.utcnow()", "datetime.datetime.utcnow"),
        ("import datetime as time\nday = time.date.today()", "datetime.date.today"),
        ("from uuid import uuid4\nmade = [uuid4() for _ in range(3)]", "uuid.uuid4"),
        ("text = open('file').read()", "builtins.open"),
    ],
)
def test_a_clock_randomness_or_a_file_is_found(source: str, found: str) -> None:
    assert [name for _, name in impure_uses(source)] == [found]


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import UTC, datetime\nat = datetime.fromisoformat(text).astimezone(UTC)",
        "from uuid import UUID\nnobody = UUID(int=0)",
        "said.now()",
        "def opened(door): return door.open()",
    ],
)
def test_similar_pure_code_is_accepted(source: str) -> None:
    assert list(impure_uses(source)) == []
