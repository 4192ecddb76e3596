"""Names that other libraries give to the same things, and what else may be meant."""

from collections.abc import Iterable
from typing import Any

# Ours, and what Keras, PyTorch, XGBoost, LightGBM and papers call the same; in any
# case, with "-" or a blank for "_".
SYNONYMS = {
    # Losses.
    "squared_error": (
        "mse mse_loss mseloss mean_squared_error squared_loss l2 l2_loss least_squares "
        "ls regression regression_l2 reg:squarederror"
    ),
    "absolute_error": (
        "mae mae_loss mean_absolute_error l1 l1_loss l1loss lad regression_l1 "
        "least_absolute_deviation reg:absoluteerror"
    ),
    "huber": "huber_loss huberloss smooth_l1 smooth_l1_loss smoothl1 smoothl1loss",
    "quantile": "pinball pinball_loss quantile_loss reg:quantileerror",
    "poisson": "poisson_loss poisson_nll poissonnllloss poisson_deviance count:poisson",
    "log_loss": (
        "logloss log cross_entropy crossentropy cross_entropy_loss crossentropyloss ce "
        "bce bce_loss bceloss bcewithlogits bcewithlogitsloss binary_crossentropy "
        "binary_cross_entropy binarycrossentropy categorical_crossentropy "
        "categorical_cross_entropy categoricalcrossentropy "
        "sparse_categorical_crossentropy sparsecategoricalcrossentropy nll nll_loss "
        "nllloss logistic softmax deviance binomial_deviance binary multiclass "
        "multinomial binary:logistic multi:softmax multi:softprob binary_logloss "
        "multi_logloss mlogloss"
    ),
    "focal": "focal_loss focalloss",
    "dice": "dice_loss diceloss",
    "jaccard": "iou iou_loss jaccard_loss",
    # Activations.
    "identity": "linear none",
    "logistic": "sigmoid",
    "relu": "rectifier rectified_linear",
    "leaky_relu": "leakyrelu lrelu",
    "silu": "swish",
    # Solvers and learning rates.
    "sgd": "gd",
    "rmsprop": "rms_prop",
    "adamw": "adam_w",
    "lbfgs": "l_bfgs l_bfgs_b",
    "adaptive": "plateau reduce_on_plateau reducelronplateau",
    "step": "step_lr steplr step_decay",
    "exponential": "exp exponential_decay exponentialdecay exponentiallr",
    "cosine": "cos cosine_annealing cosineannealinglr cosine_decay cosinedecay",
    "one_cycle": "onecycle onecyclelr",
    # Normalisation, averages of weights, types.
    "batch": "batchnorm batch_norm batchnorm1d batchnorm2d batch_normalization bn",
    "layer": "layernorm layer_norm layer_normalization ln",
    "ema": "exponential_moving_average",
    "swa": "stochastic_weight_averaging",
    "float32": "fp32 f4 single",
    "float64": "double fp64 f8",
    # Starting weights.
    "glorot_uniform": "xavier_uniform glorotuniform",
    "glorot_normal": "xavier_normal glorotnormal",
    "he_uniform": "kaiming_uniform heuniform",
    "he_normal": "kaiming_normal henormal",
    # Blocks, windows and cells.
    "max": "maximum maxpool max_pool maxpooling max_pooling maxpool1d maxpool2d",
    "avg": "average mean avgpool avg_pool average_pooling avgpool1d avgpool2d gap",
    "mean": "average avg",
    "last": "final",
    "plain": "conv convolutional vgg",
    "residual": "res resnet",
    "separable": "depthwise depthwise_separable mobilenet xception",
    "unet": "u_net",
    "transposed": "transpose conv_transpose convtranspose deconv deconvolution",
    "nearest": "nearest_neighbor nearest_neighbour",
    "simple": "rnn elman vanilla vanilla_rnn simple_rnn simplernn",
    # Augmentation.
    "noise": "gaussian_noise gaussiannoise",
    "rotate": "rotation random_rotation randomrotation",
    "translate": "translation random_translation randomtranslation",
    "scale": "zoom random_zoom randomzoom",
    "mirror": (
        "flip random_flip randomflip hflip horizontal_flip randomhorizontalflip "
        "random_horizontal_flip"
    ),
    "brightness": "random_brightness randombrightness",
    "contrast": "random_contrast randomcontrast",
    "time_shift": "shift roll",
    "window_crop": "crop",
    # Samplers and columns.
    "over": (
        "oversample oversampling over_sample over_sampling upsample upsampling "
        "random_over random_oversampling randomoversampler"
    ),
    "under": (
        "undersample undersampling under_sample under_sampling downsample downsampling "
        "random_under random_undersampling randomundersampler"
    ),
    "from_dtype": "auto infer",
}

