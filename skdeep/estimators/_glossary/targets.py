"""Hyperparameters that say what is minimised, and for which classes."""

PARAMETERS: dict[str, str] = {
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
}
