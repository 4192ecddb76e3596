"""Changes to training samples, made anew every time that they are used.

================  =========================================================
``base``          what an augmentation is
``tables``        noise, mask, mixup: samples of any kind
``warps``         images turned, moved, stretched
``images``        images mirrored, brighter, sharper
``series``        series shifted, scaled, cropped, masked
``several``       one after the other
``beside_codes``  any of them, of the numbers beside codes of categories
``of_sources``    any of them, of what is read beside what is written
================  =========================================================
"""

from skdeep.nn.augmentation.base import Augmentation, Mix, mixed_loss
from skdeep.nn.augmentation.images import Brightness, Contrast, Mirror
from skdeep.nn.augmentation.series import (
    Jitter,
    Masking,
    Scaling,
    TimeShift,
    WindowCrop,
)
from skdeep.nn.augmentation.several import Augmentations
from skdeep.nn.augmentation.tables import FeatureMask, InputNoise, MixUp
from skdeep.nn.augmentation.warps import Rotate, Scale, Translate

AUGMENTATIONS: dict[str, type[Augmentation]] = {
    "noise": InputNoise,
    "mask": FeatureMask,
    "mixup": MixUp,
    "rotate": Rotate,
    "translate": Translate,
    "scale": Scale,
    "mirror": Mirror,
    "brightness": Brightness,
    "contrast": Contrast,
    "jitter": Jitter,
    "scaling": Scaling,
    "time_shift": TimeShift,
    "window_crop": WindowCrop,
    "masking": Masking,
}

__all__ = [
    "AUGMENTATIONS",
    "Augmentation",
    "Augmentations",
    "Brightness",
    "Contrast",
    "FeatureMask",
    "InputNoise",
    "Jitter",
    "Masking",
    "Mirror",
    "Mix",
    "MixUp",
    "Rotate",
    "Scale",
    "Scaling",
    "TimeShift",
    "Translate",
    "WindowCrop",
    "mixed_loss",
]
