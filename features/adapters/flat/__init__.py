"""A flat file, one row a case with a target column, described by its configuration alone."""

from features.adapters.flat.cases import FlatCases, duplicates_across, load
from features.adapters.flat.config import FlatColumn, FlatConfig, FlatTheme
from features.adapters.flat.values import ColumnFinding

__all__ = ["ColumnFinding", "FlatCases", "FlatColumn", "FlatConfig", "FlatTheme", "duplicates_across", "load"]
