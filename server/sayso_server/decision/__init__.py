"""The decision room: who is asked, when, and why not.

Its law: standard library and siblings only. No input or output, no clock, no randomness: `now`
and everything known about a person come in as arguments; a Decision with its Reason goes out.
"""
