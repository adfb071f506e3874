"""Hireflix, the provider of one-way video interviews, behind the Provider protocol."""

from .provider import HireflixProvider

__all__ = ["HireflixProvider"]
