"""Pure package: a survey's questions, from template to rendering in the visitor's language.

Imports the standard library, the packages decision, scoring and texts, and siblings only. No I/O,
no clock.
"""
