"""Reads decisions of whole portfolios against the rows: are the figures true, does a decision stand?"""
