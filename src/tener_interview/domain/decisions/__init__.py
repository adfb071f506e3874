"""Decisions about candidates, which only people make."""
