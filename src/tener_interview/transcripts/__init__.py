"""Transcripts: what was said, out of what tools write, and whether two persons said the same."""
