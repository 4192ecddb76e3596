"""Convolution and pooling as they are written in books: loops over windows."""

from itertools import product

import numpy as np


def pair(value):
    """Return one number for each of two axes."""
    return (value, value) if isinstance(value, int) else tuple(value)


def front(padding, span):
    """Return how much padding stands in front of an axis."""
    return {"valid": 0, "same": (span - 1) // 2, "causal": span - 1}[padding]


def windows(layer, x, kernel, strides, dilation):
    """Yield where each window is, and the pixels in it that are there, by tap."""
    height, width = x.shape[:2]
    spans = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    paddings = (layer.padding, "same" if layer.padding == "causal" else layer.padding)
    before = [front(p, s) for p, s in zip(paddings, spans, strict=True)]
    counts = [
        (size - span) // stride + 1 if layer.padding == "valid" else -(-size // stride)
        for size, span, stride in zip((height, width), spans, strides, strict=True)
    ]
    for i, j in product(*map(range, counts)):
        taps = {}
        for a, b in product(*map(range, kernel)):
            row = i * strides[0] - before[0] + a * dilation[0]
            column = j * strides[1] - before[1] + b * dilation[1]
            if 0 <= row < height and 0 <= column < width:
                taps[a, b] = row, column
        yield (i, j), taps, counts


def convolve(layer, x, weight, bias):
    """Return the output of Conv for images (n, height, width, channels)."""
    kernel, strides = pair(layer.kernel_size), pair(layer.strides)
    share, filters = weight.shape[2:]
    outputs = []
    for image in x:
        y = None
        places = windows(layer, image, kernel, strides, pair(layer.dilation_rate))
        for (i, j), taps, counts in places:
            if y is None:
                y = np.zeros((*counts, filters)) + bias
            for f in range(filters):
                first = f // (filters // layer.groups) * share
                for (a, b), (row, column) in taps.items():
                    pixels = image[row, column, first : first + share]
                    y[i, j, f] += pixels @ weight[a, b, :, f]
        outputs.append(y)
    return np.stack(outputs)


def pool(layer, x, reduce):
    """Return ``reduce`` of the pixels of each window of each image."""
    kernel = pair(layer.pool_size)
    strides = kernel if layer.strides is None else pair(layer.strides)
    outputs = []
    for image in x:
        y = []
        for _, taps, shape in windows(layer, image, kernel, strides, (1, 1)):
            y.append(reduce([image[where] for where in taps.values()], axis=0))
            counts = shape
        outputs.append(np.stack(y).reshape(*counts, -1))
    return np.stack(outputs)
