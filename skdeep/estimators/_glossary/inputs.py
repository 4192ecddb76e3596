"""Hyperparameters that say what X is."""

PARAMETERS: dict[str, str] = {
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
    "input_shape": """tuple of int or None
        Shape of one sample, the channels last, where X is a table whose rows are
        flattened samples: ``(28, 28, 1)`` for rows of 784 pixels. None takes a row for
        a signal of one channel. Samples with axes of their own need none, but for grey
        images (n_samples, height, width) without an axis of channels, which would be
        taken for series.
        """,
}
