"""A batch of records: one request for people, then one for events.

People are sent first. This keeps each person's records in order, because `add` refuses an identify
or alias for a person whose event is already in the batch. A host that identifies and tracks in
every request still needs only two requests per batch.
"""

from collections.abc import Sequence
from typing import Final

from sayso.record import Event, Record

MAX_RECORDS: Final = 500
MAX_BYTES: Final = 512_000


class Batch:
    def __init__(self) -> None:
        self.people: list[str] = []
        self.events: list[str] = []
        self._bytes = 0
        self._acted: set[str] = set()

    def __len__(self) -> int:
        return len(self.people) + len(self.events)

    def add(self, record: Record) -> bool:
        """False when the record must go into the next batch."""
        text = record.json()
        if not self._has_room(len(text)) or not self._keeps_order(record):
            return False
        if isinstance(record, Event):
            self._acted.update(record.who)
            self.events.append(text)
        else:
            self.people.append(text)
        self._bytes += len(text) + 1
        return True

    def _has_room(self, size: int) -> bool:
        return not len(self) or (len(self) < MAX_RECORDS and self._bytes + size < MAX_BYTES)

    def _keeps_order(self, record: Record) -> bool:
        return isinstance(record, Event) or self._acted.isdisjoint(record.who)


def people_body(people: Sequence[str]) -> str:
    return f'{{"people":[{",".join(people)}]}}'


def events_body(events: Sequence[str], sent_at: str) -> str:
    return f'{{"sent_at":"{sent_at}","events":[{",".join(events)}]}}'
