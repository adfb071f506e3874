"""Scorecards: from the scores of answers to dimensions, a total with its range, and a summary."""
