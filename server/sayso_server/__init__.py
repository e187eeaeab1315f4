"""Sayso's server: decides whom to ask, shows it, stores what is said, and scores it.

Nothing is imported here, so that `sayso serve` can make the standard library cooperative before
anything else is loaded. The application is made by `sayso_server.app.create_app`.
"""
