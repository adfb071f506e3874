"""An answer to its score and what is said of it: pure functions of criteria, question and transcript.

Read in order: `languages.tokens`, then `mask`, `features` and `content`, `weights`, `explanation`; `answer` puts them
together.
"""
