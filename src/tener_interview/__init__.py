"""Tener Interview: from a shortlist to a ranked, explained result of one-way video interviews."""

__version__ = "0.1.0"
