"""Linking a source: its consent, the rows it is projected with, the condition in words."""
