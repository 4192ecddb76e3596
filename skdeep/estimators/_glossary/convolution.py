"""Hyperparameters of convolutional networks."""

PARAMETERS: dict[str, str] = {
    "filters": """int or tuple of int
        Filters (features found) of each block of convolutions; an int is one block.
        """,
    "kernel_size": """int or tuple
        Extent of the window of a convolution: one number for all blocks, or one entry
        for each. An entry is an int, or a tuple with one for each convolution of the
        block, in an inception block for each of those side by side (an int there
        stands for itself, its half and its quarter).
        """,
    "strides": """int or tuple of int
        Distance of the windows of the first convolution of a block; 2 halves the size.
        """,
    "padding": """{'same', 'valid', 'causal'}
        Whether windows of convolutions and pooling may reach beyond the sample: 'same'
        keeps the size; 'valid' does not; 'causal' reaches back alone, so that no output
        sees what comes later.
        """,
    "dilation_rate": """int or tuple of int
        Distance of the taps of a window, which then sees further at the same cost.
        """,
    "pool": """{'max', 'avg'} or None
        Whether a block ends with the largest or the mean of each window.
        """,
    "pool_size": """int or tuple of int
        Extent of the windows of ``pool``, by which each axis is divided.
        """,
    "block": """{'plain', 'residual', 'inception', 'separable'}
        How convolutions make a block: in series; with a shortcut around them; with
        windows of several sizes side by side; or each as a depthwise and a pointwise
        one.
        """,
    "convs_per_block": """int or tuple of int
        Number of convolutions (or inception modules) of each block.
        """,
    "global_pool": """{'max', 'avg'} or None
        What makes a vector of the last block's output: the largest or the mean of each
        channel, which allows samples of any size. None flattens it.
        """,
}
