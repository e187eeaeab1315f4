"""Sayso's server: decides whom to ask, shows the survey, stores the answers, and scores them.

Nothing is imported here, so that `sayso serve` can run gevent's `monkey.patch_all()` before
anything else is loaded. `sayso_server.app.create_app` makes the application.
"""
