"""Small fitted models, one for each estimator and transformer, and files of them.

``python -m tests.model_files`` writes the files of this version; those of released
versions stay as they are.
"""

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

import skdeep
from skdeep import nn, preprocessing, resampling
from skdeep.persistence import save
from skdeep.pipeline import Pipeline

FOLDER = Path(__file__).parent / "data" / "models"


def waves(*shape):
    """Return numbers that do not depend on any generator's version."""
    return np.sin(np.arange(np.prod(shape)) ** 1.5).reshape(shape)


TABLE = waves(60, 4)
CLASSES = np.where(TABLE[:, 0] > 0, "yes", "no")
FRAME = pd.DataFrame(
    {
        "size": TABLE[:, 0],
        "kind": np.where(TABLE[:, 1] > 0, "a", "b"),
        "gap": TABLE[:, 2],
    }
)
FRAME.loc[::7, "gap"] = np.nan
SERIES = waves(40, 9, 2)
IMAGES = waves(40, 8, 8, 1)
RAGGED = [waves(3 + i % 4, 2) + i / 40 for i in range(40)]
GROUPS = np.arange(40) % 3
TEXTS = ["to be or", "not to be", "that is"] * 6
LAYERS = [nn.Dense(4), nn.BatchNorm(), nn.PReLU()]

# Name: estimator, X, y.
MODELS = {
    "MLPClassifier": (
        skdeep.MLPClassifier((5,), early_stopping=True),
        TABLE,
        CLASSES,
    ),
    "MLPRegressor": (skdeep.MLPRegressor((5,), averaging="ema"), TABLE, TABLE[:, :2]),
    "MLPClassifier-raw": (
        skdeep.MLPClassifier((5,), categorical_features="from_dtype"),
        FRAME,
        CLASSES,
    ),
    "MLPClassifier-running": (
        skdeep.MLPClassifier((5,), warm_start=True, learning_rate="cosine"),
        TABLE,
        (TABLE > 0).astype(int),
    ),
    "TabularClassifier": (
        skdeep.TabularClassifier((6,), n_members=2),
        FRAME,
        CLASSES,
    ),
    "TabularRegressor": (
        skdeep.TabularRegressor((6,), n_members=2),
        FRAME,
        TABLE[:, 0],
    ),
    "CNNClassifier": (skdeep.CNNClassifier((3,)), IMAGES, GROUPS),
    "CNNRegressor": (skdeep.CNNRegressor((3,)), SERIES, SERIES[:, 0, 0]),
    "RNNClassifier": (skdeep.RNNClassifier((4,)), RAGGED, GROUPS),
    "RNNRegressor": (skdeep.RNNRegressor((4,)), RAGGED, SERIES[:, 0, 0]),
    "Seq2SeqClassifier": (
        skdeep.Seq2SeqClassifier(units=4, embedding_dim=3, source="char"),
        TEXTS,
        [text[::-1] for text in TEXTS],
    ),
    "Seq2SeqRegressor": (
        skdeep.Seq2SeqRegressor(units=4, embedding_dim=3),
        TEXTS,
        [np.arange(3.0 + i % 2) for i in range(len(TEXTS))],
    ),
    "RNNGenerator": (skdeep.RNNGenerator(units=4, embedding_dim=3), TEXTS, None),
    "NeuralNetworkClassifier": (
        skdeep.NeuralNetworkClassifier(
            nn.Serial(LAYERS), solver=nn.Adam(0.8), learning_rate=nn.OneCycle()
        ),
        TABLE,
        CLASSES,
    ),
    "NeuralNetworkRegressor": (
        skdeep.NeuralNetworkRegressor(LAYERS),
        TABLE,
        TABLE[:, 0],
    ),
    "Pipeline": (
        Pipeline(
            [
                ("scale", preprocessing.StandardScaler()),
                ("balance", resampling.RandomOverSampler(random_state=0)),
                ("net", skdeep.MLPClassifier((5,), max_iter=3, random_state=0)),
            ]
        ),
        TABLE,
        CLASSES,
    ),
    "tabular pipeline": (
        preprocessing.make_tabular_pipeline(
            skdeep.MLPClassifier((5,), max_iter=3, random_state=0)
        ),
        FRAME,
        CLASSES,
    ),
    "CategoricalEncoder": (preprocessing.CategoricalEncoder(), FRAME[["kind"]], None),
    "Imputer": (preprocessing.Imputer(), FRAME[["gap"]], None),
    "MinMaxScaler": (preprocessing.MinMaxScaler(), TABLE, None),
    "RobustScaler": (preprocessing.RobustScaler(), TABLE, None),
    "SampleScaler": (preprocessing.SampleScaler(), SERIES, None),
    "SequencePadder": (preprocessing.SequencePadder(), RAGGED, None),
    "SequenceVectorizer": (preprocessing.SequenceVectorizer(), TEXTS, None),
    "StandardScaler": (preprocessing.StandardScaler(), RAGGED, None),
}


def fitted(name):
    """Return a fitted model, and what it makes of its own data."""
    model, X, y = MODELS[name]
    params = model.get_params(deep=False)
    if "max_iter" in params:
        model = model.set_params(max_iter=3, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = model.fit(X) if y is None else model.fit(X, y)
    return model, output(model, X)


def output(model, X):
    """Return probabilities, predictions, or transformed data, as lists."""
    names = ("predict_proba", "predict", "transform", "score_samples")
    found = getattr(model, next(name for name in names if hasattr(model, name)))(X)
    found = found.toarray() if hasattr(found, "toarray") else found
    return [np.asarray(sample).tolist() for sample in np.asarray(found, dtype=object)]


def main():
    """Write all files of this version."""
    folder = FOLDER / skdeep.__version__
    folder.mkdir(parents=True, exist_ok=True)
    outputs = {}
    for name in MODELS:
        model, outputs[name] = fitted(name)
        save(model, folder / f"{name}.skdeep")
    (folder / "outputs.json").write_text(json.dumps(outputs))


if __name__ == "__main__":
    main()
