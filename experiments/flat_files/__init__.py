"""`make flat-files`: six raw files as strangers write them, each described and trained without editing."""
