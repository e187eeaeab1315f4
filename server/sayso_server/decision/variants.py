"""Which of a survey's variants a person sees: drawn by weight, and the same every time."""

from sayso_server.decision.luck import luck
from sayso_server.decision.rules import SurveyRules


def variant_of(survey: SurveyRules, person: str) -> str | None:
    """The name of the person's variant; None when the survey has no variants."""
    total = sum(variant.weight for variant in survey.variants)
    if not total:
        return None
    drawn = luck(person, f"variant:{survey.id}") * total
    for variant in survey.variants:
        drawn -= variant.weight
        if drawn < 0:
            return variant.name
    return survey.variants[-1].name
