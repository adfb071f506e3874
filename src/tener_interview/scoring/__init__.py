"""Scoring of one answer: pure functions of criteria, question and transcript.

Read `languages.tokens`, `ignored_words`, `evidence` and `content`, `weights`, `explanation`: `answer` calls them all.
"""
