"""Levers: what a customer can change. One file a lever; `registry` lists them in order."""
