"""Looking into fitted models.

=====================  =======================================================
group_report           counts and metrics for each group of samples
=====================  =======================================================
"""

from skdeep.inspection.groups import group_report

__all__ = ["group_report"]
