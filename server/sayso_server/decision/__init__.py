"""Pure package: decides who is asked, when, and why not.

Imports the standard library and siblings only. No I/O, no clock, no randomness: `now` and
everything known about a person are arguments, and the result is a Decision with its Reason.
"""
