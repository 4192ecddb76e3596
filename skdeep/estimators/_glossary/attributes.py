"""Attributes of fitted estimators."""

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
    "trivial_loss_": """float
        Training loss of the best constant prediction: what a network that learned
        nothing of X would have.
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
        Share of weights that are exactly zero, of all those that ``alpha`` penalises.
        """,
    "network_": """Network
        Layers and weights.
        """,
    "input_shape_": """tuple of int
        Shape of one sample, the channels last; None along axes of differing size.
        """,
    "n_features_in_": """int
        Number of features seen in fit.
        """,
    "feature_names_in_": """ndarray of shape (n_features_in_,)
        Names of features, if X had names that are all strings.
        """,
}
