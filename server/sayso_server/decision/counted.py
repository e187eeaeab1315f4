"""Numbers with their nouns, in English sentences."""


def counted(n: float, noun: str, plural: str | None = None) -> str:
    """ "1 day", "2 days", "0.5 days", "1,204 events"; `plural` if it is not the noun with an s."""
    number = f"{n:,}" if isinstance(n, int) else f"{n:,.6g}"
    return f"{number} {noun if n == 1 else plural or f'{noun}s'}"
