"""What we decide and why we can prove it: bundle, scorer, reasons, policy, decision records, the service."""
