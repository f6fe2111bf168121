"""Projected cycles as rows of the contract's own tables, for many plans at once."""

from serving.advice.projection.bills import ProjectedBills
from serving.advice.projection.project import Projection, project, projected_bill_rows

__all__ = ["ProjectedBills", "Projection", "project", "projected_bill_rows"]
