"""Pictures of fits, searches and diagnoses, in scikit-learn's manner."""

from skdeep.inspection.displays.capacity import CapacityDisplay
from skdeep.inspection.displays.diagnosis import DiagnosisDisplay
from skdeep.inspection.displays.loss_curve import LossCurveDisplay

__all__ = ["CapacityDisplay", "DiagnosisDisplay", "LossCurveDisplay"]
