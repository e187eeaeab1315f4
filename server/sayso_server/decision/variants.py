"""Which variant of a survey a person sees: chosen by weight, and sticky."""

from sayso_server.decision.bucketing import bucket
from sayso_server.decision.rules import SurveyRules


def variant_of(survey: SurveyRules, person: str) -> str | None:
    """The name of the person's variant; None when the survey has no variants."""
    total = sum(variant.weight for variant in survey.variants)
    if not total:
        return None
    remaining = bucket(person, f"variant:{survey.id}") * total
    for variant in survey.variants:
        remaining -= variant.weight
        if remaining < 0:
            return variant.name
    return survey.variants[-1].name
