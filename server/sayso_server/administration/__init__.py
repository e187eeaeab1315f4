"""Use cases of administration, the same behind the command line and the API: projects, their secret
keys and their identity keys. Each runs in one transaction and leaves a line in the audit trail.
"""
