"""Administrative use cases, shared by the command line and the API: projects, their secret keys
and their identity keys. Each runs in one transaction and writes an entry to the audit trail.
"""
