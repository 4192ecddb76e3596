"""What each hyperparameter and fitted attribute means.

First line: the type. The rest: the meaning. ``name:regressor`` takes precedence over
``name`` in regressors.
"""

PARAMETERS: dict[str, str] = {
    "hidden_layer_sizes": """int or array-like of int
        Units of each hidden layer. ``()`` has none: linear or logistic regression.
        """,
    "activation": """str or Layer
        Function of the hidden units: 'identity', 'logistic', 'tanh', 'relu',
        'leaky_relu', 'prelu' (learned slope), 'elu', 'selu', 'gelu', 'silu', 'mish',
        'softplus', or an instance such as ``LeakyReLU(0.1)``.
        """,
    "layers": """Layer, sequence of Layer or None
        The layers before the output layer, which is added to suit y; ``()`` is none.
        None is ``[Dense(100), ReLU()]``. A ``Serial`` makes them reachable in a search
        (``layers__0__units``).
        """,
    "dropout": """float
        Share of hidden units silenced at random at every training step.
        """,
    "normalization": """{'batch', 'layer'} or None
        What brings the weighted sums of each hidden layer to mean 0 and variance 1.
        """,
    "skip_connections": """bool
        Whether each hidden layer is added to its own input, through a projection
        where their widths differ, which lets gradients through deep networks.
        """,
    "initializer": """str or Initializer
        Starting weights: 'auto', 'glorot_uniform', 'glorot_normal', 'he_uniform',
        'he_normal', 'lecun_uniform', 'lecun_normal', 'orthogonal', 'normal',
        'uniform', 'zeros', or an instance, all with biases at zero. 'auto' is
        scikit-learn's way, biases drawn like weights (for selu 'lecun_normal').
        """,
    "initializer:regressor": """str or Initializer
        Starting weights: 'auto', 'glorot_uniform', 'glorot_normal', 'he_uniform',
        'he_normal', 'lecun_uniform', 'lecun_normal', 'orthogonal', 'normal',
        'uniform', 'zeros', or an instance, all with biases at zero. 'auto' is
        scikit-learn's way, biases drawn like weights (for selu 'lecun_normal'), but
        for those of the outputs: they start at the best constant prediction, so that
        no epochs go into finding the level of y.
        """,
    "categorical_features": """'from_dtype', array-like or None
        Takes X as a raw table. 'from_dtype': strings, categories, objects and bools
        are categories; or names, positions or a mask of the columns that are. Each
        category becomes a learned vector, with others for missing values and for
        categories that were not there in fit. Numbers are imputed by their median,
        scaled and smoothly clipped, by statistics of the training part alone. None
        takes numbers as they are.
        """,
    "embedding_dim": """int or 'auto'
        Length of the vectors of categories. 'auto' is ``min(50, round(1.6 * n **
        0.56))`` for a column of n categories, missing and unseen included.
        """,
    "loss": """{'log_loss', 'focal'} or Loss
        What is minimised. 'focal' counts well-classified samples less. An instance
        must suit y: ``SoftmaxFocal(gamma=1)`` for three classes or more,
        ``LogisticFocal(gamma=1)`` for two and for labels.
        """,
    "loss:regressor": """str or Loss
        What is minimised: 'squared_error', 'absolute_error', 'huber', 'poisson'
        (for counts: prediction exp(z)), 'quantile', or an instance.
        """,
    "quantile": """float
        Which quantile loss='quantile' predicts.
        """,
    "delta": """float
        Residual beyond which loss='huber' is linear, in units of y.
        """,
    "class_weight": """dict, list of dict, 'balanced' or None
        Weight of each class, multiplied with sample_weight. 'balanced' is
        ``n_samples / (n_classes * np.bincount(y))``, a sample counting as often as
        its sample_weight says. Validation data have the weights of the training set.
        """,
    "label_smoothing": """float
        Share of the certainty of targets that is spread over all classes.
        """,
    "sampler": """{'over', 'under', 'passthrough'}, sampler or None
        Over- or undersampling of the training part, after validation data were held
        out: 'over' repeats samples of rare classes, 'under' leaves out some of frequent
        ones, any object with ``fit_resample`` will do.
        """,
    "balanced_batches": """bool
        Whether every mini-batch holds as many samples of each class.
        """,
    "prior_correction": """bool
        Whether to bring predictions back from the shares of classes that training saw
        (by class_weight, sampler or balanced_batches) to those in the data given.
        """,
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
    "augment": """{'noise', 'mask', 'mixup'}, Augmentation or None
        Random change of training samples, made anew at every step: normal noise,
        features masked by 0, samples mixed in pairs; an instance, or several in
        ``Augmentations([...])``. Scale X first. Not used by 'lbfgs'.
        """,
    "dtype": """{'auto', 'float32', 'float64'}
        Type of weights and arithmetic. 'auto' follows X: float32 for float32, else
        float64. 'float32' is up to twice as fast, in half the memory.
        """,
}

ATTRIBUTES: dict[str, str] = {
    "classes_": """ndarray of shape (n_classes,)
        Class labels.
        """,
    "coefs_": """list of ndarray of shape (n_inputs, n_units)
        Weights of each layer. Writing into them changes the model.
        """,
    "intercepts_": """list of ndarray of shape (n_units,)
        Biases of each layer.
        """,
    "loss_": """float
        Training loss of the last epoch, penalty included.
        """,
    "best_loss_": """float or None
        Lowest training loss; None if validation data decided when to stop.
        """,
    "loss_curve_": """list of float
        Training loss of each epoch, summed over several targets.
        """,
    "validation_loss_curve_": """list of float or None
        Validation loss of each epoch, without the penalty.
        """,
    "validation_scores_": """list of float or None
        Validation score of each epoch.
        """,
    "best_validation_score_": """float or None
        Highest validation score.
        """,
    "n_iter_": """int
        Number of epochs of the last fit.
        """,
    "t_": """int
        Number of samples seen, each as often as it was used.
        """,
    "learning_rate_": """float
        Rate of the last step.
        """,
    "n_layers_": """int
        Number of layers of units, input and output included.
        """,
    "n_outputs_": """int
        Number of raw outputs.
        """,
    "out_activation_": """str
        Function from raw output to prediction: 'softmax', 'logistic', 'identity' or
        'exp'.
        """,
    "sparsity_": """float
        Share of weights that are exactly zero.
        """,
    "network_": """Network
        Layers and weights.
        """,
    "n_features_in_": """int
        Number of features seen in fit.
        """,
    "feature_names_in_": """ndarray of shape (n_features_in_,)
        Names of features, if X had names that are all strings.
        """,
}
