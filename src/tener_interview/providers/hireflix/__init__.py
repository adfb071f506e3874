"""Hireflix, the provider of one-way video interviews, behind the Provider protocol."""

from .client import GraphQLClient
from .provider import HireflixProvider

#: The longest response is a page of 25 interviews: 6 MB with ten minutes of speech for each of twenty questions.
MAX_RESPONSE_BYTES = 8 * 1024 * 1024

__all__ = ["MAX_RESPONSE_BYTES", "GraphQLClient", "HireflixProvider"]
