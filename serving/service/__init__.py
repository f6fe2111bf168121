"""The HTTP service: requests, decision records, loading of accounts, watching the champion, packaging."""
