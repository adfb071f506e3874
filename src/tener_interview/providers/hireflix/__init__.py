"""Hireflix, the provider of one-way video interviews, behind the Provider protocol."""

from .provider import HireflixProvider

#: The longest answer is a page of 25 interviews. With ten minutes of speech for each of twenty questions, that is 6 MB.
MAX_RESPONSE_BYTES = 8 * 1024 * 1024

__all__ = ["MAX_RESPONSE_BYTES", "HireflixProvider"]
