"""Pictures of fits, searches and diagnoses, in scikit-learn's manner."""

from skdeep.inspection.displays.attention import AttentionDisplay
from skdeep.inspection.displays.capacity import CapacityDisplay
from skdeep.inspection.displays.diagnosis import DiagnosisDisplay
from skdeep.inspection.displays.feature_maps import FeatureMapDisplay
from skdeep.inspection.displays.filters import FilterDisplay
from skdeep.inspection.displays.loss_curve import LossCurveDisplay
from skdeep.inspection.displays.occlusion import OcclusionDisplay
from skdeep.inspection.displays.segmentation import SegmentationDisplay

__all__ = [
    "AttentionDisplay",
    "CapacityDisplay",
    "DiagnosisDisplay",
    "FeatureMapDisplay",
    "FilterDisplay",
    "LossCurveDisplay",
    "OcclusionDisplay",
    "SegmentationDisplay",
]