# Names of nothing there is, for which the nearest name would be a wrong one.
STRANGERS = frozenset(
    (
        *("adamax", "adadelta", "amsgrad", "celu", "glu", "hard_sigmoid", "hinge"),
        *("hinge_loss", "categorical_hinge", "kl_divergence", "log_cosh", "logcosh"),
        *("mape", "msle", "relu6", "segnet", "softsign", "transformer"),
    )
)

SCORERS = {
    "mse": "neg_mean_squared_error",
    "mean_squared_error": "neg_mean_squared_error",
    "rmse": "neg_root_mean_squared_error",
    "root_mean_squared_error": "neg_root_mean_squared_error",
    "mae": "neg_mean_absolute_error",
    "mean_absolute_error": "neg_mean_absolute_error",
    "mape": "neg_mean_absolute_percentage_error",
    "mean_absolute_percentage_error": "neg_mean_absolute_percentage_error",
    "msle": "neg_mean_squared_log_error",
    "rmsle": "neg_root_mean_squared_log_error",
    "log_loss": "neg_log_loss",
    "logloss": "neg_log_loss",
    "mlogloss": "neg_log_loss",
    "cross_entropy": "neg_log_loss",
    "brier": "neg_brier_score",
    "auc": "roc_auc",
    "auroc": "roc_auc",
    "aucpr": "average_precision",
    "auprc": "average_precision",
    "pr_auc": "average_precision",
    "prauc": "average_precision",
    "ap": "average_precision",
    "acc": "accuracy",
    "val_acc": "accuracy",
    "val_accuracy": "accuracy",
    "bal_acc": "balanced_accuracy",
    "balanced_acc": "balanced_accuracy",
    "mcc": "matthews_corrcoef",
    "val_loss": "loss",
}

# Where a number goes that is given for a name, or for True.
NUMBERS_BELONG = {
    "learning_rate": "learning_rate_init",
    "early_stopping": "n_iter_no_change",
    "pool": "pool_size",
    "cell": "units",
}

# What else to say of a value of a hyperparameter, in lower case if it is a string.
OTHERWISE = {
    ("activation", "softmax"): (
        "activation is that of hidden units; outputs are probabilities in any case."
    ),
    ("activation", None): "Did you mean 'identity'?",
    ("cell", "bilstm"): "Did you mean cell='lstm', bidirectional=True?",
    ("cell", "bigru"): "Did you mean cell='gru', bidirectional=True?",
    ("dtype", "bfloat16"): "Did you mean 'float32'?",
    ("dtype", "float"): "Did you mean 'float64', which it is in NumPy?",
    ("dtype", "float16"): "Did you mean 'float32'?",
    ("loss", "rmse"): "Did you mean 'squared_error', which has the same minimum?",
    ("padding", 0): "Did you mean 'valid', which pads nothing?",
    ("padding", None): "Did you mean 'valid', which pads nothing?",
    ("padding", "zeros"): "Did you mean 'same', which pads zeros?",
    ("pool_size", None): "Did you mean pool=None?",
    ("normalization", True): "Did you mean 'batch'?",
    ("averaging", True): "Did you mean 'ema'?",
    ("class_weight", True): "Did you mean 'balanced'?",
    ("class_weight", "auto"): "Did you mean 'balanced'?",
    ("sampler", "balanced"): "Did you mean class_weight='balanced', or sampler='over'?",
    ("sampler", "smote"): "Did you mean skdeep.resampling.SMOTE(), an instance?",
    ("sampler", "smotenc"): "Did you mean skdeep.resampling.SMOTENC(), an instance?",
    ("sampler", "adasyn"): "Did you mean imblearn.over_sampling.ADASYN(), an instance?",
    ("strategy", "average"): "Did you mean 'mean'?",
    ("strategy", "zero"): "Did you mean 'constant', with fill_value=0?",
    ("solver", "momentum"): "Did you mean 'sgd', which has momentum?",
    ("solver", "nesterov"): "Did you mean 'sgd', which has nesterovs_momentum?",
}


def aliases_of(names: Iterable[Any]) -> dict[str, str]:
    """Return what others call these names.

    Parameters
    ----------
    names : iterable of str or None
        Ours.

    Returns
    -------
    dict of str to str
        From theirs to ours; without those that are among ours themselves.
    """
    ours = [name for name in names if name is not None]
    return {
        theirs: name
        for name in ours
        for theirs in SYNONYMS.get(name, "").split()
        if theirs not in ours
    }


def other_advice(name: str, value: Any) -> str:
    """Return what to say of a value besides what is allowed, or nothing.

    Parameters
    ----------
    name : str
        Of the hyperparameter.
    value : object
        What a user gave.

    Returns
    -------
    str
        With a blank before it.
    """
    key = value.strip().lower() if isinstance(value, str) else value
    if not isinstance(key, str | bool | int | None):
        return ""
    # 1 is True, as a key; 0 is no False.
    found = OTHERWISE.get((name, key)) if key is not False else None
    return "" if found is None or (type(key) is int and key) else f" {found}"
