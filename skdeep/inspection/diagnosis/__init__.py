"""Why a fit is as good or bad as it is, and what to change.

=====================  =======================================================
``diagnose``           the front door
``curves``             signs in a loss curve
``evidence``           everything that was measured, by ``signal`` and ``rates``
``rules``              from evidence to a verdict and its cause
``advice``             from a cause to hyperparameters
=====================  =======================================================
"""

from skdeep.inspection.diagnosis.diagnose import Diagnosis, diagnose

__all__ = ["Diagnosis", "diagnose"]
