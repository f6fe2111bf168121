"""The HTTP service: requests, decision records, account loader, model watcher, packaging."""
