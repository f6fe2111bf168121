"""Linked sources: a module each, with its table, view, themes and texts; `registry.LINKED` lists them."""
