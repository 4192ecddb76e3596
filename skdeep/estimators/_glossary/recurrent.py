"""Hyperparameters of recurrent networks."""

PARAMETERS: dict[str, str] = {
    "cell": """{'gru', 'lstm', 'simple'}
        Kind of the recurrent layers: gated recurrent units, long short-term memory, or
        units without gates, which forget soon. The first is faster than the second.
        """,
    "units": """int or array-like of int
        Units of each recurrent layer, one layer on top of the other, in each direction.
        """,
    "bidirectional": """bool
        Whether each recurrent layer has a twin that reads the sequence backwards, from
        each sample's own last step.
        """,
    "pooling": """{'last', 'mean', 'max', 'attention'}
        How the outputs at all steps become one vector: the last one, their mean, their
        largest in each unit, or a mean with learned weights. Without effect for
        ``return_sequences=True``.
        """,
    "return_sequences": """bool
        Whether y has a target for each step, an array (n_samples, time) or (n_samples,
        time, n_outputs) or a list of arrays, and predictions have the same form.
        """,
    "recurrent_dropout": """float
        Share of units that the recurrence does not see while training, the same ones
        in all steps of a sequence.
        """,
    "embedding_dim:recurrent": """int or None
        Takes X as codes, integers such as those that
        :class:`skdeep.preprocessing.SequenceVectorizer` makes of text, and learns a
        vector of that length for each: 0 is missing, 1 is unseen in training. None
        takes numbers as they are.
        """,
    "backprop_steps": """int or None
        Gradients flow back through blocks of that many steps, not beyond (truncated
        backpropagation through time). None is all steps. The memory needed stays the
        same.
        """,
    "normalization:recurrent": """{'layer'} or None
        What brings the outputs of each recurrent layer at every step, and the weighted
        sums of each dense one, to mean 0 and variance 1. What a recurrent layer hands
        from step to step is left as it is.
        """,
}
