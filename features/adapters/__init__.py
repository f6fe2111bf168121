"""Adapters: public data sets and users' own files as contract tables or feature matrices."""
