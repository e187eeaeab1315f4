"""Teahouse: a customer's application. It uses Sayso only through the SDK and the script tag."""
