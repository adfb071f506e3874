"""The interview plans of jobs: drafts, published versions, and trying an answer."""
