"""Reports on fitted models.

=====================  =======================================================
diagnose               too small, too big or badly trained, and what to change
layer_report           dead units and gradients, layer by layer
layer_scores           the same in every epoch, by a ScoringMonitor
group_report           counts and metrics for each group of samples
AttentionDisplay       where in a source a network looks while it writes
CapacityDisplay        scores over the number of parameters
DiagnosisDisplay       a diagnosis as a picture
LossCurveDisplay       the loss of every epoch
summary                layers, shapes and costs, before fitting
FilterDisplay          the weights of a convolution as pictures
FeatureMapDisplay      output of a layer for a sample
OcclusionDisplay       parts of a sample that a prediction rests on
SegmentationDisplay    a class or number for every pixel, beside the truth
flatten_pixels         dense predictions as flat arrays, for metrics
=====================  =======================================================
"""

from skdeep.inspection.diagnosis import Diagnosis, diagnose
from skdeep.inspection.displays import (
    AttentionDisplay,
    CapacityDisplay,
    DiagnosisDisplay,
    FeatureMapDisplay,
    FilterDisplay,
    LossCurveDisplay,
    OcclusionDisplay,
    SegmentationDisplay,
)
from skdeep.inspection.groups import group_report
from skdeep.inspection.layers import layer_report, layer_scores
from skdeep.inspection.segmentation import flatten_pixels
from skdeep.inspection.summary import Summary, summary

__all__ = [
    "AttentionDisplay",
    "CapacityDisplay",
    "Diagnosis",
    "DiagnosisDisplay",
    "FeatureMapDisplay",
    "FilterDisplay",
    "LossCurveDisplay",
    "OcclusionDisplay",
    "SegmentationDisplay",
    "Summary",
    "diagnose",
    "flatten_pixels",
    "group_report",
    "layer_report",
    "layer_scores",
    "summary",
]
