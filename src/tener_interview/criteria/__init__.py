"""Criteria and formula: the two files by which interviews are scored, read and checked."""
