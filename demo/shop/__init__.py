"""Teahouse: a customer's application. It knows Sayso only by its SDK and its script tag."""
