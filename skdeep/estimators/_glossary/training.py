"""Hyperparameters of training."""

PARAMETERS: dict[str, str] = {
    "solver": """str or Optimizer
        'adam', 'sgd', 'lbfgs', 'adagrad', 'rmsprop', 'adamw', 'nadam', or an instance
        such as ``AdamW(weight_decay=0.1)``. 'lbfgs' suits small data.
        """,
    "alpha": """float
        Strength of the penalty. The objective is the weighted mean of losses plus
        ``alpha / sum(weights) * ((1 - l1_ratio) / 2 * |w|^2 + l1_ratio * |w|)``,
        whatever the batch size: alpha is that of Ridge, and 1 / C of
        LogisticRegression.
        """,
    "l1_ratio": """float
        Share of the absolute penalty, which makes weights exactly zero.
        """,
    "batch_size": """int or 'auto'
        Samples in a mini-batch; 'auto' is ``min(200, n_samples)``. Not used by
        'lbfgs'.
        """,
    "learning_rate": """str, Schedule or callable
        How the rate goes on from learning_rate_init: 'constant', 'invscaling',
        'adaptive' (a fifth whenever progress stalls), 'step', 'exponential',
        'cosine', 'warmup', 'one_cycle', an instance, or a function from step to rate.
        It applies to every solver but 'lbfgs'.
        """,
    "learning_rate_init": """float
        First (or highest) learning rate.
        """,
    "power_t": """float
        Exponent of learning_rate='invscaling'.
        """,
    "max_iter": """int
        Largest number of epochs, or of iterations of 'lbfgs'.
        """,
    "shuffle": """bool
        Whether every epoch takes the samples in a new order.
        """,
    "random_state": """int, RandomState, Generator or None
        Source of all randomness. An int gives the same model at every fit, with any
        number of threads or processes. None takes fresh entropy: NumPy's global state
        is neither read nor changed.
        """,
    "tol": """float
        An epoch that improves loss (or validation score) by less is stale. For
        'lbfgs' the bound on the gradient.
        """,
    "verbose": """bool or int
        Whether to print the loss of every epoch.
        """,
    "warm_start": """bool
        Whether fit goes on with the weights of the last fit.
        """,
    "momentum": """float
        Share of the last step that 'sgd' carries on.
        """,
    "nesterovs_momentum": """bool
        Whether 'sgd' uses Nesterov's momentum.
        """,
    "early_stopping": """bool
        Whether to stop when the validation score stalls, and restore the weights that
        scored best. A part of the data is held out for it (in classification with the
        shares of classes kept), unless fit is given X_val and y_val. 'lbfgs' takes no
        notice of it.
        """,
    "validation_fraction": """float or splitter
        Share of the samples to hold out, or a splitter of scikit-learn whose first
        split is taken (with ``groups`` given to fit, such as GroupShuffleSplit).
        """,
    "scoring": """str, callable or None
        What validation data are judged by: None is the accuracy, 'loss' is minus the
        loss, any other name or callable is a scorer of scikit-learn.
        """,
    "scoring:regressor": """str, callable or None
        What validation data are judged by: None is R^2, 'loss' is minus the loss, any
        other name or callable is a scorer of scikit-learn.
        """,
    "beta_1": """float
        Decay of the mean of gradients in 'adam', 'adamw', 'nadam'.
        """,
    "beta_2": """float
        Decay of the mean of squared gradients in 'adam', 'adamw', 'nadam'.
        """,
    "epsilon": """float
        Added to the denominator by the adaptive solvers.
        """,
    "n_iter_no_change": """int or inf
        Stale epochs in a row that are tolerated.
        """,
    "max_fun": """int
        Largest number of evaluations of the objective by 'lbfgs'.
        """,
    "max_grad_norm": """float or None
        Norm to which a longer gradient is scaled down.
        """,
    "max_grad_value": """float or None
        Bound on each entry of the gradient.
        """,
    "max_weight_norm": """float or None
        Bound on the norm of the weights that enter a unit.
        """,
    "averaging": """{'ema', 'swa'}, Averaging or None
        Average of weights along the way to predict with, in place of the last ones.
        """,
    "augment": """str, Augmentation or None
        Random change of training samples, made anew at every step. Of any samples:
        'noise', 'mask' (features replaced by 0), 'mixup' (pairs averaged). Of images:
        'rotate', 'translate', 'scale', 'mirror', 'brightness', 'contrast'. Of series:
        'jitter', 'scaling', 'time_shift', 'window_crop', 'masking'. An instance, or
        several in ``Augmentations([...])``, within reach of a search
        (``augment__rotate__degrees``). Scale X first. Not used by 'lbfgs'.
        """,
    "dtype": """{'auto', 'float32', 'float64'}
        Type of weights and arithmetic. 'auto' follows X: float32 for float32, else
        float64. 'float32' is up to twice as fast, in half the memory.
        """,
}
