"""Scoring of one answer: pure functions of criteria, question and transcript.

Read `languages.tokens`, then `mask`, `features` and `content`, `weights`, `explanation`; `answer` calls them in order.
"""
