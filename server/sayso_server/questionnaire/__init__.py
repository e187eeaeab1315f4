"""The questionnaire room: a survey's questions, from template to the page's own language.

Its law: standard library, the rooms decision, scoring and texts, and siblings only; no input or
output, no clock.
"""
